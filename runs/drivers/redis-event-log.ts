import type { Clock, MakeId } from '../../kernel';
import type { RedisConnection } from '../../storage';
import { LeaseLostError, RunNotFoundError } from '../errors';
import { type EventLog, type RunEvent, assertEventLimit } from '../events';
import { DEFAULT_TTL_MS } from '../lifetime';
import { ofRun } from '../run-state';
import { type TeamKeys, runKeys } from './redis-keys';
import { APPEND_EVENT, APPEND_EVENT_AS_HOLDER } from './redis-run-scripts';

export interface RedisEventLogOptions {
  connection: RedisConnection;
  keys: TeamKeys;
  clock: Clock;
  makeId: MakeId;
  /** How long the events of a run are kept from its first one; default 30 days. */
  ttlMs?: number;
}

/** Events as a list per run: the place in it is the number. */
export function openRedisEventLog({ connection, keys, clock, makeId, ttlMs = DEFAULT_TTL_MS }: RedisEventLogOptions): EventLog {
  return {
    async append({ runId, type, taskId, facts }, lease) {
      const stored = JSON.stringify({ id: makeId(), atMs: clock.nowMs(), type, taskId, facts });
      const { run, events } = runKeys(keys, runId);
      if (!lease) return void (await connection.run(APPEND_EVENT, [events], [stored, ttlMs]));
      const { owner, fence } = ofRun(lease, { runId });
      const outcome = await connection.run(APPEND_EVENT_AS_HOLDER, [run, events], [owner, fence, stored, ttlMs]);
      if (outcome === 'gone') throw new RunNotFoundError(runId, 'Redis');
      if (outcome === 'lost') throw new LeaseLostError(runId);
    },

    async after(runId, after, limit) {
      assertEventLimit(limit);
      const stored = await connection.ask((redis) => redis.lrange(runKeys(keys, runId).events, after, after + limit - 1));
      return stored.map((text, index) => {
        const { atMs, type, taskId, facts } = JSON.parse(text) as Omit<RunEvent, 'sequence' | 'runId'>;
        return { sequence: after + index + 1, runId, atMs, type, ...(taskId !== undefined && { taskId }), facts };
      });
    },
  };
}
