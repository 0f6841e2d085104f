import { AiosError, networkReason, type ErrorKind } from '../../kernel';

/** The team's HTTP interface did not answer, or not in a way that helps; trying again may. */
export class TeamAwayError extends AiosError {
  readonly code = 'TEAM_AWAY';
  readonly kind = 'temporary';
  /** @param retryAfterMs how long the server asked to be left alone; 0 when it did not say */
  constructor(readonly baseUrl: string, what: string, readonly retryAfterMs = 0, cause?: unknown) {
    super(`${new URL(baseUrl).origin} ${what}.`, { hint: 'Check that n8n is running there, and the address.', cause });
  }

  static from(baseUrl: string, cause: unknown): TeamAwayError {
    const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
    return new TeamAwayError(baseUrl, `does not answer: ${isTimeout ? 'no answer in time' : (networkReason(cause) ?? 'the connection failed')}`, 0, cause);
  }
}

/** The team's HTTP interface refused the request; asking again would change nothing. */
export class TeamRefusedError extends AiosError {
  readonly code = 'TEAM_REFUSED';
  readonly kind: ErrorKind = 'user';
  constructor(readonly status: number, message: string, hint: string) {
    super(message, { hint });
  }
}

export class LocalN8nError extends AiosError {
  readonly code = 'LOCAL_N8N';
  readonly kind = 'user';
  constructor(message: string, hint: string) {
    super(message, { hint });
  }
}
