import type { Clock } from '../../kernel';
import { redisScript, type RedisConnection, type teamKeys } from '../../storage';
import { FORGOTTEN_MS, MINUTE_MS, type CapStore } from '../caps/cap-store';

/**
 * KEYS 1… for each cap: slots by the end of their lease · slots by their beginning · tokens by slot · who waits: since when, and when he last asked
 * ARGV 1 slot · 2 now ms · 3 ms of the lease · 4 tokens · 5 since when it waits, ms since 1970 · 6 whether it asks again (1 or 0) · 7… for each cap: calls at once · requests and · tokens per minute; -1 for any number
 * → empty, or the number of the cap that is full and the ms until it may have room, 0 when a call must end first
 */
const BEGIN = redisScript(`
local now, lease, tokens = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
for cap = 0, #KEYS / 4 - 1 do
  local held, begun, used, waiters = KEYS[cap * 4 + 1], KEYS[cap * 4 + 2], KEYS[cap * 4 + 3], KEYS[cap * 4 + 4]
  local atOnce, requests, most = tonumber(ARGV[cap * 3 + 7]), tonumber(ARGV[cap * 3 + 8]), tonumber(ARGV[cap * 3 + 9])
  redis.call('ZREMRANGEBYSCORE', held, '-inf', now)
  for _, slot in ipairs(redis.call('ZRANGEBYSCORE', begun, '-inf', now - ${MINUTE_MS})) do
    redis.call('ZREM', begun, slot)
    redis.call('HDEL', used, slot)
  end
  if atOnce >= 0 then
    local before, waiting = 0, redis.call('HGETALL', waiters)
    for index = 1, #waiting, 2 do
      local since, seen = string.match(waiting[index + 1], '^(%S+) (%S+)$')
      if tonumber(seen) <= now - ${FORGOTTEN_MS} then redis.call('HDEL', waiters, waiting[index])
      elseif waiting[index] ~= ARGV[1] and tonumber(since) < tonumber(ARGV[5]) then before = before + 1 end
    end
    if redis.call('ZCARD', held) + before >= atOnce then
      if ARGV[6] == '1' then
        redis.call('HSET', waiters, ARGV[1], ARGV[5] .. ' ' .. ARGV[2])
        redis.call('PEXPIRE', waiters, ${MINUTE_MS})
      end
      return cap .. ' 0'
    end
  end
  local left, sum, wait = redis.call('ZCARD', begun), 0, 0
  if most >= 0 then for _, count in ipairs(redis.call('HVALS', used)) do sum = sum + tonumber(count) end end
  local function full() return (requests >= 0 and left >= requests) or (most >= 0 and sum > 0 and sum + tokens > most) end
  if full() then
    local slots = redis.call('ZRANGE', begun, 0, -1, 'WITHSCORES')
    for index = 1, #slots, 2 do
      if not full() then break end
      left = left - 1
      sum = sum - tonumber(redis.call('HGET', used, slots[index]) or '0')
      wait = tonumber(slots[index + 1]) + ${MINUTE_MS} - now
    end
    return cap .. ' ' .. string.format('%.0f', wait)
  end
end
for cap = 0, #KEYS / 4 - 1 do
  redis.call('ZADD', KEYS[cap * 4 + 1], now + lease, ARGV[1])
  redis.call('ZADD', KEYS[cap * 4 + 2], now, ARGV[1])
  redis.call('HSET', KEYS[cap * 4 + 3], ARGV[1], tokens)
  for index = 1, 3 do redis.call('PEXPIRE', KEYS[cap * 4 + index], math.max(lease, ${MINUTE_MS})) end
  redis.call('HDEL', KEYS[cap * 4 + 4], ARGV[1])
end
return ''
`);

/** KEYS as BEGIN · ARGV 1 slot · 2 end of the lease, ms since 1970 · 3 ms of the lease */
const RENEW = redisScript(`
for index = 1, #KEYS, 4 do
  redis.call('ZADD', KEYS[index], 'XX', ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[index], math.max(tonumber(ARGV[3]), ${MINUTE_MS}))
end
return 1
`);

/** KEYS as BEGIN · ARGV 1 slot · 2 tokens, or empty */
const END = redisScript(`
for index = 1, #KEYS, 4 do
  redis.call('ZREM', KEYS[index], ARGV[1])
  if ARGV[2] ~= '' and redis.call('HEXISTS', KEYS[index + 2], ARGV[1]) == 1 then redis.call('HSET', KEYS[index + 2], ARGV[1], ARGV[2]) end
end
return 1
`);

/** Caps of all processes on the team's Redis. */
export function openRedisCapStore({ connection, keys, clock }: { connection: RedisConnection; keys: ReturnType<typeof teamKeys>; clock: Clock }): CapStore {
  const keysOf = (caps: ReadonlyArray<{ key: string }>) => caps.flatMap(({ key }) => ['held', 'begun', 'tokens', 'waiting'].map((part) => keys('caps', part, key)));
  return {
    async begin({ slotId, caps, tokens, leaseMs, sinceMs, waits }) {
      const limits = caps.flatMap(({ concurrency = -1, requestsPerMinute = -1, tokensPerMinute = -1 }) => [concurrency, requestsPerMinute, tokensPerMinute]);
      const refusal = String(await connection.run(BEGIN, keysOf(caps), [slotId, clock.nowMs(), leaseMs, tokens, sinceMs, waits ? 1 : 0, ...limits]));
      if (refusal === '') return { begun: true };
      const [index, retryInMs] = refusal.split(' ').map(Number);
      return { begun: false, full: caps[index!]!, retryInMs: retryInMs! };
    },
    async renew({ slotId, caps, leaseMs }) {
      await connection.run(RENEW, keysOf(caps), [slotId, clock.nowMs() + leaseMs, leaseMs]);
    },
    async end({ slotId, caps }, tokens) {
      await connection.run(END, keysOf(caps), [slotId, tokens ?? '']);
    },
  };
}
