import { AiosError, type ErrorContext } from '../kernel';

/** No configured service has a model that may answer this request. */
export class NoModelError extends AiosError {
  readonly code = 'NO_MODEL';
  readonly kind = 'user';
}

/** The request is secret and no model on this machine can answer it. */
export class SecretNeedsLocalModelError extends AiosError {
  readonly code = 'SECRET_NEEDS_LOCAL_MODEL';
  readonly kind = 'user';
}

export class ModelNotFoundError extends AiosError {
  readonly code = 'MODEL_NOT_FOUND';
  readonly kind = 'user';
}

/** 401, 402 or 403: the key is wrong, without credit, or not allowed to use the model. `concerns` says what will not answer meanwhile; `call`: nothing is remembered. */
export class ModelAuthError extends AiosError {
  readonly code = 'MODEL_AUTH';
  readonly kind = 'user';
  constructor(message: string, context: ErrorContext, readonly concerns: 'provider' | 'model' | 'call' = 'provider') {
    super(message, context);
  }
}

/** 400: the provider will not take this request however often it is sent. */
export class ModelRequestError extends AiosError {
  readonly code = 'MODEL_REQUEST';
  readonly kind = 'bug';
}

export class ContextOverflowError extends AiosError {
  readonly code = 'CONTEXT_OVERFLOW';
  readonly kind = 'user';
}

/** 429. `retryAfterMs` when the provider said how long. */
export class RateLimitedError extends AiosError {
  readonly code = 'RATE_LIMITED';
  readonly kind = 'temporary';
  constructor(message: string, context: ErrorContext, readonly retryAfterMs?: number) {
    super(message, context);
  }
}

/** The models file lets no more calls through, and the wait for one of their places took too long. */
export class ModelBusyError extends AiosError {
  readonly code = 'MODEL_BUSY';
  readonly kind = 'temporary';
}

/** 5xx, connection faults and garbled answers. */
export class ProviderDownError extends AiosError {
  readonly code = 'PROVIDER_DOWN';
  readonly kind = 'temporary';
}

/** The model ended without saying anything. */
export class EmptyAnswerError extends AiosError {
  readonly code = 'EMPTY_ANSWER';
  readonly kind = 'temporary';
}

/** The model called a tool with arguments nobody can read. */
export class ToolCallError extends AiosError {
  readonly code = 'BAD_TOOL_CALL';
  readonly kind = 'temporary';
  constructor(tool: string) {
    super(`The model called the tool ${JSON.stringify(tool.slice(0, 100))} with arguments that are no JSON object.`, { hint: 'Try again, or use a stronger model.' });
  }
}

/** No first token, or none for too long in the middle. */
export class ModelStalledError extends AiosError {
  readonly code = 'MODEL_STALLED';
  readonly kind = 'temporary';
}

/** The stream broke after text had been shown; starting again would show it twice. */
export class StreamCutError extends AiosError {
  readonly code = 'STREAM_CUT';
  readonly kind = 'temporary';
}

export class DeadlineExceededError extends AiosError {
  readonly code = 'DEADLINE_EXCEEDED';
  readonly kind = 'user';
}

export { BudgetExceededError, BudgetNeedsPersonError } from './budgets/errors';

/** The models file cannot be used; the message names line and field. */
export class ModelsFileError extends AiosError {
  readonly code = 'MODELS_FILE';
  readonly kind = 'user';
}

/** Somebody else calibrated or undid at the same time. */
export class CalibrationChangedError extends AiosError {
  readonly code = 'CALIBRATION_CHANGED';
  readonly kind = 'temporary';
  constructor() {
    super('Somebody else changed the calibration at the same moment; nothing was changed here.', { hint: 'Run the node again.' });
  }
}
