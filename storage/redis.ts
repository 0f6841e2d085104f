import { Redis } from 'ioredis';
import { networkReason } from '../kernel';
import { type PingResult, timed } from './ping';

/** What a Redis server says about itself; unset where the user may not ask. */
export interface RedisPing extends PingResult {
  /** Is every write kept in an append-only file? */
  appendOnly?: boolean;
  /** What it does when its memory is full, for instance `noeviction`. */
  evictionPolicy?: string;
}

/**
 * Asks a Redis server whether it is there and lets us in. Never throws, never leaves a connection behind.
 *
 * @param url `redis://` or `rediss://`, with user and password when it needs them
 * @param timeoutMs for the whole question, connecting included
 */
export async function pingRedis(url: string, timeoutMs: number): Promise<RedisPing> {
  return await timed(
    () => askRedis(url, timeoutMs),
    (error) => `${explain(error)}.`,
  );
}

async function askRedis(url: string, timeoutMs: number): Promise<Omit<RedisPing, 'latencyMs'>> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: timeoutMs, commandTimeout: timeoutMs, maxRetriesPerRequest: 0, disconnectTimeout: 100, retryStrategy: () => null, enableReadyCheck: false });
  // The cause of a failed connect comes as an event; the promise says only that the connection is closed.
  let fault: unknown;
  redis.on('error', (error) => (fault ??= error));
  try {
    return await withTimeLimit(timeoutMs, async () => {
      await redis.connect();
      await redis.ping();
      const facts = await factsOf(redis);
      return { ok: true, detail: `answers${facts.version ? `, version ${facts.version}` : ''}.`, ...facts };
    });
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
}

class NoAnswerInTime {
  constructor(readonly timeoutMs: number) {}
}

async function withTimeLimit<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswerInTime(timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** A user may be allowed to PING and not to ask for INFO; then nothing of this is known. */
async function factsOf(redis: Redis): Promise<Pick<RedisPing, 'version' | 'appendOnly' | 'evictionPolicy'>> {
  const info = await redis.info().catch(() => '');
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const [version, appendOnly, evictionPolicy] = ['redis_version', 'aof_enabled', 'maxmemory_policy'].map(field);
  return { ...(version && { version }), ...(appendOnly && { appendOnly: appendOnly === '1' }), ...(evictionPolicy && { evictionPolicy }) };
}

function explain(error: unknown): string {
  if (error instanceof NoAnswerInTime) return `no answer within ${error.timeoutMs} ms`;
  // Redis' own protocol: the first word of an error reply is its code.
  const reply = (error as Error).message?.split(' ', 1)[0];
  if (reply === 'NOAUTH') return 'it asks for a password';
  if (reply === 'WRONGPASS' || reply === 'ERR') return 'it refuses this user name or password';
  return networkReason(error) ?? 'it did not answer as a Redis server does';
}
