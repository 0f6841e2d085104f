import type { AiosError } from '../kernel';
import { BucketRefusedError, BucketUnavailableError, type BucketPlace } from './object-store-errors';

/** A refusal of an S3 server: its status, and the code in its body (empty where it sent none). */
export interface S3Refusal {
  status: number;
  code: string;
  /** From its `Date` header; unset where it sent none. */
  serverTimeMs?: number;
}

const KEYS_HINT = 'Correct the access key and the secret key in the credential "AIOS Team API".';

/** What an owner of the bucket can do, by S3's own code. */
const REFUSALS: Record<string, { why: string; hint: string }> = {
  NoSuchBucket: { why: 'there is no such bucket (NoSuchBucket)', hint: 'Create it, or correct "S3 Bucket" in the credential "AIOS Team API".' },
  AccessDenied: { why: 'the key may not do this (AccessDenied)', hint: 'Allow the key s3:GetObject, s3:PutObject, s3:DeleteObject on the objects and s3:ListBucket on the bucket.' },
  InvalidAccessKeyId: { why: 'its server does not know the access key (InvalidAccessKeyId)', hint: KEYS_HINT },
  SignatureDoesNotMatch: { why: 'the secret key is wrong (SignatureDoesNotMatch)', hint: KEYS_HINT },
  AuthorizationHeaderMalformed: { why: 'the region is wrong (AuthorizationHeaderMalformed)', hint: 'Write the bucket\'s region into "S3 Region" of the credential "AIOS Team API".' },
  PermanentRedirect: { why: 'it lives at another endpoint (PermanentRedirect)', hint: 'Write the address of the bucket\'s region into "S3 Endpoint", such as https://s3.eu-central-1.amazonaws.com.' },
  NotImplemented: { why: 'its server does not know conditional writes (NotImplemented)', hint: 'Use a server that does: AWS, or MinIO from September 2025 on.' },
  QuotaExceeded: { why: 'it is full (QuotaExceeded)', hint: 'Make room in the bucket or raise its quota.' },
  XMinioStorageFull: { why: 'the server\'s disks are full (XMinioStorageFull)', hint: 'Make room on the server.' },
};

const TEMPORARY_CODES = ['SlowDown', 'ServiceUnavailable', 'InternalError', 'RequestTimeout', 'OperationAborted', 'ConditionalRequestConflict'];

/** Is it worth a second try? */
export function isTemporary({ status, code }: S3Refusal): boolean {
  return status >= 500 ? code !== 'NotImplemented' && code !== 'XMinioStorageFull' : status === 429 || TEMPORARY_CODES.includes(code);
}

export function refusalError(where: BucketPlace, refusal: S3Refusal, nowMs: number): AiosError {
  const { status, code, serverTimeMs } = refusal;
  if (code === 'RequestTimeTooSkewed') return new BucketRefusedError(where, `the clocks differ by ${skewInWords(nowMs, serverTimeMs)} (RequestTimeTooSkewed)`, 'Set the clocks of this machine and of the S3 server by NTP.');
  const known = REFUSALS[code] ?? (status === 403 ? REFUSALS.AccessDenied : status === 301 || status === 307 ? REFUSALS.PermanentRedirect : undefined);
  if (known) return new BucketRefusedError(where, known.why, known.hint);
  const what = `its server answered with status ${status}${/^\w{1,60}$/.test(code) ? ` (${code})` : ''}`;
  if (isTemporary(refusal)) return new BucketUnavailableError(where, what);
  return new BucketRefusedError(where, what, 'Check "S3 Endpoint" and "S3 Bucket" in the credential "AIOS Team API".');
}

function skewInWords(nowMs: number, serverTimeMs: number | undefined): string {
  return serverTimeMs === undefined ? 'too much' : `${Math.round(Math.abs(nowMs - serverTimeMs) / 60_000)} minutes`;
}

/** One object of a listing. */
export interface ListedObject {
  key: string;
  etag: string;
  bytes: number;
  changedAtMs: number;
}

/** @param xml of ListObjectsV2, asked for with `encoding-type=url`, so that no key holds a mark of XML */
export function readListing(xml: string): { objects: ListedObject[]; next?: string } {
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, entry]) => ({
    key: decodeURIComponent(textIn(entry!, 'Key').replaceAll('+', ' ')),
    etag: plainEtag(textIn(entry!, 'ETag')),
    bytes: Number(textIn(entry!, 'Size')),
    changedAtMs: Date.parse(textIn(entry!, 'LastModified')),
  }));
  const next = textIn(xml, 'NextContinuationToken');
  return { objects, ...(next !== '' && { next }) };
}

/** Of an error's body. */
export function readErrorCode(xml: string): string {
  return textIn(xml, 'Code');
}

/** Servers quote it in headers and escape the quotes in XML. */
export function plainEtag(etag: string | null): string {
  return (etag ?? '').replace(/^W\//, '').replaceAll('"', '');
}

function textIn(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return found.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
