import { AwsClient } from 'aws4fetch';
import { networkReason, sha256, type Clock } from '../../kernel';
import { BucketUnavailableError, type BucketPlace } from '../object-store-errors';
import { isTemporary, readErrorCode, refusalError, type S3Refusal } from '../s3-answers';

export interface S3Settings extends BucketPlace {
  region: string;
  accessKey: string;
  secretKey: string;
}

export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Empty for the bucket itself. */
  key: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

export type S3Outcome =
  /** `body` is empty where `bytes` is above {@link MOST_READ_BYTES}, and for HEAD. */
  | { ok: true; headers: Headers; bytes: number; body: Buffer; tries: number }
  /** Its conditions did not hold, or there is no such object. */
  | { ok: false; status: 404 | 412; code: string; tries: number };

/** What others put there may be of any size; reading it must not fill the memory. */
export const MOST_READ_BYTES = 64 * 1_048_576;
const ANSWER_WITHIN_MS = 30_000;
/** The first one included; 0.2 s and 0.4 s between them. */
const TRIES = 3;
const FIRST_WAIT_MS = 200;
const MAX_ERROR_CHARACTERS = 64 * 1_024;

/** Signed requests (SigV4) to one bucket, path-style, so that MinIO needs no names of its own. Temporary faults are tried again. */
export class S3Client {
  readonly #signer: AwsClient;

  constructor(private readonly settings: S3Settings, private readonly clock: Clock) {
    this.#signer = new AwsClient({ accessKeyId: settings.accessKey, secretAccessKey: settings.secretKey, service: 's3', region: settings.region });
  }

  /**
   * @returns also for 404 of an object and for 412; the caller knows what they mean
   * @throws {BucketRefusedError} @throws {BucketUnavailableError}
   */
  async ask(request: S3Request): Promise<S3Outcome> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#once(request).catch((error: unknown) => this.#unreachable(error));
      if (answer instanceof BucketUnavailableError) {
        if (tries === TRIES) throw answer;
      } else if ('body' in answer) {
        return { ok: true, ...answer, tries };
      } else {
        const { status, code } = answer;
        if (status === 412 || (status === 404 && code !== 'NoSuchBucket')) return { ok: false, status, code, tries };
        if (!isTemporary(answer) || tries === TRIES) throw refusalError(this.settings, answer, this.clock.nowMs());
      }
      await this.clock.sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
    }
  }

  async #once({ method, key, query, headers, body }: S3Request): Promise<{ headers: Headers; bytes: number; body: Buffer } | S3Refusal> {
    const search = query ? `?${new URLSearchParams(query).toString().replaceAll('+', '%20')}` : '';
    const address = `${this.settings.endpoint}/${encoded(this.settings.bucket)}${key === '' ? '' : `/${encoded(key)}`}${search}`;
    const datetime = new Date(this.clock.nowMs()).toISOString().replace(/[:-]|\.\d{3}/g, '');
    const signed = await this.#signer.sign(address, { method, headers: { ...headers, 'x-amz-content-sha256': sha256(body ?? '') }, ...(body && { body: Buffer.from(body) }), aws: { datetime } });
    const answer = await fetch(signed, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'manual' });
    if (answer.ok) return await readWhole(answer);
    const serverTimeMs = Date.parse(answer.headers.get('date') ?? '');
    const code = method === 'HEAD' ? '' : readErrorCode((await answer.text()).slice(0, MAX_ERROR_CHARACTERS));
    return { status: answer.status, code, ...(!Number.isNaN(serverTimeMs) && { serverTimeMs }) };
  }

  #unreachable(error: unknown): BucketUnavailableError {
    const why = (error as Error).name === 'TimeoutError' ? `no answer within ${ANSWER_WITHIN_MS / 1_000} s` : (networkReason(error) ?? 'the address cannot be used');
    return new BucketUnavailableError(this.settings, why, error);
  }
}

async function readWhole(answer: Response): Promise<{ headers: Headers; bytes: number; body: Buffer }> {
  const { headers } = answer;
  const bytes = Number(headers.get('content-length') ?? 0);
  if (bytes <= MOST_READ_BYTES) return { headers, bytes, body: Buffer.from(await answer.arrayBuffer()) };
  await answer.body?.cancel();
  return { headers, bytes, body: Buffer.alloc(0) };
}

/** As SigV4 wants it: everything but letters, digits, `-._~` and the slashes between names. */
function encoded(path: string): string {
  return encodeURIComponent(path).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%2F', '/');
}
