import { createHash } from 'node:crypto';
import { type ChainableCommander, Redis, type RedisOptions } from 'ioredis';
import { redisError } from './redis-errors';

/** Where a Redis is and how to get in. */
export interface RedisAddress {
  /** `redis://` or `rediss://`, with user, password and database when it needs them. */
  url: string;
  /** For `rediss://`: the name its certificate has when that is not the host's, and whether the certificate must be valid (default yes). */
  tls?: { serverName?: string; mustBeValid?: boolean };
}

/** A Lua script: Redis runs it as one step, between which nobody else's command comes. */
export interface RedisScript {
  lua: string;
  sha1: string;
}

export interface RedisConnection {
  /** Runs commands; what they fail with leaves as RedisDownError, RedisTimeoutError, RedisFullError, RedisReadOnlyError or RedisRefusedError. */
  ask<T>(commands: (redis: Redis) => Promise<T>): Promise<T>;
  /** Runs a script; after a cut connection it may run twice. */
  run(script: RedisScript, keys: readonly string[], values: ReadonlyArray<string | number>): Promise<unknown>;
  /** Sends commands at once; others' may come between them. Not as MULTI, which a full Redis refuses even for reading. @returns their answers in order */
  together(queue: (commands: ChainableCommander) => ChainableCommander): Promise<unknown[]>;
  /** Milliseconds the server's clock is ahead of this machine's, now: that it was set meanwhile changes nothing. */
  clockOffsetMs(): number;
  /** Waits for what was sent, then ends. Nothing can be asked after it. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Longer than a restart of Redis takes: what waits for it goes on when it is back. */
const COMMAND_TIMEOUT_MS = 10_000;
const MAX_RECONNECT_DELAY_MS = 1_000;
/** About ten seconds with the delays between them. A command that is given up is not sent when Redis comes back later. */
const RECONNECTS_PER_COMMAND = 9;

export function redisScript(lua: string): RedisScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}

/** The keys of one team. The braces make a cluster keep them in one place, so that a script may use several. */
export function teamKeys(teamName: string): (...parts: ReadonlyArray<string | number>) => string {
  return (...parts) => ['aios', `{${teamName}}`, ...parts].join(':');
}

/**
 * Connects once, and then keeps connecting for ever: a Redis that comes back is found within a second or two.
 *
 * @param commandTimeoutMs how long a command may take, waiting for the connection included
 * @throws {RedisDownError | RedisTimeoutError | RedisRefusedError} when it does not answer now
 */
export async function openRedis(address: RedisAddress, commandTimeoutMs = COMMAND_TIMEOUT_MS): Promise<RedisConnection> {
  const connection = new Connection(address, commandTimeoutMs);
  try {
    await connection.connect();
    return connection;
  } catch (error) {
    connection.abandon();
    throw error;
  }
}

class Connection implements RedisConnection {
  private readonly redis: Redis;
  /** Why the connection is not up; commands that wait for it know only that it is not. */
  private fault: unknown;
  /** What the server's clock said, and when that was by a clock that nobody sets. */
  private measured?: { serverMs: number; atMs: number };

  constructor(
    address: RedisAddress,
    private readonly commandTimeoutMs: number,
  ) {
    this.redis = new Redis(address.url, connectionOptions(address, commandTimeoutMs));
    this.redis.on('error', (error: unknown) => (this.fault = error));
    this.redis.on('ready', () => {
      this.fault = undefined;
      // A primary that takes over may have another clock.
      void this.measureClock().catch(() => {});
    });
  }

  async connect(): Promise<void> {
    await this.translated(this.redis.connect());
    await this.translated(this.measureClock());
  }

  async ask<T>(commands: (redis: Redis) => Promise<T>): Promise<T> {
    return await this.translated(commands(this.redis));
  }

  async run({ lua, sha1 }: RedisScript, keys: readonly string[], values: ReadonlyArray<string | number>): Promise<unknown> {
    return await this.translated(
      this.redis.evalsha(sha1, keys.length, ...keys, ...values).catch((error: Error) => {
        // A restarted Redis has forgotten its scripts.
        if (!error.message.startsWith('NOSCRIPT')) throw error;
        return this.redis.eval(lua, keys.length, ...keys, ...values);
      }),
    );
  }

  async together(queue: (commands: ChainableCommander) => ChainableCommander): Promise<unknown[]> {
    const answers = (await this.translated(queue(this.redis.pipeline()).exec())) ?? [];
    return answers.map(([error, answer]) => {
      if (error) throw this.translation(error);
      return answer;
    });
  }

  clockOffsetMs(): number {
    // Anew each time: this machine's clock may be set while the connection is up.
    return this.measured ? Math.round(this.measured.serverMs + performance.now() - this.measured.atMs - Date.now()) : 0;
  }

  async close(): Promise<void> {
    await this.redis.quit().catch(() => {});
    this.abandon();
  }

  abandon(): void {
    this.redis.disconnect();
  }

  private async measureClock(): Promise<void> {
    const askedAtMs = performance.now();
    const [seconds, microseconds] = await this.redis.time();
    const answeredAtMs = performance.now();
    // The server looked at its clock somewhere in between.
    this.measured = { serverMs: Number(seconds) * 1_000 + Number(microseconds) / 1_000, atMs: (askedAtMs + answeredAtMs) / 2 };
  }

  private async translated<T>(answer: Promise<T>): Promise<T> {
    return await answer.catch((error: unknown) => {
      throw this.translation(error);
    });
  }

  private translation(error: unknown): unknown {
    return redisError(error, { fault: this.fault, timeoutMs: this.commandTimeoutMs });
  }
}

function connectionOptions(address: RedisAddress, commandTimeoutMs: number): RedisOptions {
  return {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // What is waited for was waited for by `quit`; two seconds, the default, would keep the process alive where the server is gone.
    disconnectTimeout: 0,
    commandTimeout: commandTimeoutMs,
    // A peer that vanished without a word is noticed, and another connection made.
    socketTimeout: commandTimeoutMs,
    maxRetriesPerRequest: RECONNECTS_PER_COMMAND,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), MAX_RECONNECT_DELAY_MS),
    // A primary that became a replica: connect again, the name may lead to the new one by now.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...tlsOptions(address),
  };
}

export function tlsOptions({ url, tls }: RedisAddress): Pick<RedisOptions, 'tls'> {
  return new URL(url).protocol === 'rediss:' ? { tls: { servername: tls?.serverName, rejectUnauthorized: tls?.mustBeValid ?? true } } : {};
}
