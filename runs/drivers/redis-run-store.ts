import { sha256 } from '../../kernel';
import type { Verdict } from '../contracts';
import { RunNotFoundError } from '../errors';
import { DEFAULT_TTL_MS } from '../lifetime';
import { type Lease, type NewRun, type Run, type RunState, type RunStatus, hasEnded } from '../run';
import { forgettingPerson, mayForget } from '../run-person';
import { type RunRecord, assertHeld, claimingReady, dated, ending, newRunRecord, takeLease, withPlan, withResult, withVerdict } from '../run-record';
import { assertListLimit, ofRun, runState, taskClaim } from '../run-state';
import type { RunStore } from '../run-store';
import { RUN_STATUSES, indexKey, runKeys } from './redis-keys';
import { type Change, type RedisRunStoreOptions, change, readRecord } from './redis-run-change';
import { attemptField, attemptsOf, fieldsOf, recordFields, recordOf } from './redis-run-record';
import { CREATE_RUN, READ_RUN } from './redis-run-scripts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Runs in Redis, for any number of processes. A change reads the run with its version, decides in TypeScript as the SQLite store does,
 * and is written by a script only if the version is still the same (docs/decisions/0008).
 */
export function openRedisRunStore(options: RedisRunStoreOptions): RunStore {
  const { clock } = options;
  const heldChange = <T>(lease: Lease, work: (before: RunRecord) => Change<T> | Promise<Change<T>>): Promise<T> =>
    change(options, lease.runId, async (before) => {
      assertHeld(before, lease);
      const made = await work(before);
      return { ...made, record: dated(before, made.record, clock.nowMs()) };
    }).catch((error: unknown) => {
      throw error instanceof RunNotFoundError ? new RunNotFoundError(lease.runId, 'Redis') : error;
    });

  return {
    create: (newRun) => create(options, newRun),
    read: async (runId) => await readState(options, runId),
    list: (filter) => list(options, filter),

    acquire: (runId, owner, leaseMs, fence) =>
      change(options, runId, async (before) => {
        const record = takeLease(before, { owner, leaseMs, fence }, clock.nowMs());
        return { record, answer: { runId, owner, fence: record.lease.fence }, keepMs: leaseMs };
      }),

    async savePlan(lease, plan) {
      await heldChange(lease, (before) => ({ record: withPlan(before, plan), answer: undefined }));
      return await readState(options, lease.runId);
    },

    claimReady: (lease) =>
      heldChange(lease, async (before) => {
        const { record, claimed } = claimingReady(before);
        const verdicts = await readVerdictsBefore(options, lease.runId, claimed);
        return { record, answer: claimed.map((claim) => taskClaim(lease.runId, claim, verdicts.filter(({ taskId }) => taskId === claim.task.id))) };
      }),

    saveResult: async (lease, result) => await heldChange(ofRun(lease, result), (before) => ({ record: withResult(before, result), answer: undefined, attempt: { result } })),
    saveVerdict: async (lease, verdict) => await heldChange(ofRun(lease, verdict), (before) => ({ record: withVerdict(before, verdict), answer: undefined, attempt: { verdict } })),

    finish: (lease, outcome) =>
      change(options, lease.runId, async (before) => ({ record: dated(before, ending(before, lease, outcome), clock.nowMs()), answer: undefined })),

    countOfPerson: async (person) => (await endedRunsOf(options, person)).length,

    async forgetPerson(person) {
      const found = await endedRunsOf(options, person);
      for (const runId of found) await change(options, runId, async (before) => ({ record: forgettingPerson(before, person), answer: undefined })).catch(unlessNotFound);
      return found.length;
    },
  };
}

async function create(options: RedisRunStoreOptions, newRun: NewRun): Promise<{ run: Run; created: boolean }> {
  const record = newRunRecord(newRun, { id: options.makeId(), nowMs: options.clock.nowMs() });
  const answering = await createOnce(options, record, newRun.idempotencyKey);
  if (answering === record.run.id) return { run: record.run, created: true };
  const earlier = await readRecord(options, answering).catch(unlessNotFound);
  if (earlier) return { run: earlier.record.run, created: false };
  // The key outlived its run, by a blink or because the run was removed by hand.
  await createOnce(options, record, newRun.idempotencyKey, answering);
  return { run: record.run, created: true };
}

