import { networkReason, AiosError, CancelledError, isAiosError } from '../../kernel';
import { redactSecrets } from '../../privacy';
import { ContextOverflowError, ModelAuthError, ModelNotFoundError, ModelRequestError, ProviderDownError, RateLimitedError } from '../errors';

/** Whom we were talking to, for messages a user can act on. */
export interface Service {
  /** For instance `Ollama`. */
  title: string;
  /** Base address; a password in it is never shown. */
  address: string;
  /** Exact values that must not appear in any message. */
  secrets: readonly string[];
  /** What to do when the key is refused. */
  keyHint: string;
  /** What to do when the model is unknown. */
  missingModelHint(model: string): string;
  /** What to do when nobody answers at the address. */
  downHint: string;
  /** What to do when it answers that it failed itself (5xx). */
  failedHint?: string;
}

/** The model asked for, and whether the prompt was so long that a plain 400 most likely means "too long". */
export interface AskedModel {
  name: string;
  nearlyFull: boolean;
}

/** What a provider said about a failed request. */
export interface ForeignAnswer {
  status: number;
  text: string;
  /** The provider's own error code or type. */
  code?: string;
  retryAfter?: string | null;
}

const LONGEST_QUOTE = 300;
const OVERFLOW_CODES = new Set(['context_length_exceeded', 'request_too_large', 'string_above_max_length', 'exceed_context_size_error']);
const CREDIT_CODES = new Set(['insufficient_quota', 'billing_error', 'billing_hard_limit_reached', 'insufficient_credits']);

/** Turns a provider's error answer into ours, by its status and code only. */
export function answerError(answer: ForeignAnswer, service: Service, asked?: AskedModel): AiosError {
  const said = quote(answer.text, service);
  const cause = { status: answer.status, code: answer.code };
  const { status, code = '' } = answer;
  const model = asked?.name ?? 'the model';
  if (CREDIT_CODES.has(code) || status === 402) return new ModelAuthError(`${service.title} says the account has no credit left (${status}): ${said}`, { hint: `Add credit at ${service.title}, or use another model.`, cause, quote: said }, CREDIT_CODES.has(code) ? 'provider' : 'model');
  if (OVERFLOW_CODES.has(code) || status === 413 || (status === 400 && asked?.nearlyFull)) {
    return new ContextOverflowError(`The prompt is too long for ${model} (${service.title}, ${status}): ${said}`, { hint: 'Give it less text, or use a model with a larger context.', cause, quote: said });
  }
  if (status === 401 || status === 403) return new ModelAuthError(`${service.title} at ${shown(service)} refused the key (${status}): ${said}`, { hint: service.keyHint, cause, quote: said }, status === 403 ? 'model' : 'provider');
  if (status === 404) return new ModelNotFoundError(`${service.title} at ${shown(service)} does not know ${model} (404): ${said}`, { hint: service.missingModelHint(model), cause, quote: said });
  if (status === 429) return new RateLimitedError(`${service.title} is limiting the rate of requests (429): ${said}`, { hint: 'Wait a little, or configure a second service to fall back to.', cause, quote: said }, retryAfterMs(answer.retryAfter));
  if (status >= 300 && status < 400) return new ProviderDownError(`${service.title} at ${shown(service)} answered with a redirect (${status}), which is never followed: it could carry your text elsewhere.`, { hint: 'Give the final address of the service.', cause, quote: said });
  if (status >= 500 || status === 408) return new ProviderDownError(`${service.title} at ${shown(service)} failed (${status}): ${said}`, { hint: service.failedHint ?? `The fault is on the side of ${service.title}; try again, or look at its log.`, cause, quote: said });
  return new ModelRequestError(`${service.title} refused the request for ${model} (${status}): ${said}`, { hint: 'This model or server may not support what was asked; try another model.', cause, quote: said });
}

/**
 * Turns whatever was thrown while talking to a provider into one of our errors.
 * An aborted signal always means CancelledError, whatever the SDK made of it.
 */
export function foreignError(error: unknown, service: Service, signal: AbortSignal, asked?: AskedModel): AiosError {
  if (signal.aborted) return new CancelledError();
  const own = causesOf(error).find(isAiosError);
  if (own) return own;
  const { status, code, type, headers, message } = error as { status?: unknown; code?: unknown; type?: unknown; headers?: unknown; message?: unknown };
  if (typeof status === 'number') {
    const retryAfter = headers instanceof Headers ? headers.get('retry-after') : undefined;
    return answerError({ status, text: String(message), code: [code, type].find((value) => typeof value === 'string') as string | undefined, retryAfter }, service, asked);
  }
  if (error instanceof SyntaxError) return garbledError(service, 'a part that is no JSON');
  return connectionError(error, service);
}

/** 4xx streamed inside a 200, an unreadable line, a stream that ended too soon. */
export function garbledError(service: Service, what: string): ProviderDownError {
  return new ProviderDownError(`${service.title} at ${shown(service)} sent an answer that cannot be read: ${quote(what, service)}`, { hint: `Check that ${shown(service)} really is ${service.title}; otherwise try again.` });
}

function connectionError(error: unknown, service: Service): AiosError {
  const causes = causesOf(error);
  const code = causes.map((cause) => (cause as { code?: unknown }).code).find((value): value is string => typeof value === 'string');
  return new ProviderDownError(`${service.title} does not answer at ${shown(service)}: ${networkReason(error) ?? 'the connection broke'}.`, { hint: service.downHint, cause: { code, name: (error as Error | undefined)?.name } });
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let next = error; typeof next === 'object' && next !== null && causes.length < 8; next = (next as { cause?: unknown }).cause) causes.push(next);
  return causes;
}

/** @param header seconds or an HTTP date (RFC 9110 §10.2.3) */
function retryAfterMs(header: string | null | undefined): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

function shown(service: Service): string {
  return redactSecrets(service.address, service.secrets);
}

/** SDKs quote the whole JSON of an answer; a person needs its sentence. */
function sentenceIn(text: string): string {
  try {
    const { error, message } = JSON.parse(text.slice(text.indexOf('{'))) as { error?: unknown; message?: unknown };
    const said = [message, (error as { message?: unknown } | undefined)?.message, error].find((candidate) => typeof candidate === 'string' && candidate !== '');
    return (said as string | undefined) ?? text;
  } catch {
    return text;
  }
}

function quote(text: string, service: Service): string {
  const clean = redactSecrets(sentenceIn(text), service.secrets).replace(/\s+/g, ' ').trim();
  return clean.length > LONGEST_QUOTE ? `${clean.slice(0, LONGEST_QUOTE)}…` : clean;
}
