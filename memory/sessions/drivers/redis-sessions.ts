import { sha256 } from '../../../kernel';
import { type RedisConnection, redisScript, type teamKeys } from '../../../storage';
import { MAX_SESSION_MESSAGES, type SessionMessage, type SessionStore } from '../session-store';

export interface RedisSessionsOptions {
  connection: RedisConnection;
  keys: ReturnType<typeof teamKeys>;
}

/**
 * KEYS 1 messages · 2 facts (`summary`, `first`) · 3 sessions of the user, by when each ends
 * ARGV 1 ms to keep · 2 most messages · 3 session, empty without a user · 4… messages
 */
const APPEND = redisScript(`
for index = 4, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[index]) end
local over = redis.call('LLEN', KEYS[1]) - tonumber(ARGV[2])
if over > 0 then
  redis.call('LTRIM', KEYS[1], over, -1)
  redis.call('HINCRBY', KEYS[2], 'first', over)
end
redis.call('HSETNX', KEYS[2], 'first', 0)
for index = 1, 2 do redis.call('PEXPIRE', KEYS[index], ARGV[1]) end
if ARGV[3] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
  redis.call('ZADD', KEYS[3], now + ARGV[1], ARGV[3])
  redis.call('PEXPIRE', KEYS[3], math.max(tonumber(ARGV[1]), redis.call('PTTL', KEYS[3])))
end
return 1
`);

/** KEYS as APPEND, 1 and 2 · ARGV 1 first number · 2 messages that go · 3 summary → 1 when it was done */
const COMPACT = redisScript(`
if redis.call('HGET', KEYS[2], 'first') ~= ARGV[1] then return 0 end
redis.call('LTRIM', KEYS[1], ARGV[2], -1)
redis.call('HINCRBY', KEYS[2], 'first', ARGV[2])
redis.call('HSET', KEYS[2], 'summary', ARGV[3])
return 1
`);

/** Messages and facts as they were at one moment. KEYS 1 and 2 as APPEND */
const READ = redisScript(`return { redis.call('LRANGE', KEYS[1], 0, -1), redis.call('HMGET', KEYS[2], 'summary', 'first') }`);

/** Conversations in the team's Redis: a list and its facts per session. Ids are hashed, so that they may be anything. */
export function openRedisSessions({ connection, keys }: RedisSessionsOptions): SessionStore {
  const keysOf = (session: string) => [keys('sessions', session, 'messages'), keys('sessions', session, 'facts')];
  const userKey = (user: string) => keys('sessions-of-user', sha256(user));
  const living = async (user: string): Promise<string[]> => {
    const sessions = await connection.ask((redis) => redis.zrange(userKey(user), '0', '-1'));
    const alive = await Promise.all(sessions.map((session) => connection.ask((redis) => redis.exists(keys('sessions', session, 'facts')))));
    return sessions.filter((_, index) => alive[index] === 1);
  };

  return {
    async append(sessionId, messages, { user, keptMs }) {
      const session = sha256(sessionId);
      await connection.run(APPEND, [...keysOf(session), userKey(user ?? '')], [keptMs, MAX_SESSION_MESSAGES, user === undefined ? '' : session, ...messages.map((message) => JSON.stringify(message))]);
    },

    async read(sessionId) {
      const [messages, [summary, first]] = (await connection.run(READ, keysOf(sha256(sessionId)), [])) as [string[], [string | null, string | null]];
      return { summary: summary ?? '', firstNumber: Number(first ?? 0), messages: messages.map((message) => JSON.parse(message) as SessionMessage) };
    },

    compact: async (sessionId, { firstNumber, count, summary }) => (await connection.run(COMPACT, keysOf(sha256(sessionId)), [firstNumber, count, summary])) === 1,

    async clear(sessionId) {
      await connection.ask((redis) => redis.del(...keysOf(sha256(sessionId))));
    },

    countOfUser: async (user) => (await living(user)).length,

    async removeOfUser(user) {
      const sessions = await living(user);
      await connection.ask((redis) => redis.del(userKey(user), ...sessions.flatMap(keysOf)));
      return sessions.length;
    },
  };
}