/** @returns the id of the run that answers this request */
async function createOnce({ connection, keys, makeId, ttlMs = DEFAULT_TTL_MS }: RedisRunStoreOptions, record: RunRecord, idempotencyKey: string | undefined, replaces = ''): Promise<string> {
  const { id, createdAtMs } = record.run;
  const runKey = runKeys(keys, id).run;
  const indexes = [indexKey(keys), ...RUN_STATUSES.map((status) => indexKey(keys, status))];
  const fields = Object.entries({ version: makeId(), ...recordFields(record) }).flat();
  // A day later than the runs themselves: the index must never forget one that is still there.
  const forgetBeforeMs = createdAtMs - ttlMs - DAY_MS;
  const requestKey = idempotencyKey === undefined ? runKey : keys('idempotency', sha256(idempotencyKey));
  return String(await connection.run(CREATE_RUN, [runKey, indexKey(keys), indexKey(keys, 'queued'), requestKey, ...indexes], [id, createdAtMs, ttlMs, replaces, forgetBeforeMs, ...fields]));
}

function unlessNotFound(error: unknown): undefined {
  if (!(error instanceof RunNotFoundError)) throw error;
  return undefined;
}

async function readState({ connection, keys }: RedisRunStoreOptions, runId: string): Promise<RunState> {
  const { run, attempts } = runKeys(keys, runId);
  const [fields, found] = (await connection.run(READ_RUN, [run, attempts], [])) as [string[], string[]];
  if (fields.length === 0) throw new RunNotFoundError(runId);
  return runState(recordOf(runId, fieldsOf(fields)), attemptsOf(fieldsOf(found)));
}

/** Of each task in the order of its attempts. */
async function readVerdictsBefore({ connection, keys }: RedisRunStoreOptions, runId: string, claims: ReadonlyArray<{ task: { id: string }; attempt: number }>): Promise<Verdict[]> {
  const fields = claims.flatMap(({ task, attempt }) => Array.from({ length: attempt - 1 }, (_, index) => attemptField('verdict', { taskId: task.id, attempt: index + 1 })));
  if (fields.length === 0) return [];
  const found = await connection.ask((redis) => redis.hmget(runKeys(keys, runId).attempts, ...fields));
  return found.flatMap((text) => (text === null ? [] : [JSON.parse(text) as Verdict]));
}

/** Page by page, because the index may name runs whose time is over. */
async function list(options: RedisRunStoreOptions, { status, limit }: Parameters<RunStore['list']>[0]): Promise<Run[]> {
  assertListLimit(limit);
  const runs: Run[] = [];
  for (let start = 0; runs.length < limit; start += limit) {
    const page = await pageOf(options, { status, start, length: limit });
    if (!page) break;
    // One may have moved on since the index was read.
    runs.push(...page.filter((run) => status === undefined || run.status === status));
  }
  return runs.slice(0, limit);
}

/** Runs of one status or of all, newest first. @returns undefined behind the last one */
async function pageOf({ connection, keys }: RedisRunStoreOptions, { status, start, length }: { status: RunStatus | undefined; start: number; length: number }): Promise<Run[] | undefined> {
  const ids = await connection.ask((redis) => redis.zrevrange(indexKey(keys, status), start, start + length - 1));
  if (ids.length === 0) return undefined;
  const found = (await connection.together((commands) => ids.reduce((queued, id) => queued.hgetall(runKeys(keys, id).run), commands))) as Array<Record<string, string>>;
  return found.flatMap((fields, index) => (fields.version === undefined ? [] : [recordOf(ids[index]!, fields).run]));
}

const RUNS_AT_ONCE = 200;

/** @returns ids of runs that can forget this person */
async function endedRunsOf(options: RedisRunStoreOptions, person: string): Promise<string[]> {
  // One that ends meanwhile moves others to later places; those are seen twice, none is passed over.
  const found = new Set<string>();
  for (const status of RUN_STATUSES.filter(hasEnded)) {
    for (let start = 0; ; start += RUNS_AT_ONCE) {
      const page = await pageOf(options, { status, start, length: RUNS_AT_ONCE });
      if (!page) break;
      for (const run of page) if (mayForget(run, person)) found.add(run.id);
    }
  }
  return [...found];
}
