import { redisScript } from '../../../storage';

/*
 * As in redis-run-scripts.ts: a script may be sent twice, so it knows its own work when it sees it (by the name of the write: two people may do the same in one millisecond),
 * and it begins with the write that needs memory.
 */

/**
 * Writes one approval and one line of the log, if both are as they were read.
 * KEYS 1 approval · 2 audit log · 3 audit head · 4 index of all · 5 index of the open and approved, by when they end · 6 index of the run, or the index of all again
 * ARGV 1 record read ('' for none) · 2 record to write · 3 hash of the head read ('' for none) · 4 line · 5 head to write · 6 hash of the line · 7 id · 8 born ms · 9 time to live ms · 10 ends ms, '' when it has ended · 11 born before: forget · 12 name of this write
 * → 'written' | 'changed'
 */
export const WRITE_APPROVAL = redisScript(`
local head = redis.call('HGET', KEYS[3], 'hash') or ''
if redis.call('HGET', KEYS[3], 'write') == ARGV[12] then return 'written' end
if head ~= ARGV[3] or (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 'changed' end
if ARGV[1] == '' then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[9]) else redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL') end
redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('HSET', KEYS[3], 'sequence', ARGV[5], 'hash', ARGV[6], 'write', ARGV[12])
redis.call('ZADD', KEYS[4], ARGV[8], ARGV[7])
redis.call('ZADD', KEYS[6], ARGV[8], ARGV[7])
if KEYS[6] ~= KEYS[4] then redis.call('PEXPIRE', KEYS[6], ARGV[9]) end
if ARGV[10] == '' then redis.call('ZREM', KEYS[5], ARGV[7]) else redis.call('ZADD', KEYS[5], ARGV[10], ARGV[7]) end
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[11])
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', ARGV[11])
return 'written'
`);

/**
 * Adds or removes an approver with its line in the log.
 * KEYS 1 approvers · 2 audit log · 3 audit head
 * ARGV 1 'add' or 'remove' · 2 key of the person · 3 approver · 4 hash of the head read · 5 line · 6 sequence · 7 hash of the line · 8 name of this write
 * → 'written' | 'changed' | 'refused': there is such an approver, or none
 */
export const WRITE_APPROVER = redisScript(`
local head = redis.call('HGET', KEYS[3], 'hash') or ''
if redis.call('HGET', KEYS[3], 'write') == ARGV[8] then return 'written' end
if head ~= ARGV[4] then return 'changed' end
local known = redis.call('HEXISTS', KEYS[1], ARGV[2])
if ARGV[1] == 'add' then
  if known == 1 then return 'refused' end
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
else
  if known == 0 then return 'refused' end
end
redis.call('RPUSH', KEYS[2], ARGV[5])
redis.call('HSET', KEYS[3], 'sequence', ARGV[6], 'hash', ARGV[7], 'write', ARGV[8])
if ARGV[1] == 'remove' then redis.call('HDEL', KEYS[1], ARGV[2]) end
return 'written'
`);

/**
 * Takes the oldest lines out of the log and says so in a new one.
 * KEYS 1 audit log · 2 audit head; ARGV 1 hash of the head read · 2 line · 3 sequence · 4 hash of the line · 5 how many go · 6 name of this write → 'written' | 'changed'
 */
export const SHORTEN_AUDIT = redisScript(`
if redis.call('HGET', KEYS[2], 'write') == ARGV[6] then return 'written' end
if (redis.call('HGET', KEYS[2], 'hash') or '') ~= ARGV[1] then return 'changed' end
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], 'sequence', ARGV[3], 'hash', ARGV[4], 'write', ARGV[6])
redis.call('HINCRBY', KEYS[2], 'gone', ARGV[5])
redis.call('LTRIM', KEYS[1], ARGV[5], -1)
return 'written'
`);

/**
 * Lines and head of one moment, whatever was put behind the last line.
 * KEYS 1 audit log · 2 audit head; ARGV 1 place to begin behind · 2 how many → sequence, hash, how many lines are gone, lines
 */
export const READ_AUDIT = redisScript(`
local head = redis.call('HMGET', KEYS[2], 'sequence', 'hash', 'gone')
local gone = head[3] or '0'
local first = math.max(tonumber(ARGV[1]) - tonumber(gone), 0)
return {head[1] or '', head[2] or '', gone, redis.call('LRANGE', KEYS[1], first, first + tonumber(ARGV[2]) - 1)}
`);
