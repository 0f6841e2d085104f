import { errorFacts, isAiosError } from '../kernel';
import type { HttpAnswer } from './team';

/** Which HTTP status tells a client what our error codes mean; what is not listed is 500. */
const STATUS_BY_CODE: Record<string, number> = {
  INVALID_INPUT: 400,
  PATH_REFUSED: 400,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RUN_NOT_FOUND: 404,
  APPROVAL_NOT_FOUND: 404,
  APPROVAL_CHANGED: 409,
  APPROVAL_NOT_OPEN: 409,
  APPROVAL_CONTENDED: 503,
  SELF_APPROVAL: 403,
  FILE_NOT_FOUND: 404,
  RUN_FINISHED: 409,
  STORAGE_FULL: 507,
  STORAGE: 503,
  STORAGE_BUSY: 503,
  REDIS_DOWN: 503,
  REDIS_TIMEOUT: 503,
  REDIS_READ_ONLY: 503,
  REDIS_REFUSED: 503,
  REDIS_FULL: 507,
  FOLDER_NOT_SHARED: 503,
};

/** An error as RFC 9457 wants it. */
export function problem(status: number, title: string, detail: string, more: { code?: string; hint?: string; headers?: Record<string, string> } = {}): HttpAnswer {
  const { headers = {}, ...members } = more;
  return {
    status,
    contentType: 'application/problem+json',
    headers: { 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify({ type: 'about:blank', title, status, detail, ...members }),
  };
}

export function problemFromError(error: unknown): HttpAnswer {
  const facts = errorFacts(error);
  const status = STATUS_BY_CODE[facts.code] ?? 500;
  // A fault of ours may carry a path or a query in its text; the log has it, the caller does not need it.
  const detail = isAiosError(error) ? facts.message : 'Something unexpected happened; the log of n8n says more.';
  return problem(status, status < 500 ? 'The request cannot be served' : 'The team cannot answer now', detail, { code: facts.code, hint: facts.hint });
}

export function jsonAnswer(status: number, value: unknown, more: Partial<Pick<HttpAnswer, 'headers' | 'start' | 'wakeUrl'>> = {}): HttpAnswer {
  return { status, contentType: 'application/json; charset=utf-8', headers: { 'Cache-Control': 'no-store', ...more.headers }, body: JSON.stringify(value), ...(more.start && { start: more.start }), ...(more.wakeUrl && { wakeUrl: more.wakeUrl }) };
}
