import type { Clock, MakeId } from '../../kernel';
import type { RedisConnection } from '../../storage';
import { type EventLog, type RunEvent, assertEventLimit } from '../events';
import { DEFAULT_TTL_MS } from '../lifetime';
import { type TeamKeys, runKeys } from './redis-keys';
import { APPEND_EVENT } from './redis-run-scripts';

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
    async append({ runId, type, taskId, facts }) {
      const stored = JSON.stringify({ id: makeId(), atMs: clock.nowMs(), type, taskId, facts });
      await connection.run(APPEND_EVENT, [runKeys(keys, runId).events], [stored, ttlMs]);
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
