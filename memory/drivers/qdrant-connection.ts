import { networkReason, shownAddress, throwIfCancelled } from '../../kernel';
import { MemoryDownError, MemoryRefusedError } from '../errors';

export interface QdrantAddress {
  /** http(s), with the path of a proxy where there is one. */
  url: string;
  apiKey?: string;
  /** For one request; default 10,000. */
  timeoutMs?: number;
}

export interface QdrantConnection {
  /** As it may be shown. */
  readonly address: string;
  /** @returns `result` of the answer; undefined when there is no such thing (404) */
  ask<T>(method: 'GET' | 'PUT' | 'POST', path: string, body?: object, signal?: AbortSignal): Promise<T | undefined>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Answers that say "later". */
const BUSY = new Set([408, 429, 500, 502, 503, 504]);
const MAX_QUOTE_CHARACTERS = 300;
const NOT_QDRANT = 'what answers there is not Qdrant';

/**
 * Qdrant's REST API by `fetch`. Its own client takes no signal, drops the path of the address, and writes warnings to the console (docs/decisions/0030).
 * What ends without an answer is sent once more: each of our requests may be done twice.
 */
export function openQdrant({ url, apiKey, timeoutMs = DEFAULT_TIMEOUT_MS }: QdrantAddress): QdrantConnection {
  const base = url.replace(/\/+$/, '');
  const address = shownAddress(base);
  const headers = { 'content-type': 'application/json', ...(apiKey && { 'api-key': apiKey }) };

  const send = async (method: string, path: string, body: object | undefined, signal: AbortSignal | undefined): Promise<Response> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    return await fetch(`${base}${path}`, { method, headers, body: body && JSON.stringify(body), redirect: 'error', signal: signal ? AbortSignal.any([timeout, signal]) : timeout });
  };

  const down = (error: unknown): MemoryDownError => {
    if ((error as Error).name === 'TimeoutError') return new MemoryDownError(address, `no answer within ${timeoutMs / 1_000} s`, error);
    return new MemoryDownError(address, networkReason(error) ?? NOT_QDRANT, error);
  };

  return {
    address,
    async ask<T>(method: string, path: string, body?: object, signal?: AbortSignal) {
      const attempt = async (): Promise<T | undefined> => {
        const response = await send(method, path, body, signal);
        if (response.ok) return ((await response.json()) as { result?: T | null } | null)?.result ?? notQdrant(address);
        if (response.status === 404) return (await response.body?.cancel(), undefined);
        throw refusal(address, response.status, await response.text());
      };
      try {
        return await attempt();
      } catch (error) {
        throwIfCancelled(signal);
        if (error instanceof MemoryDownError || error instanceof MemoryRefusedError) throw error;
        if (networkReason(error) !== 'the connection was cut' && networkReason(error) !== 'the connection failed') throw down(error);
      }
      return await attempt().catch((error: unknown) => {
        throwIfCancelled(signal);
        throw error instanceof MemoryDownError || error instanceof MemoryRefusedError ? error : down(error);
      });
    },
  };
}

/** An answer that Qdrant would not give. @throws {MemoryDownError} */
export function notQdrant(address: string): never {
  throw new MemoryDownError(address, NOT_QDRANT);
}

function refusal(address: string, status: number, text: string): MemoryDownError | MemoryRefusedError {
  if (BUSY.has(status)) return new MemoryDownError(address, `it answered with HTTP ${status}`);
  if (status === 401 || status === 403) return new MemoryRefusedError(`The team's Qdrant at ${address} refuses the API key (HTTP ${status}).`, { hint: 'Correct the "Qdrant API Key" in the credential; it needs the right to write.' });
  const quote = saidIn(text).slice(0, MAX_QUOTE_CHARACTERS);
  return new MemoryRefusedError(`The team's Qdrant at ${address} refuses (HTTP ${status}): ${quote}`, { hint: 'The memory needs Qdrant 1.19 or newer. If it is, look at the log of Qdrant.', quote });
}

function saidIn(text: string): string {
  try {
    return String((JSON.parse(text) as { status?: { error?: unknown } }).status?.error ?? 'without a reason');
  } catch {
    return 'with an answer that is no JSON';
  }
}
