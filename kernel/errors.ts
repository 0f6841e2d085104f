/** Who can do something about an error: the user by a setting, time by itself, or us by a fix. */
export type ErrorKind = 'user' | 'temporary' | 'bug';

export interface ErrorContext {
  /** What the reader should do next, one or two sentences. */
  hint: string;
  cause?: unknown;
  /** What another program said and the message repeats. It may repeat what it was told. */
  quote?: string;
}

/**
 * Base of every error this package throws on purpose.
 * Callers tell errors apart by `code`, never by `instanceof`: nodes and domains live in different bundles.
 */
export abstract class AiosError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;
  readonly hint: string;
  readonly #quote: string | undefined;

  constructor(message: string, context: ErrorContext) {
    super(message, { cause: context.cause });
    this.hint = context.hint;
    this.#quote = context.quote;
    this.name = new.target.name;
  }

  /** For errors of secret requests: takes out what another program said, which may repeat the request. */
  withoutQuote(): this {
    if (!this.#quote) return this;
    const quote = this.#quote;
    const masked = (text: string) => text.replace(quote, () => '(not shown: the request is secret)');
    this.message = masked(this.message);
    this.stack = masked(this.stack ?? '');
    this.cause = undefined;
    return this;
  }
}

/** What of an error may be stored, shown and sent: no stack, no cause, no secret. */
export interface ErrorFacts {
  code: string;
  kind: ErrorKind;
  message: string;
  hint: string;
}

export function isAiosError(error: unknown): error is AiosError {
  return error instanceof Error && typeof (error as Partial<AiosError>).code === 'string' && typeof (error as Partial<AiosError>).hint === 'string';
}

export function errorFacts(error: unknown): ErrorFacts {
  if (isAiosError(error)) return { code: error.code, kind: error.kind, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', kind: 'bug', message, hint: 'This is a fault of n8n-nodes-aios. Please report it with the text of this message.' };
}

/** The caller asked for the work to end. Not a failure: nobody retries it and nothing falls back from it. */
export class CancelledError extends AiosError {
  readonly code = 'CANCELLED';
  readonly kind = 'user';
  constructor(cause?: unknown) {
    super('The execution was stopped.', { hint: 'Start it again when you want the work to go on.', cause });
  }
}

/** A value from outside (parameter, request body, file, model) does not have the shape it must have. */
export class InvalidInputError extends AiosError {
  readonly code = 'INVALID_INPUT';
  readonly kind = 'user';
}
