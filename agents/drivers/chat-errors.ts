import { AiosError, CancelledError, isAiosError } from '../../kernel';
import { redactSecrets } from '../../privacy';
import { ContextOverflowError, ModelAuthError, ModelNotFoundError, ModelRequestError, ProviderDownError, RateLimitedError } from '../../router';

/** Fields in which SDKs, LangChain and n8n's own errors keep the HTTP status. */
const STATUS_FIELDS = ['status', 'statusCode', 'httpCode', 'status_code'] as const;
const DEEPEST_CAUSE = 5;

/** Turns what a wired chat model throws into one of our errors, by HTTP status. */
export function chatModelError(error: unknown, model: string, signal: AbortSignal): unknown {
  if (signal.aborted) return isAiosError(signal.reason) ? signal.reason : new CancelledError(error);
  if (isAiosError(error)) return error;
  const said = redactSecrets(String((error as { message?: unknown } | null | undefined)?.message ?? error)).slice(0, 300);
  return byCode(error, `The connected model ${model}`, said) ?? byStatus(statusOf(error), `The connected model ${model}`, said, error);
}

/** What a status alone does not tell: both come as 400 or 429. */
function byCode(error: unknown, who: string, said: string): AiosError | undefined {
  const codes = fieldsOf(error, ({ code, type, error: inner }) => [code, type, (inner as { code?: unknown; type?: unknown } | undefined)?.code, (inner as { type?: unknown } | undefined)?.type]);
  if (codes.includes('context_length_exceeded') || statusOf(error) === 413) return new ContextOverflowError(`The prompt is too long for ${who.replace('The', 'the')}: ${said}`, { hint: 'Give it less text, or connect a model with a larger context.', cause: error, quote: said });
  if (codes.includes('insufficient_quota') || statusOf(error) === 402) return new ModelAuthError(`${who} has no credit left: ${said}`, { hint: 'Add credit at the provider, or connect another model.', cause: error, quote: said }, 'call');
  return undefined;
}

function byStatus(status: number | undefined, who: string, said: string, cause: unknown): AiosError {
  if (status === 401 || status === 403) return new ModelAuthError(`${who} refused the key (${status}): ${said}`, { hint: 'Check the credential of the chat-model node.', cause, quote: said }, 'call');
  if (status === 404) return new ModelNotFoundError(`${who} was not found (404): ${said}`, { hint: 'Choose a model the provider has; with Ollama, pull it first.', cause, quote: said });
  if (status === 429) return new RateLimitedError(`${who} is limited (429): ${said}`, { hint: 'Wait a little, or raise the limit at the provider.', cause, quote: said }, retryAfterMs(cause));
  if (status !== undefined && status >= 400 && status < 500) return new ModelRequestError(`${who} refused the request (${status}): ${said}`, { hint: 'Choose another model; this one does not take what agents ask for.', cause, quote: said });
  return new ProviderDownError(`${who} did not answer${status === undefined ? '' : ` (${status})`}: ${said}`, { hint: 'Check that its service is running and reachable from n8n, then try again.', cause, quote: said });
}

function statusOf(error: unknown): number | undefined {
  return fieldsOf(error, (cause) => [...STATUS_FIELDS.map((field) => cause[field]), (cause.response as { status?: unknown } | undefined)?.status]).map(Number).find((status) => status >= 400 && status < 600);
}

/** LangChain leaves what a provider said about waiting on its errors. */
function retryAfterMs(error: unknown): number | undefined {
  return fieldsOf(error, (cause) => [cause.retryAfterMs]).find((ms) => typeof ms === 'number' && ms >= 0) as number | undefined;
}

/** Of the error and of what caused it, the outermost first. */
function fieldsOf(error: unknown, fields: (cause: Record<string, unknown>) => unknown[]): unknown[] {
  const found: unknown[] = [];
  let current = error as Record<string, unknown> | null | undefined;
  for (let depth = 0; typeof current === 'object' && current !== null && depth < DEEPEST_CAUSE; depth++) {
    found.push(...fields(current));
    current = current.cause as typeof current;
  }
  return found;
}
