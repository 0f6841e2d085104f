import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeId, systemClock } from '../../kernel';
import { type EventLog, type JournalStore, openRedisEventLog, openRedisJournalStore, openRedisRunStore, openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore, type RunStore } from '../../runs';
import { openSqlite, teamKeys } from '../../storage';
import { describeWithRedis } from '../support/redis-team';
import { samplePlan, sampleResult, sampleRun, sampleTask } from '../support/sample-runs';
import { temporaryFolder } from '../support/temporary-folder';

const WORKER = join(__dirname, '../support/paused-worker.ts');
const LEASE_MS = 600;

interface Stores {
  runs: RunStore;
  journal: JournalStore;
  events: EventLog;
}

/** A real process is stopped by SIGSTOP in the middle of its work, another one takes its run and does the task, and the first one wakes by SIGCONT. */
async function pausedBeyondItsLease({ runs, journal, events }: Stores, place: string, teamName = ''): Promise<void> {
  const { run } = await runs.create(sampleRun());
  await runs.savePlan(await runs.acquire(run.id, 'setup', 0), samplePlan(run.id, [sampleTask('t1')]));
  const worker = spawn(process.execPath, ['--import', 'tsx', WORKER, place, run.id, String(LEASE_MS), teamName], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = createInterface(worker.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('working');
    worker.kill('SIGSTOP');
    const taken = await acquiredWhenFree(runs, run.id);
    const [claim] = await runs.claimReady(taken);
    await runs.saveResult(taken, sampleResult(claim!, { summary: 'by the second' }));
    worker.kill('SIGCONT');
    worker.stdin.write('write now\n');
    const outcomes = JSON.parse((await lines.next()).value as string) as Record<string, string>;
    expect(outcomes).toEqual({ step: 'LEASE_LOST', result: 'LEASE_LOST', verdict: 'LEASE_LOST', event: 'LEASE_LOST', file: 'LEASE_LOST', renewal: 'LEASE_LOST', end: 'LEASE_LOST' });
    expect(await runs.read(run.id)).toMatchObject({ run: { status: 'running' }, tasks: [{ status: 'delivered', crashes: 1, result: { summary: 'by the second' } }] });
    expect(await journal.find(run.id, 't1/1/1')).toMatchObject({ state: 'open' });
    expect(await events.after(run.id, 0, 10)).toEqual([]);
  } finally {
    worker.kill('SIGKILL');
  }
}

/** As the sweeper's restart does, by the real clock. */
async function acquiredWhenFree(runs: RunStore, runId: string) {
  for (;;) {
    const lease = await runs.acquire(runId, 'bob', 30_000).catch(unlessBusy);
    if (lease) return lease;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function unlessBusy(error: { code?: string }): undefined {
  if (error.code !== 'RUN_BUSY') throw error;
  return undefined;
}

it('refuses every late write of a process that was paused beyond its lease, in SQLite', async () => {
  const file = join(temporaryFolder(), 'team.sqlite');
  const store = { database: openSqlite(file), clock: systemClock, makeId };
  await pausedBeyondItsLease({ runs: openSqliteRunStore(store), journal: openSqliteJournalStore(store), events: openSqliteEventLog(store) }, file);
  store.database.close();
}, 30_000);

describeWithRedis('on Redis', (redis) => {
  it('refuses every late write of a process that was paused beyond its lease', async () => {
    const teamName = makeId();
    const store = { connection: redis.connection, keys: teamKeys(teamName), clock: systemClock, makeId };
    await pausedBeyondItsLease({ runs: openRedisRunStore(store), journal: openRedisJournalStore(store), events: openRedisEventLog(store) }, redis.url, teamName);
  }, 30_000);
});
