import { AiosError } from '../kernel';

/** In queue mode every worker would keep a database of its own, and the team would be split without anybody noticing. */
export class QueueModeNeedsRedisError extends AiosError {
  readonly code = 'QUEUE_MODE_NEEDS_REDIS';
  readonly kind = 'user';
  constructor() {
    super("This n8n runs in queue mode, where the team's runs cannot be kept in an embedded SQLite file: each worker would have its own.", {
      hint: 'Set "Redis URL" in the credential "AIOS Team", or QUEUE_BULL_REDIS_HOST in the environment of every n8n process, as n8n\'s own queue needs it.',
    });
  }
}

/** The Redis of n8n's own queue is there, and the team cannot use it. */
export class QueueRedisUnusableError extends AiosError {
  readonly code = 'QUEUE_REDIS_UNUSABLE';
  readonly kind = 'user';
  constructor(why: string, cause?: unknown) {
    super(`The team would use the Redis of n8n's queue, but ${why}.`, { hint: 'Give the team a Redis of its own: set "Redis URL" in the credential "AIOS Team".', cause });
  }
}

/** Several workers cannot share an embedded memory. */
export class MemoryNeedsQdrantError extends AiosError {
  readonly code = 'MEMORY_NEEDS_QDRANT';
  readonly kind = 'user';
  constructor() {
    super('This n8n runs in queue mode, where the memory of the team cannot be kept in an embedded SQLite file: each worker would remember something else.', {
      hint: 'Set "Qdrant URL" in the credential "AIOS Team API"; `docker run -p 6333:6333 qdrant/qdrant` starts one.',
    });
  }
}
