import type { Clock, MakeId } from '../../kernel';
import { type Database, emptyWal, groupCommit, translated } from '../../storage';
import { DEFAULT_TTL_MS } from '../lifetime';
import type { Lease, NewRun, Run, TaskClaim } from '../run';
import { forgettingPerson } from '../run-person';
import { type RunRecord, assertHeld, claimingReady, dated, ending, newRunRecord, takeLease, withPlan, withResult, withVerdict } from '../run-record';
import { assertListLimit, ofRun, runState, taskClaim } from '../run-state';
import type { RunStore } from '../run-store';
import { changeRun, endedRunsOf, findRunByKey, insertRecord, listRuns, readAttempts, readRecord, readVerdictsBefore, writeAttempt } from './sqlite-run-rows';
import { prepareRunTables } from './sqlite-tables';

export interface SqliteRunStoreOptions {
  database: Database;
  clock: Clock;
  makeId: MakeId;
  /** How long a run is kept from its creation; default 30 days. */
  ttlMs?: number;
}

/** Runs in one SQLite file. Several processes of one machine may share it: every method is one write transaction. */
export function openSqliteRunStore(options: SqliteRunStoreOptions): RunStore {
  const { database, clock } = options;
  prepareRunTables(database, clock.nowMs());

  /** A change by the run's holder, which its readers can date. */
  const heldChange = async <T>(lease: Lease, work: (record: RunRecord) => { record: RunRecord; answer: T }): Promise<T> =>
    await changeRun(database, lease.runId, (before) => {
      assertHeld(before, lease);
      const { record, answer } = work(before);
      return { record: dated(before, record, clock.nowMs()), answer };
    });

  return {
    create: async (newRun) => await groupCommit(database)(() => create(options, newRun)),

    read: async (runId) => translated(() => runState(readRecord(database, runId), readAttempts(database, runId))),

    async list(filter) {
      assertListLimit(filter.limit);
      return translated(() => listRuns(database, filter));
    },

    acquire: async (runId, owner, leaseMs, fence) =>
      await changeRun(database, runId, (before) => {
        const record = takeLease(before, { owner, leaseMs, fence }, clock.nowMs());
        return { record, answer: { runId, owner, fence: record.lease.fence } };
      }),

    savePlan: async (lease, plan) =>
      await heldChange(lease, (before) => {
        const record = withPlan(before, plan);
        return { record, answer: runState(record, readAttempts(database, lease.runId)) };
      }),

    claimReady: async (lease) =>
      await heldChange(lease, (before) => {
        const { record, claimed } = claimingReady(before);
        const answer: TaskClaim[] = claimed.map((claim) => taskClaim(lease.runId, claim, readVerdictsBefore(database, lease.runId, claim)));
        return { record, answer };
      }),

    saveResult: async (lease, result) =>
      await heldChange(ofRun(lease, result), (before) => {
        const record = withResult(before, result);
        if (record !== before) writeAttempt(database, result, 'result', result);
        return { record, answer: undefined };
      }),

    saveVerdict: async (lease, verdict) =>
      await heldChange(ofRun(lease, verdict), (before) => {
        const record = withVerdict(before, verdict);
        if (record !== before) writeAttempt(database, verdict, 'verdict', verdict);
        return { record, answer: undefined };
      }),

    finish: async (lease, outcome) =>
      await changeRun(database, lease.runId, (before) => {
        const record = ending(before, lease, outcome);
        return { record: dated(before, record, clock.nowMs()), answer: undefined };
      }),

    countOfPerson: async (person) => translated(() => endedRunsOf(database, person)).length,

    async forgetPerson(person) {
      const found = translated(() => endedRunsOf(database, person));
      for (const runId of found) await changeRun(database, runId, (before) => ({ record: forgettingPerson(before, person), answer: undefined }));
      emptyWal(database);
      return found.length;
    },
  };
}

function create({ database, clock, makeId, ttlMs = DEFAULT_TTL_MS }: SqliteRunStoreOptions, newRun: NewRun): { run: Run; created: boolean } {
  const earlier = newRun.idempotencyKey === undefined ? undefined : findRunByKey(database, newRun.idempotencyKey);
  if (earlier) return { run: earlier, created: false };
  const record = newRunRecord(newRun, { id: makeId(), nowMs: clock.nowMs() });
  insertRecord(database, record, { idempotencyKey: newRun.idempotencyKey, expiresAtMs: record.run.createdAtMs + ttlMs });
  return { run: record.run, created: true };
}
