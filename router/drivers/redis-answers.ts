import { randomBytes } from 'node:crypto';
import { type RedisConnection, redisScript, type teamKeys } from '../../storage';
import { ANSWER_BOUNDS, type AnswerBounds, type AnswerStore, type StoredAnswer } from '../answer-cache/answer-store';

export interface RedisAnswersOptions {
  connection: RedisConnection;
  keys: ReturnType<typeof teamKeys>;
}

/**
 * KEYS 1 answers by key · 2 keys by time · 3 bytes of all texts
 * ARGV 1 key · 2 answer · 3 at ms · 4 most entries · 5 most bytes · 6 ms to keep
 * An answer stands as its length in bytes, a space, and its JSON.
 */
const KEEP = redisScript(`
local function bytesOf(stored) return tonumber(string.match(stored, '^%d+')) end
local function forget(key)
  local stored = redis.call('HGET', KEYS[1], key)
  if stored then
    redis.call('HDEL', KEYS[1], key)
    redis.call('DECRBY', KEYS[3], bytesOf(stored))
  end
  redis.call('ZREM', KEYS[2], key)
end
forget(ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local total = redis.call('INCRBY', KEYS[3], bytesOf(ARGV[2]))
while true do
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  local isOld = oldest[2] and tonumber(oldest[2]) < tonumber(ARGV[3]) - tonumber(ARGV[6])
  if not oldest[1] or not (isOld or redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[4]) or total > tonumber(ARGV[5])) then break end
  forget(oldest[1])
  total = tonumber(redis.call('GET', KEYS[3]))
end
for index = 1, 3 do redis.call('PEXPIRE', KEYS[index], ARGV[6]) end
return 1
`);

/** Kept answers in the team's Redis. */
export function openRedisAnswers({ connection, keys }: RedisAnswersOptions, bounds: AnswerBounds = ANSWER_BOUNDS): AnswerStore {
  let secret: Promise<string> | undefined;
  const readSecret = async (): Promise<string> => {
    await connection.ask((redis) => redis.set(keys('answers', 'secret'), randomBytes(32).toString('hex'), 'NX'));
    return (await connection.ask((redis) => redis.get(keys('answers', 'secret')))) ?? '';
  };
  return {
    async secret() {
      secret ??= readSecret();
      secret.catch(() => (secret = undefined));
      return await secret;
    },

    async find(key, sinceMs) {
      const stored = await connection.ask((redis) => redis.hget(keys('answers'), key));
      const answer = stored === null ? undefined : (JSON.parse(stored.slice(stored.indexOf(' '))) as StoredAnswer);
      return answer && answer.atMs >= sinceMs ? answer : undefined;
    },

    async keep(key, answer) {
      const stored = `${Buffer.byteLength(answer.text)} ${JSON.stringify(answer)}`;
      await connection.run(KEEP, [keys('answers'), keys('answers', 'times'), keys('answers', 'bytes')], [key, stored, answer.atMs, bounds.entries, bounds.bytes, bounds.keptMs]);
    },
  };
}
