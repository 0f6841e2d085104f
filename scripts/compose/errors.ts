import { AiosError } from '../../kernel';

/** What `docker compose` says when a `${NAME:?message}` has no value. */
export class VariableMissingError extends AiosError {
  readonly code = 'COMPOSE_VARIABLE_MISSING';
  readonly kind = 'user';
  constructor(readonly variable: string, message: string) {
    super(`required variable ${variable} is missing a value: ${message}`, { hint: 'Put it into .env beside the compose file.' });
  }
}
