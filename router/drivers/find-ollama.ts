import { systemClock, type Clock } from '../../kernel';
import { ProviderDownError } from '../errors';
import { patientFetch } from './patient-fetch';

export interface OllamaSearch {
  /** The credential's "Ollama URL". When given, no other address is tried. */
  ollamaUrl?: string;
  /** The environment's OLLAMA_HOST. */
  ollamaHost?: string;
  /** Per address, default 1500. */
  deadlineMs?: number;
  clock?: Clock;
  /** Tried after OLLAMA_HOST; default: localhost, host.docker.internal and `ollama`, the usual name in a compose file. */
  usualAddresses?: readonly string[];
}

export interface OllamaProbe {
  address: string;
  /** Unset when Ollama answered. */
  fault?: string;
}

const DEFAULT_PORT = '11434';
const DEFAULT_DEADLINE_MS = 1_500;
const USUAL_ADDRESSES = ['http://localhost:11434', 'http://127.0.0.1:11434', 'http://host.docker.internal:11434', 'http://ollama:11434'];

/**
 * Asks all usual addresses at once where Ollama is; of those that answer, the first in order wins.
 *
 * @returns its base address, no trailing slash
 * @throws {ProviderDownError} naming every address with what came back
 */
export async function findOllama(search: OllamaSearch): Promise<string> {
  const probes = await probeOllama(search);
  const found = probes.find((probe) => probe.fault === undefined);
  if (found) return found.address;
  const tried = probes.map((probe) => `${probe.address} (${probe.fault})`).join(', ');
  throw new ProviderDownError(`No Ollama was found. Tried ${tried}.`, { hint: 'Install and start Ollama (https://ollama.com/download), then pull a model: `ollama pull qwen3:8b`. If it runs elsewhere, set "Ollama URL" in the credential or OLLAMA_HOST.' });
}

/** What each address said, in the order of preference. */
export async function probeOllama(search: OllamaSearch): Promise<OllamaProbe[]> {
  const deadlineMs = search.deadlineMs ?? DEFAULT_DEADLINE_MS;
  return Promise.all(ollamaAddresses(search).map((address) => probe(address, deadlineMs, search.clock ?? systemClock)));
}

/** The addresses to try, most wanted first, without repetition. */
export function ollamaAddresses(search: OllamaSearch): string[] {
  if (search.ollamaUrl) return [readOllamaAddress(search.ollamaUrl)];
  const named = search.ollamaHost?.trim() ? [readOllamaAddress(search.ollamaHost)] : [];
  return [...new Set([...named, ...(search.usualAddresses ?? USUAL_ADDRESSES)])];
}

/**
 * Reads an address as Ollama reads OLLAMA_HOST: scheme and port may be missing, and `0.0.0.0` (listen everywhere) is this machine.
 */
export function readOllamaAddress(text: string): string {
  const trimmed = text.trim().replace(/\/+$/, '');
  const explicit = /^https?:\/\//i.test(trimmed);
  const withHost = trimmed.startsWith(':') ? `127.0.0.1${trimmed}` : trimmed;
  const withScheme = explicit ? withHost : `http://${withHost}`;
  if (!URL.canParse(withScheme)) return withScheme;
  const url = new URL(withScheme);
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = '127.0.0.1';
  // Where the scheme was written, its own port is meant; `new URL` hides that one.
  if (!explicit && url.port === '' && !/:80$/.test(withHost)) url.port = DEFAULT_PORT;
  return url.href.replace(/\/+$/, '');
}

async function probe(address: string, deadlineMs: number, clock: Clock): Promise<OllamaProbe> {
  const late = new AbortController();
  const cancel = clock.after(deadlineMs, () => late.abort());
  // Never show a password of the address.
  const shown = address.replace(/\/\/[^@/]*@/, '//');
  try {
    if (!URL.canParse(address)) return { address: shown, fault: 'is no address' };
    const url = new URL(`${address}/api/version`);
    const login: Record<string, string> = url.username === '' ? {} : { authorization: `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}` };
    const answer = await patientFetch(url, { headers: login, signal: late.signal });
    const body = (await answer.json().catch(() => undefined)) as { version?: unknown } | undefined;
    if (!answer.ok) return { address: shown, fault: `answered ${answer.status}` };
    return typeof body?.version === 'string' ? { address } : { address: shown, fault: 'something else than Ollama answered' };
  } catch (error) {
    return { address: shown, fault: late.signal.aborted ? `no answer within ${deadlineMs} ms` : ((error as { code?: string }).code ?? 'no connection') };
  } finally {
    cancel();
  }
}
