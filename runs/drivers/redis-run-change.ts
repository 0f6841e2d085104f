import type { Clock, MakeId } from '../../kernel';
import type { RedisConnection } from '../../storage';
import type { Result, Verdict } from '../contracts';
import { RunContendedError, RunNotFoundError } from '../errors';
import type { RunRecord } from '../run-record';
import { type TeamKeys, indexKey, runKeys } from './redis-keys';
import { attemptField, changedFields, recordOf } from './redis-run-record';
import { WRITE_RUN } from './redis-run-scripts';

export interface RedisRunStoreOptions {
  connection: RedisConnection;
  keys: TeamKeys;
  clock: Clock;
  makeId: MakeId;
  /** How long a run is kept from its creation; default 30 days. */
  ttlMs?: number;
}

/** What a change makes of a run. */
export interface Change<T> {
  record: RunRecord;
  answer: T;
  /** What an attempt brought, kept with the change. */
  attempt?: { result: Result } | { verdict: Verdict };
  /** The run is not removed before this is over. */
  keepMs?: number;
}

/** Whoever loses the race of two writes reads again and tries again; each lost race is another's write, so this many happen to nobody. */
const MAX_TRIES = 200;

/** Reads a run, decides, and writes what changed if nobody else has changed it meanwhile. @throws {RunNotFoundError} */
export async function change<T>(options: RedisRunStoreOptions, runId: string, work: (before: RunRecord) => Promise<Change<T>>): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { record: before, version } = await readRecord(options, runId);
    const made = await work(before);
    if (made.record === before) return made.answer;
    const outcome = await write(options, { before, version, made });
    if (outcome === 'gone') throw new RunNotFoundError(runId);
    if (outcome === 'written') return made.answer;
  }
  throw new RunContendedError(runId, MAX_TRIES);
}

async function write({ connection, keys, makeId }: RedisRunStoreOptions, { before, version, made }: { before: RunRecord; version: string; made: Change<unknown> }): Promise<unknown> {
  const { run } = made.record;
  const { run: runKey, attempts, journal, events } = runKeys(keys, run.id);
  const fields = changedFields(before, made.record);
  return await connection.run(
    WRITE_RUN,
    [runKey, attempts, journal, events, indexKey(keys, before.run.status), indexKey(keys, run.status)],
    [version, makeId(), run.id, run.createdAtMs, made.keepMs ?? 0, fields.length / 2, ...fields, ...attemptFields(made.attempt)],
  );
}

function attemptFields(attempt: Change<unknown>['attempt']): string[] {
  if (!attempt) return [];
  if ('result' in attempt) return [attemptField('result', attempt.result), JSON.stringify(attempt.result)];
  return [attemptField('verdict', attempt.verdict), JSON.stringify(attempt.verdict)];
}

export async function readRecord({ connection, keys }: RedisRunStoreOptions, runId: string): Promise<{ record: RunRecord; version: string }> {
  const fields = await connection.ask((redis) => redis.hgetall(runKeys(keys, runId).run));
  if (fields.version === undefined) throw new RunNotFoundError(runId);
  return { record: recordOf(runId, fields), version: fields.version };
}
