import type { Clock } from '../../kernel';
import type { RedisConnection, teamKeys } from '../../storage';
import { DAY_MS, RECALL_COUNTS, type RecallTallies, dayOf, emptyRecallTally } from '../recall-tallies';

/** As long as the ledger keeps its calls there. */
const KEPT_DAYS = 90;

export interface RedisRecallTalliesOptions {
  connection: RedisConnection;
  keys: ReturnType<typeof teamKeys>;
  clock: Clock;
}

/** Counts recalls in the team's Redis: a hash for each day. */
export function openRedisRecallTallies({ connection, keys, clock }: RedisRecallTalliesOptions): RecallTallies {
  const dayKey = (atMs: number): string => keys('recalls', dayOf(atMs));
  return {
    async add(counts) {
      const key = dayKey(clock.nowMs());
      const counted = RECALL_COUNTS.filter((name) => counts[name]);
      if (counted.length === 0) return;
      await connection.together((commands) => counted.reduce((queued, name) => queued.hincrby(key, name, counts[name]!), commands).pexpire(key, KEPT_DAYS * DAY_MS));
    },

    async tally({ sinceMs }) {
      const nowMs = clock.nowMs();
      const oldestMs = Math.max(sinceMs, nowMs - (KEPT_DAYS - 1) * DAY_MS, 0);
      const days = new Set(Array.from({ length: Math.ceil((nowMs - oldestMs) / DAY_MS) + 1 }, (_, back) => dayKey(Math.max(oldestMs, nowMs - back * DAY_MS))));
      const found = (await connection.together((commands) => [...days].reduce((queued, key) => queued.hgetall(key), commands))) as Array<Record<string, string>>;
      const tally = emptyRecallTally();
      for (const day of found) for (const name of RECALL_COUNTS) tally[name] += Number(day[name] ?? 0);
      return tally;
    },
  };
}
