import type { Clock } from '../../kernel';
import { type RedisConnection, redisScript, type teamKeys } from '../../storage';
import { addUp } from '../add-up';
import { breakDown } from '../break-down';
import { BudgetExceededError } from '../errors';
import { type Ledger, type LedgerEntry, ROUNDING_USD } from '../ledger';

export interface RedisLedgerOptions {
  connection: RedisConnection;
  keys: ReturnType<typeof teamKeys>;
  clock: Clock;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Shorter than in SQLite, whose disk is cheap: three hundred bytes a call, in memory. */
const KEPT_DAYS = 90;
const BUCKETS_AT_ONCE = 100;

/**
 * KEYS 1 calls of the run · 2 reservations of the run
 * ARGV 1 call · 2 estimated USD · 3 budget USD · 4 now ms · 5 ms until it frees itself · 6 what rounding may add, USD
 * → empty, or the USD that are taken when the estimate does not fit
 */
const RESERVE = redisScript(`
local taken = tonumber(redis.call('HGET', KEYS[1], 'spentUsd') or '0')
local reserved = redis.call('HGETALL', KEYS[2])
for index = 1, #reserved, 2 do
  local usd, untilMs = string.match(reserved[index + 1], '^(%S+) (%S+)$')
  if tonumber(untilMs) <= tonumber(ARGV[4]) then redis.call('HDEL', KEYS[2], reserved[index])
  elseif reserved[index] ~= ARGV[1] then taken = taken + tonumber(usd) end
end
if taken + tonumber(ARGV[2]) > tonumber(ARGV[3]) + tonumber(ARGV[6]) then return string.format('%.17g', taken) end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', ARGV[4] + ARGV[5]))
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
return ''
`);

/**
 * KEYS 1 calls of the run, or of the day for a call outside any run · 2 the day's list of such keys · 3 reservations of the run
 * ARGV 1 call · 2 entry · 3 cost USD · 4 ms to keep
 */
const SETTLE = redisScript(`
if redis.call('HSETNX', KEYS[1], 'call:' .. ARGV[1], ARGV[2]) == 1 then
  redis.call('HINCRBYFLOAT', KEYS[1], 'spentUsd', ARGV[3])
  redis.call('SADD', KEYS[2], KEYS[1])
  for index = 1, 2 do
    if redis.call('PTTL', KEYS[index]) < 0 then redis.call('PEXPIRE', KEYS[index], ARGV[4]) end
  end
end
redis.call('HDEL', KEYS[3], ARGV[1])
return 1
`);

/** The ledger in Redis: each call stands once, with its run; a list per day finds them by time. */
export function openRedisLedger({ connection, keys, clock }: RedisLedgerOptions): Ledger {
  const runCalls = (runId: string) => keys('ledger', 'run', runId);
  const reservations = (runId: string | undefined) => keys('ledger', 'reserved', runId ?? '');
  const dayList = (day: number) => keys('ledger', 'day', day);

  const entriesIn = async (buckets: readonly string[]): Promise<LedgerEntry[]> => {
    const found = await connection.together((commands) => buckets.reduce((queued, bucket) => queued.hgetall(bucket), commands));
    return (found as Array<Record<string, string>>).flatMap((fields) => Object.entries(fields).filter(([name]) => name.startsWith('call:')).map(([, entry]) => JSON.parse(entry) as LedgerEntry));
  };

  const entriesSince = async (sinceMs: number): Promise<LedgerEntry[]> => {
    const today = dayOf(clock.nowMs());
    const days = Array.from({ length: KEPT_DAYS + 1 }, (_, back) => today - back).filter((day) => day >= dayOf(sinceMs));
    const lists = (await connection.together((commands) => days.reduce((queued, day) => queued.smembers(dayList(day)), commands))) as string[][];
    const buckets = [...new Set(lists.flat())];
    const entries: LedgerEntry[] = [];
    for (let start = 0; start < buckets.length; start += BUCKETS_AT_ONCE) entries.push(...(await entriesIn(buckets.slice(start, start + BUCKETS_AT_ONCE))));
    return entries.filter(({ atMs }) => atMs >= sinceMs);
  };

  return {
    async reserve({ callId, runId, estimatedUsd, budgetUsd, ttlMs }) {
      const takenUsd = await connection.run(RESERVE, [runCalls(runId), reservations(runId)], [callId, estimatedUsd, budgetUsd, clock.nowMs(), ttlMs, ROUNDING_USD]);
      if (takenUsd !== '') throw new BudgetExceededError(Number(takenUsd), budgetUsd);
    },

    async settle(entry) {
      const day = dayOf(entry.atMs);
      const bucket = entry.runId === undefined ? keys('ledger', 'day', day, 'calls') : runCalls(entry.runId);
      const stored = JSON.stringify({ ...entry, durationMs: Math.round(entry.durationMs) });
      await connection.run(SETTLE, [bucket, dayList(day), reservations(entry.runId)], [entry.callId, stored, entry.costUsd ?? 0, KEPT_DAYS * DAY_MS]);
    },

    async totals({ runId, taskId, sinceMs = 0 }) {
      const entries = runId === undefined ? await entriesSince(sinceMs) : await entriesIn([runCalls(runId)]);
      return addUp(entries.filter((entry) => entry.atMs >= sinceMs && (taskId === undefined || entry.taskId === taskId)));
    },

    breakdown: async ({ sinceMs }) => breakDown(await entriesSince(sinceMs)),
  };
}

/** Days since 1970, UTC. */
function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}
