import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3ServerOptions {
  bucket?: string;
  accessKey?: string;
  secretKey?: string;
  region?: string;
  /** Keys of one page of a listing; S3 itself gives 1,000. */
  pageKeys?: number;
  /** How far its clock is ahead. */
  aheadMs?: number;
  /** As servers before conditional writes do: conditions are not looked at. */
  ignoresConditions?: boolean;
}

/** Answered in place of the next requests, in order; `after`: the request is carried out, and only its answer is lost. */
export type S3Fault = { status: number; code: string } | 'drop' | 'drop after';

export interface S3Server {
  endpoint: string;
  requests: { method: string; path: string; headers: IncomingMessage['headers'] }[];
  objects: Map<string, { body: Buffer; etag: string; author?: string; changedAt: Date }>;
  faults: S3Fault[];
  close(): Promise<void>;
}

const SKEW_MS = 15 * 60_000;

interface Received {
  method: string;
  url: URL;
  /** As it was sent, still encoded. */
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One bucket as S3 and MinIO serve it, in memory: signatures, conditions, listings in pages, errors with their codes. */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const settings = { bucket: 'team', accessKey: 'ada', secretKey: 'lovelace-1843', region: 'us-east-1', pageKeys: 1_000, aheadMs: 0, ignoresConditions: false, ...options };
  const server: Omit<S3Server, 'endpoint' | 'close'> = { requests: [], objects: new Map(), faults: [] };
  const listener = createServer((request, response) => void receive(request).then((received) => {
    server.requests.push({ method: received.method, path: received.path, headers: received.headers });
    const fault = server.faults.shift();
    if (fault === 'drop') return void response.destroy();
    const answer = fault && fault !== 'drop after' ? failure(fault.status, fault.code) : (refusalOfSignature(received, settings) ?? serve(received, server.objects, settings));
    if (fault === 'drop after') return void response.destroy();
    send(response, received.method, answer, new Date(Date.now() + settings.aheadMs));
  }));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  };
  return { ...server, endpoint: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`, close };
}

type Settings = Required<S3ServerOptions>;

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return { method: request.method!, url: new URL(request.url!, 'http://s3'), path: request.url!.split('?')[0]!, headers: request.headers, body: Buffer.concat(chunks) };
}

/** Signature Version 4 as AWS describes it, written apart from the library our driver signs with. */
function refusalOfSignature({ method, url, path, headers, body }: Received, { accessKey, secretKey, region, aheadMs }: Settings): Answer | undefined {
  const parts = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '');
  if (!parts) return failure(403, 'AccessDenied');
  const [, key, day, signedRegion, signedHeaders, signature] = parts as unknown as [string, string, string, string, string, string];
  if (key !== accessKey) return failure(403, 'InvalidAccessKeyId');
  if (signedRegion !== region) return failure(400, 'AuthorizationHeaderMalformed');
  const date = String(headers['x-amz-date']);
  const atMs = Date.parse(date.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(Date.now() + aheadMs - atMs) < SKEW_MS)) return failure(403, 'RequestTimeTooSkewed');
  const names = signedHeaders.split(';');
  const unsigned = Object.keys(headers).filter((name) => (name.startsWith('x-amz-') || name === 'host' || name === 'if-match' || name === 'if-none-match') && !names.includes(name));
  if (unsigned.length > 0) return failure(403, 'AccessDenied');
  const bodyHash = createHash('sha256').update(body).digest('hex');
  if (headers['x-amz-content-sha256'] !== bodyHash) return failure(400, 'XAmzContentSHA256Mismatch');
  const query = [...url.searchParams].map(([name, value]) => [strict(name), strict(value)] as const).sort(([one], [other]) => (one < other ? -1 : 1)).map((pair) => pair.join('=')).join('&');
  const canonical = [method, strict(decodeURIComponent(path)).replaceAll('%2F', '/'), query, ...names.map((name) => `${name}:${String(headers[name]).trim()}`), '', signedHeaders, bodyHash].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/s3/aws4_request`, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const signingKey = [day, region, 's3', 'aws4_request'].reduce<Buffer>((secret, text) => createHmac('sha256', secret).update(text).digest(), Buffer.from(`AWS4${secretKey}`));
  const right = createHmac('sha256', signingKey).update(toSign).digest();
  return timingSafeEqual(right, Buffer.from(signature, 'hex')) ? undefined : failure(403, 'SignatureDoesNotMatch');
}

