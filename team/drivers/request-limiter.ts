import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type RedisConnection, redisScript, type teamKeys } from '../../storage';

/** Counts requests per sender within a minute. */
export interface RequestLimiter {
  /** @returns 0 when the request may pass, else the seconds to wait */
  secondsToWait(sender: string): Promise<number>;
}

const WINDOW_MS = 60_000;

export function memoryRequestLimiter(perMinute: number): RequestLimiter {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_MS / 1_000 });
  return {
    secondsToWait: async (sender) => {
      try {
        await limiter.consume(sender);
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return secondsOf(refusal.msBeforeNext);
        throw refusal;
      }
    },
  };
}

/** KEYS 1 sender; ARGV 1 window ms · 2 requests in it → ms to wait, 0 to pass */
const COUNT_REQUEST = redisScript(`
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
if count <= tonumber(ARGV[2]) then return 0 end
return math.max(1, redis.call('PTTL', KEYS[1]))
`);

/** One count for all processes that serve the interface. */
export function redisRequestLimiter(perMinute: number, { connection, keys }: { connection: RedisConnection; keys: ReturnType<typeof teamKeys> }): RequestLimiter {
  return {
    secondsToWait: async (sender) => {
      const waitMs = Number(await connection.run(COUNT_REQUEST, [keys('requests', sender)], [WINDOW_MS, perMinute]));
      return waitMs === 0 ? 0 : secondsOf(waitMs);
    },
  };
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
