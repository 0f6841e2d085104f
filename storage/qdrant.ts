import { networkReason } from '../kernel';
import { type PingResult, timed } from './ping';

/**
 * Asks a Qdrant server whether it is there and takes the key. Never throws.
 *
 * @param apiKey empty or undefined: asked without
 */
export async function pingQdrant(url: string, apiKey: string | undefined, timeoutMs: number): Promise<PingResult> {
  return await timed(
    () => askQdrant(url.replace(/\/+$/, ''), apiKey, AbortSignal.timeout(timeoutMs)),
    (error) => `${explain(error, timeoutMs)}.`,
  );
}

async function askQdrant(url: string, apiKey: string | undefined, signal: AbortSignal): Promise<Omit<PingResult, 'latencyMs'>> {
  // The collection list needs the key; `/readyz` and `/` answer without one and would call a wrong key fine.
  const response = await fetch(`${url}/collections`, { headers: apiKey ? { 'api-key': apiKey } : {}, signal, redirect: 'error' });
  if (response.status === 401 || response.status === 403) return { ok: false, detail: `it refuses the API key (HTTP ${response.status}).` };
  if (!response.ok) return { ok: false, detail: `it answered with HTTP ${response.status}.` };
  const body = (await response.json()) as { result?: { collections?: unknown[] } };
  const collections = body.result?.collections;
  if (!Array.isArray(collections)) return { ok: false, detail: 'something answers at this address, but it is not Qdrant.' };
  const version = await versionOf(url, signal);
  return { ok: true, detail: `answers, with ${collections.length} collection${collections.length === 1 ? '' : 's'}.`, ...(version && { version }) };
}

/** A proxy may pass on the collections alone; then the version stays unknown. */
async function versionOf(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/`, { signal, redirect: 'error' });
    const { version } = (await response.json()) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

function explain(error: unknown, timeoutMs: number): string {
  const { name } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  if (name === 'SyntaxError') return 'something answers at this address, but it is not Qdrant';
  return networkReason(error) ?? 'the address cannot be used';
}
