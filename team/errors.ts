import { AiosError } from '../kernel';

/** In queue mode every worker would keep a database of its own, and the team would be split without anybody noticing. */
export class QueueModeNeedsRedisError extends AiosError {
  readonly code = 'QUEUE_MODE_NEEDS_REDIS';
  readonly kind = 'user';
  constructor() {
    super("This n8n runs in queue mode, where the team's runs cannot be kept in an embedded SQLite file: each worker would have its own.", {
      hint: 'This version keeps runs in SQLite only. Run the team on an n8n in regular mode (EXECUTIONS_MODE=regular).',
    });
  }
}
