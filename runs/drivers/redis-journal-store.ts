import type { JsonValue } from '../../kernel';
import type { RedisConnection } from '../../storage';
import { LeaseLostError, RunNotFoundError, StepNotBegunError } from '../errors';
import type { JournalStore, StepRecord } from '../journal';
import { DEFAULT_TTL_MS } from '../lifetime';
import type { Lease } from '../run';
import { type TeamKeys, runKeys } from './redis-keys';
import { BEGIN_STEP, FINISH_STEP } from './redis-run-scripts';

export interface RedisJournalOptions {
  connection: RedisConnection;
  keys: TeamKeys;
  /** How long the steps of a run are kept from its first one; default 30 days. */
  ttlMs?: number;
}

/** The journal beside the runs in Redis, so that a script sees the lease when it writes a step. */
export function openRedisJournalStore({ connection, keys, ttlMs = DEFAULT_TTL_MS }: RedisJournalOptions): JournalStore {
  const asHolder = async (script: typeof BEGIN_STEP, lease: Lease, values: ReadonlyArray<string | number>): Promise<unknown> => {
    const { run, journal } = runKeys(keys, lease.runId);
    const outcome = await connection.run(script, [run, journal], [lease.owner, lease.fence, ...values]);
    if (outcome === 'gone') throw new RunNotFoundError(lease.runId, 'Redis');
    if (outcome === 'lost') throw new LeaseLostError(lease.runId);
    return outcome;
  };

  return {
    async find(runId, key): Promise<StepRecord> {
      const [inputHash, output, tries] = await connection.ask((redis) => redis.hmget(runKeys(keys, runId).journal, `input:${key}`, `output:${key}`, `tries:${key}`));
      if (inputHash === null || inputHash === undefined) return { state: 'absent' };
      if (output === null || output === undefined) return { state: 'open', inputHash, tries: Number(tries ?? 1) };
      return { state: 'finished', inputHash, output: JSON.parse(output) as JsonValue };
    },

    async begin(lease, key, inputHash, tries = 1) {
      await asHolder(BEGIN_STEP, lease, [key, inputHash, ttlMs, tries]);
    },

    async finish(lease, key, output) {
      const outcome = await asHolder(FINISH_STEP, lease, [key, JSON.stringify(output)]);
      if (outcome === 'absent') throw new StepNotBegunError(key);
    },
  };
}
