import { AiosError, InvalidInputError, isDeeperThan } from '../kernel';
import type { HttpRequest } from './team';

const MAX_BODY_BYTES = 1024 * 1024;
/** More than anything we take has. */
const MAX_BODY_DEPTH = 64;

export class BodyTooLargeError extends AiosError {
  readonly code = 'BODY_TOO_LARGE';
  readonly kind = 'user';
  constructor(bytes: number) {
    super(`The body has ${bytes} bytes; the limit is ${MAX_BODY_BYTES}.`, { hint: 'Put long material into files or links.' });
  }
}

export class UnsupportedMediaTypeError extends AiosError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';
  readonly kind = 'user';
  constructor() {
    super('The body is a form with parts, which n8n has taken apart before us.', { hint: 'Send JSON: Content-Type: application/json.' });
  }
}

/** @throws {UnsupportedMediaTypeError | BodyTooLargeError | InvalidInputError} */
export function jsonBody({ contentType, body }: HttpRequest): unknown {
  if (contentType?.toLowerCase().startsWith('multipart/')) throw new UnsupportedMediaTypeError();
  if (body.byteLength > MAX_BODY_BYTES) throw new BodyTooLargeError(body.byteLength);
  const parsed = parsedBody(body);
  if (isDeeperThan(parsed, MAX_BODY_DEPTH)) throw new InvalidInputError(`The body has more than ${MAX_BODY_DEPTH} levels of lists and objects in one another.`, { hint: 'Make it flatter.' });
  return parsed;
}

function parsedBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new InvalidInputError('The body is not valid JSON.', { hint: 'Send UTF-8 JSON such as {"goal": "Write a haiku about rivers"} with Content-Type: application/json.', cause });
  }
}
