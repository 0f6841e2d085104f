import { AiosError, isAiosError, networkReason } from '../kernel';

/** Redis cannot be reached. Nothing is lost by it: what was acknowledged is there when it is back. */
export class RedisDownError extends AiosError {
  readonly code = 'REDIS_DOWN';
  readonly kind = 'temporary';
  constructor(reason: string, cause?: unknown) {
    super(`The team's Redis cannot be used: ${reason}.`, { hint: 'Start Redis or correct its address. A run that was under way goes on from its last finished step when it is started again.', cause });
  }
}

/** No answer in time; whether the write was done is not known. Every write of ours may be sent again. */
export class RedisTimeoutError extends AiosError {
  readonly code = 'REDIS_TIMEOUT';
  readonly kind = 'temporary';
  constructor(timeoutMs: number, cause?: unknown) {
    super(`The team's Redis gave no answer within ${timeoutMs / 1_000} s.`, { hint: 'Look at the load of Redis and the network between it and n8n, then start the run again: finished steps are kept.', cause });
  }
}

export class RedisFullError extends AiosError {
  readonly code = 'REDIS_FULL';
  readonly kind = 'user';
  constructor(cause?: unknown) {
    super("The team's Redis has reached its memory limit; nothing was written.", { hint: 'Raise "maxmemory" of Redis or remove what other programs keep there, then start the run again: finished steps are kept.', cause });
  }
}

/** It answers and takes no writes: a replica, or a primary that cannot save to its disk. */
export class RedisReadOnlyError extends AiosError {
  readonly code = 'REDIS_READ_ONLY';
  readonly kind = 'temporary';
  constructor(reason: string, cause?: unknown) {
    super(`The team's Redis takes no writes: ${reason}.`, { hint: 'Let the Redis URL name the primary, and see that it can write to its disk.', cause });
  }
}

/** It does not let us in, or not do what we need. */
export class RedisRefusedError extends AiosError {
  readonly code = 'REDIS_REFUSED';
  readonly kind = 'user';
  constructor(reason: string, cause?: unknown) {
    super(`The team's Redis refuses: ${reason}.`, { hint: 'Check user name and password in the Redis URL (redis://user:password@host:6379); the user needs the keys "aios:*" with the categories @read, @write, @scripting and @connection.', cause });
  }
}

/** Why Redis refused, by the first word of its reply, which is its code. */
const REPLIES: Record<string, (cause: unknown) => AiosError> = {
  OOM: (cause) => new RedisFullError(cause),
  READONLY: (cause) => new RedisReadOnlyError('it is a read-only replica', cause),
  MISCONF: (cause) => new RedisReadOnlyError('it cannot save to its disk', cause),
  NOREPLICAS: (cause) => new RedisReadOnlyError('too few replicas are connected', cause),
  NOAUTH: (cause) => new RedisRefusedError('it asks for a password', cause),
  WRONGPASS: (cause) => new RedisRefusedError('user name or password is wrong', cause),
  NOPERM: (cause) => new RedisRefusedError('this user may not use the keys or commands the team needs', cause),
  MOVED: (cause) => new RedisRefusedError('it is one node of a cluster, and a cluster is not supported yet', cause),
  CROSSSLOT: (cause) => new RedisRefusedError('it is a cluster, and a cluster is not supported yet', cause),
  LOADING: (cause) => new RedisDownError('it is still loading its data', cause),
  MASTERDOWN: (cause) => new RedisDownError('its primary is down', cause),
  BUSY: (cause) => new RedisDownError('it is busy with a script of another program', cause),
  CLUSTERDOWN: (cause) => new RedisDownError('its cluster is down', cause),
};

/**
 * An error of the Redis client as one of ours; what is no fault of Redis stays as it is.
 *
 * @param fault what the connection itself reported last, when it is not up: the failed command knows only that
 */
export function redisError(error: unknown, { fault, timeoutMs }: { fault?: unknown; timeoutMs: number }): unknown {
  if (isAiosError(error) || !(error instanceof Error)) return error;
  const reply = replyOf(error) ?? replyOf(fault);
  if (reply) return reply;
  if (error.message === 'Command timed out' && fault === undefined) return new RedisTimeoutError(timeoutMs, error);
  return new RedisDownError(networkReason(fault) ?? networkReason(error) ?? 'the connection is closed', error);
}

function replyOf(error: unknown): AiosError | undefined {
  const { name, message = '' } = (error ?? {}) as Partial<Error>;
  if (name !== 'ReplyError') return undefined;
  // Until Redis 7 the error of a command inside a script came wrapped in the script's own.
  const code = /^(?:ERR Error running script.*?: -)?([A-Z]+)/.exec(message)?.[1] ?? '';
  // The text of an unknown reply may go on to quote our data; its beginning is Redis' own words.
  return REPLIES[code]?.(error) ?? new RedisRefusedError(`"${message.split(', with args', 1)[0]!.slice(0, 120)}"`, error);
}
