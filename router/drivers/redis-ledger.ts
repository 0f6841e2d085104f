import type { Clock } from '../../kernel';
import { type RedisConnection, redisScript, type teamKeys } from '../../storage';
import { addUp } from '../add-up';
import { breakDown } from '../break-down';
import { usedUpError } from '../budgets/errors';
import { countersOf, type Counter } from '../budgets/window';
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
 * KEYS 1 reservations of all calls under way · 2… the hash each window is counted in
 * ARGV 1 call · 2 estimated USD · 3 now ms · 4 ms until it frees itself · 5 what rounding may add, USD · 6 keys of the windows, one per line · 7… of each window: key · field of its hash · limit, USD
 * → empty, or number of the first window it does not fit into and the USD taken there
 */
const RESERVE = redisScript(`
local taken = {}
for window = 0, #KEYS - 2 do taken[ARGV[window * 3 + 7]] = tonumber(redis.call('HGET', KEYS[window + 2], ARGV[window * 3 + 8]) or '0') end
local calls = redis.call('HGETALL', KEYS[1])
for index = 1, #calls, 2 do
  local usd, untilMs, windows = string.match(calls[index + 1], '^(%S+) (%S+)\\n(.*)$')
  if tonumber(untilMs) <= tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], calls[index])
  elseif calls[index] ~= ARGV[1] then
    for key in string.gmatch(windows, '[^\\n]+') do
      if taken[key] then taken[key] = taken[key] + tonumber(usd) end
    end
  end
end
for window = 0, #KEYS - 2 do
  local usd = taken[ARGV[window * 3 + 7]]
  if usd + tonumber(ARGV[2]) > tonumber(ARGV[window * 3 + 9]) + tonumber(ARGV[5]) then return window .. ' ' .. string.format('%.17g', usd) end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', ARGV[3] + ARGV[4]) .. '\\n' .. ARGV[6])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return ''
`);

/**
 * KEYS 1 calls of the run, or of the day for a call outside any run · 2 the day's list of such keys · 3 reservations · 4… hashes the call is counted in
 * ARGV 1 call · 2 entry · 3 cost USD · 4 ms to keep · 5… of each hash: ms to keep · its fields, one per line
 */
const SETTLE = redisScript(`
if redis.call('HSETNX', KEYS[1], 'call:' .. ARGV[1], ARGV[2]) == 1 then
  redis.call('SADD', KEYS[2], KEYS[1])
  for index = 1, 2 do
    if redis.call('PTTL', KEYS[index]) < 0 then redis.call('PEXPIRE', KEYS[index], ARGV[4]) end
  end
  for hash = 0, #KEYS - 4 do
    for field in string.gmatch(ARGV[hash * 2 + 6], '[^\\n]+') do redis.call('HINCRBYFLOAT', KEYS[hash + 4], field, ARGV[3]) end
    if redis.call('PTTL', KEYS[hash + 4]) < 0 then redis.call('PEXPIRE', KEYS[hash + 4], ARGV[hash * 2 + 5]) end
  end
end
redis.call('HDEL', KEYS[3], ARGV[1])
return 1
`);

/** The ledger in Redis: each call stands once, with its run; a list per day finds them by time. */
export function openRedisLedger({ connection, keys, clock }: RedisLedgerOptions): Ledger {
  const runCalls = (runId: string) => keys('ledger', 'run', runId);
  const reservations = keys('budget', 'reserved');
  // A hash for each hour, day and month, with a field for everybody who spent in it; runs and tasks have their own.
  const spentHash = ({ who, when }: Counter) => keys('budget', 'spent', when === '' ? who : when);
  const dayList = (day: number) => keys('ledger', 'day', day);

  const entriesIn = async (buckets: readonly string[]): Promise<LedgerEntry[]> => {
    const found = await connection.together((commands) => buckets.reduce((queued, bucket) => queued.hgetall(bucket), commands));
    return (found as Array<Record<string, string>>).flatMap((fields) => Object.entries(fields).filter(([name]) => name.startsWith('call:')).map(([, entry]) => JSON.parse(entry) as LedgerEntry));
  };

  async function* pagesSince(sinceMs: number): AsyncGenerator<LedgerEntry[]> {
    const today = dayOf(clock.nowMs());
    const days = Array.from({ length: KEPT_DAYS + 1 }, (_, back) => today - back).filter((day) => day >= dayOf(sinceMs));
    const lists = (await connection.together((commands) => days.reduce((queued, day) => queued.smembers(dayList(day)), commands))) as string[][];
    const buckets = [...new Set(lists.flat())];
    for (let start = 0; start < buckets.length; start += BUCKETS_AT_ONCE) {
      const entries = await entriesIn(buckets.slice(start, start + BUCKETS_AT_ONCE));
      yield entries.filter(({ atMs }) => atMs >= sinceMs);
    }
  }

  return {
    async reserve({ callId, estimatedUsd, windows, ttlMs }) {
      const held = [...new Set(windows.map(({ key }) => key))].join('\n');
      const refusal = String(await connection.run(RESERVE, [reservations, ...windows.map(spentHash)], [callId, estimatedUsd, clock.nowMs(), ttlMs, ROUNDING_USD, held, ...windows.flatMap(({ key, who, limitUsd }) => [key, who, limitUsd])]));
      if (refusal === '') return;
      const [index, takenUsd] = refusal.split(' ').map(Number);
      throw usedUpError(windows[index!]!, takenUsd!);
    },

    async spentUsd(windows) {
      const found = await connection.together((commands) => windows.reduce((queued, window) => queued.hget(spentHash(window), window.who), commands));
      return found.map(Number);
    },

    async settle(entry) {
      const day = dayOf(entry.atMs);
      const bucket = entry.runId === undefined ? keys('ledger', 'day', day, 'calls') : runCalls(entry.runId);
      const stored = JSON.stringify({ ...entry, durationMs: Math.round(entry.durationMs) });
      // Counted whether or not there is a budget: one that is set later knows what its window has cost.
      const hashes = entry.costUsd ? [...byHash(countersOf(entry), spentHash)] : [];
      const keptMs = ({ untilMs }: Counter) => (untilMs === null ? KEPT_DAYS * DAY_MS : Math.max(0, untilMs - clock.nowMs()) + DAY_MS);
      await connection.run(SETTLE, [bucket, dayList(day), reservations, ...hashes.map(([hash]) => hash)], [entry.callId, stored, entry.costUsd ?? 0, KEPT_DAYS * DAY_MS, ...hashes.flatMap(([, counters]) => [keptMs(counters[0]!), counters.map(({ who }) => who).join('\n')])]);
    },

    async totals({ runId, taskId, sinceMs = 0 }) {
      const entries = runId === undefined ? (await Array.fromAsync(pagesSince(sinceMs))).flat() : await entriesIn([runCalls(runId)]);
      return addUp(entries.filter((entry) => entry.atMs >= sinceMs && (taskId === undefined || entry.taskId === taskId)));
    },

    breakdown: async ({ sinceMs }) => await breakDown(pagesSince(sinceMs)),
  };
}

function byHash(counters: readonly Counter[], hashOf: (counter: Counter) => string): Map<string, Counter[]> {
  const hashes = new Map<string, Counter[]>();
  for (const counter of counters) hashes.set(hashOf(counter), [...(hashes.get(hashOf(counter)) ?? []), counter]);
  return hashes;
}

/** Days since 1970, UTC. */
function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}
