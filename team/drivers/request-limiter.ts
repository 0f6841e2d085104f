import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts requests per sender within a minute. */
export interface RequestLimiter {
  /** @returns 0 when the request may pass, else the seconds to wait */
  secondsToWait(sender: string): Promise<number>;
}

export function memoryRequestLimiter(perMinute: number): RequestLimiter {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    secondsToWait: async (sender) => {
      try {
        await limiter.consume(sender);
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
        throw refusal;
      }
    },
  };
}
