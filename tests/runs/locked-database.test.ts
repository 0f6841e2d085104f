import { join } from 'node:path';
import { makeId } from '../../kernel';
import { openSqliteJournalStore, openSqliteRunStore } from '../../runs';
import { openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask } from '../support/sample-runs';
import { temporaryFolder } from '../support/temporary-folder';

it('a database that another process keeps locked for more than 5 s gives a clear error, and nothing is lost', async () => {
  const file = join(temporaryFolder(), 'team.sqlite');
  const [database, other] = [openSqlite(file), openSqlite(file)];
  const store = { database, clock: fakeClock(), makeId };
  const [runs, journal] = [openSqliteRunStore(store), openSqliteJournalStore(store)];
  const { run } = await runs.create(sampleRun());
  const lease = await runs.acquire(run.id, 'ada', 30_000);
  await runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1')]));
  const [claim] = await runs.claimReady(lease);
  await journal.begin(lease, 't1/1/1', 'h');
  await journal.finish(lease, 't1/1/1', 'paid for');

  other.exec('BEGIN IMMEDIATE');
  await expect(runs.saveResult(lease, sampleResult(claim!))).rejects.toMatchObject({ code: 'STORAGE_BUSY', kind: 'temporary', message: expect.stringContaining('locked by another process for 5 s') });
  // Reading goes on meanwhile.
  expect((await runs.read(run.id)).tasks[0]!.status).toBe('running');
  other.exec('ROLLBACK');

  await runs.saveResult(lease, sampleResult(claim!));
  expect((await runs.read(run.id)).tasks[0]!.status).toBe('delivered');
  expect(await journal.find(run.id, 't1/1/1')).toMatchObject({ state: 'finished', output: 'paid for' });
  database.close();
  other.close();
}, 20_000);
