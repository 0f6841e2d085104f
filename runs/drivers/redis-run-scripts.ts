import { redisScript } from '../../storage';

/*
 * A cut connection makes the client send a command again that may have been done before it was cut. So each script knows its own work
 * when it sees it: a run by its id, a change by the version it writes. And each begins with a write that needs memory: a full Redis
 * refuses that one, and so all of the script, but none that comes after a write it has let pass.
 */

/**
 * Makes a run, unless its idempotency key stands for another.
 * KEYS 1 run · 2 index of all · 3 index of the queued · 4 idempotency key, or the run's key when there is none · 5… all indexes
 * ARGV 1 run id · 2 born ms · 3 time to live ms · 4 run id whose idempotency key counts no more · 5 born before: forget · 6… fields and values
 * → the id of the run that answers
 */
export const CREATE_RUN = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return ARGV[1] end
if KEYS[4] ~= KEYS[1] then
  local earlier = redis.call('GET', KEYS[4])
  if earlier and earlier ~= ARGV[4] then return earlier end
  redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[3])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 6))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
for index = 5, #KEYS do redis.call('ZREMRANGEBYSCORE', KEYS[index], '-inf', ARGV[5]) end
return ARGV[1]
`);

/**
 * Writes a change of a run, if the run is as it was read.
 * KEYS 1 run · 2 attempts · 3 journal · 4 events · 5 index of the status before · 6 index of the status after
 * ARGV 1 version read · 2 version written · 3 run id · 4 born ms · 5 ms it must live on at least · 6 number of run fields · then fields and values of the run · then of its attempts
 * → 'written' | 'changed' | 'gone'
 */
export const WRITE_RUN = redisScript(`
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return 'gone' end
if version == ARGV[2] then return 'written' end
if version ~= ARGV[1] then return 'changed' end
local lastField = 6 + 2 * tonumber(ARGV[6])
redis.call('HSET', KEYS[1], 'version', ARGV[2], unpack(ARGV, 7, lastField))
if #ARGV > lastField then
  redis.call('HSET', KEYS[2], unpack(ARGV, lastField + 1))
  redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
end
for index = 1, 4 do
  local left = redis.call('PTTL', KEYS[index])
  if left >= 0 and left < tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[index], ARGV[5]) end
end
if KEYS[5] ~= KEYS[6] then
  redis.call('ZREM', KEYS[5], ARGV[3])
  redis.call('ZADD', KEYS[6], ARGV[4], ARGV[3])
end
return 'written'
`);

/** A run and what its attempts brought, as of one moment. KEYS 1 run · 2 attempts → both hashes, fields and values one after the other */
export const READ_RUN = redisScript("return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}");

const IF_HELD = `
local lease = redis.call('HMGET', KEYS[1], 'owner', 'fence')
if not lease[2] then return 'gone' end
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then return 'lost' end
`;

/**
 * Opens a step, anew when it was cut; a finished one stays.
 * KEYS 1 run · 2 journal; ARGV 1 owner · 2 fence · 3 step key · 4 input hash · 5 time to live ms · 6 tries → 'done' | 'gone' | 'lost'
 */
export const BEGIN_STEP = redisScript(`${IF_HELD}
if redis.call('HEXISTS', KEYS[2], 'output:' .. ARGV[3]) == 1 then return 'done' end
local isFirst = redis.call('EXISTS', KEYS[2]) == 0
redis.call('HSET', KEYS[2], 'input:' .. ARGV[3], ARGV[4], 'tries:' .. ARGV[3], ARGV[6])
if isFirst then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
return 'done'
`);

/** KEYS 1 run · 2 journal; ARGV 1 owner · 2 fence · 3 step key · 4 output → 'done' | 'absent' | 'gone' | 'lost' */
export const FINISH_STEP = redisScript(`${IF_HELD}
if redis.call('HEXISTS', KEYS[2], 'input:' .. ARGV[3]) == 0 then return 'absent' end
redis.call('HSETNX', KEYS[2], 'output:' .. ARGV[3], ARGV[4])
return 'done'
`);

/**
 * Appends an event; its place in the list is its number. An equal one (its id is in it) among the last is the same, sent again.
 * KEYS 1 events; ARGV 1 event · 2 time to live ms
 */
export const APPEND_EVENT = redisScript(append({ events: 'KEYS[1]', event: 'ARGV[1]', ttlMs: 'ARGV[2]' }));

/** The same for the run's holder. KEYS 1 run · 2 events; ARGV 1 owner · 2 fence · 3 event · 4 time to live ms → 'done' | 'gone' | 'lost' */
export const APPEND_EVENT_AS_HOLDER = redisScript(`${IF_HELD}${append({ events: 'KEYS[2]', event: 'ARGV[3]', ttlMs: 'ARGV[4]' })}`);

function append({ events, event, ttlMs }: { events: string; event: string; ttlMs: string }): string {
  return `
for _, known in ipairs(redis.call('LRANGE', ${events}, -20, -1)) do
  if known == ${event} then return 'done' end
end
if redis.call('RPUSH', ${events}, ${event}) == 1 then redis.call('PEXPIRE', ${events}, ${ttlMs}) end
return 'done'
`;
}
