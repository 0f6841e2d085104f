import { makeId } from '../../kernel';
import { DEFAULT_TTL_MS, openSqliteEventLog, openSqliteJournalStore, openSqliteRunStore, removeExpired, RunNotFoundError } from '../../runs';
import { openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask } from '../support/sample-runs';
import { sqliteRuns } from '../support/sqlite-runs';

it('removes runs, steps and events after 30 days, when the store is opened', async () => {
  const { database, runs, journal, events, clock } = sqliteRuns();
  const { run } = await runs.create(sampleRun({ idempotencyKey: 'k' }));
  const lease = await runs.acquire(run.id, 'ada', 1_000);
  await runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1')]));
  await runs.saveResult(lease, sampleResult((await runs.claimReady(lease))[0]!));
  await journal.begin(lease, 'k', 'h');
  await events.append({ runId: run.id, type: 'run.created', facts: {} });

  clock.advance(DEFAULT_TTL_MS - 1);
  openSqliteRunStore({ database, clock, makeId });
  expect((await runs.read(run.id)).tasks).toHaveLength(1);

  clock.advance(1);
  openSqliteEventLog({ database, clock });
  await expect(runs.read(run.id)).rejects.toThrow(RunNotFoundError);
  expect(await journal.find(run.id, 'k')).toEqual({ state: 'absent' });
  expect(await events.after(run.id, 0, 1_000)).toEqual([]);
  for (const table of ['tasks', 'attempts']) expect(database.prepare(`SELECT COUNT(*) AS count FROM ${table}`).get()!.count).toBe(0);
  expect((await runs.create(sampleRun({ idempotencyKey: 'k' }))).created).toBe(true);
});

it('keeps an old run while somebody holds it', async () => {
  const { database, runs, clock } = sqliteRuns();
  const { run } = await runs.create(sampleRun());
  clock.advance(DEFAULT_TTL_MS);
  await runs.acquire(run.id, 'ada', 1_000);
  expect(removeExpired(database, clock.nowMs())).toBe(0);
  clock.advance(1_000);
  expect(removeExpired(database, clock.nowMs())).toBe(1);
});

it('removes only so much at once', async () => {
  const database = openSqlite(':memory:');
  const clock = fakeClock();
  const runs = openSqliteRunStore({ database, clock, makeId, ttlMs: 10 });
  const events = openSqliteEventLog({ database, clock, ttlMs: 10 });
  openSqliteJournalStore({ database, clock, ttlMs: 10 });
  for (let number = 0; number < 5; number++) {
    await runs.create(sampleRun());
    await events.append({ runId: 'r', type: 'run.created', facts: {} });
  }
  clock.advance(10);
  expect(removeExpired(database, clock.nowMs(), 2)).toBe(4);
  expect(removeExpired(database, clock.nowMs(), 100)).toBe(6);
});