const strict = (text: string): string => [...Buffer.from(text)].map((byte) => (/[A-Za-z0-9\-._~]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');

function serve(received: Received, objects: S3Server['objects'], settings: Settings): Answer {
  const [, bucket, ...rest] = received.path.split('/');
  if (bucket !== settings.bucket) return failure(404, 'NoSuchBucket');
  const key = decodeURIComponent(rest.join('/'));
  if (key === '') return received.method === 'GET' ? listing(received.url.searchParams, objects, settings.pageKeys) : failure(405, 'MethodNotAllowed');
  const stands = objects.get(key);
  const refusal = settings.ignoresConditions ? undefined : refusalOfCondition(received, stands?.etag);
  if (refusal) return refusal;
  if (received.method === 'PUT') {
    const etag = createHash('md5').update(received.body).digest('hex');
    const author = received.headers['x-amz-meta-author'];
    objects.set(key, { body: received.body, etag, ...(typeof author === 'string' && { author }), changedAt: new Date() });
    return { status: 200, headers: { etag: `"${etag}"` } };
  }
  if (received.method === 'DELETE') {
    objects.delete(key);
    return { status: 204 };
  }
  if (!stands) return failure(404, 'NoSuchKey');
  return { status: 200, headers: { etag: `"${stands.etag}"`, 'last-modified': stands.changedAt.toUTCString(), 'content-type': 'application/octet-stream', ...(stands.author !== undefined && { 'x-amz-meta-author': stands.author }) }, body: stands.body };
}

function refusalOfCondition({ method, headers }: Received, etag: string | undefined): Answer | undefined {
  const match = headers['if-match']?.replaceAll('"', '');
  if (match !== undefined && etag === undefined) return method === 'DELETE' ? undefined : failure(404, 'NoSuchKey');
  if (match !== undefined && match !== etag) return failure(412, 'PreconditionFailed');
  return headers['if-none-match'] === '*' && etag !== undefined ? failure(412, 'PreconditionFailed') : undefined;
}

function listing(query: URLSearchParams, objects: S3Server['objects'], pageKeys: number): Answer {
  const prefix = query.get('prefix') ?? '';
  const after = Buffer.from(query.get('continuation-token') ?? '', 'base64url').toString();
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))).filter((key) => after === '' || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0);
  const page = keys.slice(0, Math.min(pageKeys, Number(query.get('max-keys') ?? 1_000)));
  const isTruncated = page.length < keys.length;
  const contents = page.map((key) => {
    const { body, etag, changedAt } = objects.get(key)!;
    const shown = query.get('encoding-type') === 'url' ? strict(key).replaceAll('%2F', '/').replaceAll('%20', '+') : key;
    return `<Contents><Key>${shown}</Key><LastModified>${changedAt.toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  });
  const next = isTruncated ? `<NextContinuationToken>${Buffer.from(page.at(-1)!).toString('base64url')}</NextContinuationToken>` : '';
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>team</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>` };
}

const failure = (status: number, code: string): Answer => ({ status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>as it is</Message></Error>` });

function send(response: ServerResponse, method: string, { status, headers = {}, body = '' }: Answer, now: Date): void {
  const withLength = status === 204 ? headers : { 'content-length': String(Buffer.byteLength(body)), ...headers };
  response.writeHead(status, { ...withLength, date: now.toUTCString() });
  response.end(method === 'HEAD' ? undefined : body);
}
