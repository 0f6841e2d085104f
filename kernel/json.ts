import { createHash, createHmac, hash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** SHA-256 (hex) of the value's canonical form (RFC 8785): equal content, equal hash, whatever the key order. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalize(value)).digest('hex');
}

/** HMAC-SHA-256 (hex): who lacks the secret cannot try out texts on it. */
export function keyedHash(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

export function sha256(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex');
}

/** Do lists and objects stand in one another in more than so many levels? What walks down into a value must know before: the stack ends at some thousand. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
