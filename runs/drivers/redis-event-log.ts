import type { Clock, MakeId } from '../../kernel';
import type { RedisConnection } from '../../storage';
import { LeaseLostError, RunNotFoundError } from '../errors';
import { type EventLog, NOBODY, type RunEvent, assertEventLimit } from '../events';
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

    countOfPerson: async (name) => (await naming(name)).length,

    async forgetPerson(name) {
      const found = await naming(name);
      for (const { key, index, stored } of found) {
        const event = JSON.parse(stored) as RunEvent;
        const facts = { ...event.facts, submittedBy: NOBODY };
        await connection.ask((redis) => redis.lset(key, index, JSON.stringify({ ...event, facts })));
      }
      return found.length;
    },
  };

  /** Who submitted a run stands in its first event or, when the run was planned at once, soon after. */
  async function naming(name: string): Promise<Array<{ key: string; index: number; stored: string }>> {
    const found: Array<{ key: string; index: number; stored: string }> = [];
    let cursor = '0';
    do {
      const [next, lists] = await connection.ask((redis) => redis.scan(cursor, 'MATCH', runKeys(keys, '*').events, 'COUNT', KEYS_PER_SCAN));
      for (const key of lists) {
        const first = await connection.ask((redis) => redis.lrange(key, 0, FIRST_EVENTS - 1));
        const index = first.findIndex((stored) => (JSON.parse(stored) as RunEvent).facts.submittedBy === name);
        if (index >= 0 && !found.some((known) => known.key === key)) found.push({ key, index, stored: first[index]! });
      }
      cursor = next;
    } while (cursor !== '0');
    return found;
  }
}

const KEYS_PER_SCAN = 500;
const FIRST_EVENTS = 10;
