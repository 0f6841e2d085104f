import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeId, systemClock } from '../../kernel';
import { openSqliteEventLog, openSqliteRunStore } from '../../runs';
import { openSqlite } from '../../storage';
import { samplePlan, sampleRun, sampleTask } from '../support/sample-runs';
import { temporaryFolder } from '../support/temporary-folder';

const RUNS = 15;
const WORKER = join(__dirname, '../support/claim-worker.ts');

it('lets two processes share the work: every task is done, none twice', async () => {
  const file = join(temporaryFolder(), 'runs.sqlite');
  const database = openSqlite(file);
  const store = openSqliteRunStore({ database, clock: systemClock, makeId });
  for (let number = 0; number < RUNS; number++) {
    const { run } = await store.create(sampleRun());
    const tasks = [sampleTask('t1'), sampleTask('t2'), sampleTask('t3', { dependsOn: ['t1', 't2'] })];
    await store.savePlan(await store.acquire(run.id, 'setup', 0), samplePlan(run.id, tasks));
  }

  const work = (owner: string) => promisify(execFile)(process.execPath, ['--import', 'tsx', WORKER, file, owner]);
  const outputs = await Promise.all([work('ada'), work('bob')]);

  const claimed = outputs.flatMap(({ stdout }) => stdout.trim().split('\n').filter(Boolean));
  expect(claimed).toHaveLength(RUNS * 3);
  expect(new Set(claimed).size).toBe(RUNS * 3);
  expect(await store.list({ status: 'done', limit: 500 })).toHaveLength(RUNS);
  const events = await openSqliteEventLog({ database, clock: systemClock }).after('shared', 0, 1_000);
  expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: RUNS * 3 }, (_, index) => index + 1));
  database.close();
}, 30_000);
