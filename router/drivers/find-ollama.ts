import { networkReason, shownAddress, systemClock, throwIfCancelled, type Clock } from '../../kernel';
import { isInContainer } from './container';
import { patientFetch } from './patient-fetch';

export interface OllamaQuestion {
  /** The address the user gave. No other is tried then. */
  configured?: string;
  /** The environment's OLLAMA_HOST: tried first, before the usual addresses. */
  ollamaHost?: string;
  /** Per address, default 1500. */
  deadlineMs?: number;
  clock?: Clock;
  signal?: AbortSignal;
  /** Default: localhost, host.docker.internal and `ollama`, the usual name in a compose file. */
  usualAddresses?: readonly string[];
  /** Default: found out. */
  inContainer?: boolean;
}

/** Where Ollama was looked for. */
export interface OllamaSearch {
  /** Base address of the one that answered, no trailing slash. */
  url?: string;
  /** The addresses that were asked before and what came back; no password in them. */
  tried: Array<{ url: string; why: string }>;
  /** Only when none was found: whether the user had given the address. */
  isConfigured?: boolean;
  /** Only when none was found: whether we run in a container, where "localhost" is not the user's computer. */
  inContainer?: boolean;
}

const DEFAULT_PORT = '11434';
const DEFAULT_DEADLINE_MS = 1_500;
const USUAL_ADDRESSES = ['http://localhost:11434', 'http://127.0.0.1:11434', 'http://host.docker.internal:11434', 'http://ollama:11434'];

/**
 * Asks all likely addresses at once where Ollama is; of those that answer, the first in order wins.
 *
 * @throws {CancelledError} when `signal` fires
 */
export async function findOllama(question: OllamaQuestion): Promise<OllamaSearch> {
  const { deadlineMs = DEFAULT_DEADLINE_MS, clock = systemClock, signal } = question;
  const enough = new AbortController();
  const both = signal ? AbortSignal.any([signal, enough.signal]) : enough.signal;
  const tried: OllamaSearch['tried'] = [];
  const probes = ollamaAddresses(question).map((address) => ({ address, fault: probe(address, { deadlineMs, clock, signal: both }) }));
  try {
    for (const { address, fault } of probes) {
      const why = await fault;
      throwIfCancelled(signal);
      if (why === undefined) return { url: address, tried };
      tried.push({ url: shownAddress(address), why });
    }
    return { tried, isConfigured: Boolean(question.configured?.trim()), inContainer: question.inContainer ?? isInContainer() };
  } finally {
    enough.abort();
  }
}

/** The addresses to try, most wanted first, without repetition. */
export function ollamaAddresses(question: OllamaQuestion): string[] {
  if (question.configured?.trim()) return [readOllamaAddress(question.configured)];
  const named = question.ollamaHost?.trim() ? [readOllamaAddress(question.ollamaHost)] : [];
  return [...new Set([...named, ...(question.usualAddresses ?? USUAL_ADDRESSES)])];
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

/** @returns why this is no Ollama; `undefined` when it is one */
async function probe(address: string, { deadlineMs, clock, signal }: { deadlineMs: number; clock: Clock; signal: AbortSignal }): Promise<string | undefined> {
  if (!URL.canParse(address)) return 'is no address';
  const late = new AbortController();
  const cancel = clock.after(deadlineMs, () => late.abort());
  try {
    const answer = await patientFetch(`${address}/api/version`, { signal: AbortSignal.any([late.signal, signal]) });
    const body = (await answer.json().catch(() => undefined)) as { version?: unknown } | undefined;
    if (!answer.ok) return `answered ${answer.status}`;
    return typeof body?.version === 'string' ? undefined : 'something else than Ollama answered';
  } catch (error) {
    return late.signal.aborted ? `no answer within ${deadlineMs} ms` : (networkReason(error) ?? 'no connection');
  } finally {
    cancel();
  }
}
