import { Ollama } from 'ollama';
import { type Clock, type Logger, isAiosError, networkReason, shownAddress, throwIfCancelled } from '../../kernel';
import { type Embedder, unitVectors } from '../embedder';
import { chosenModel, prefixesOf } from '../embedding-models';
import { EmbeddingDownError } from '../errors';

export interface OllamaEmbedderOptions {
  /** Base address of the server. */
  url: string;
  /** Does the server run on the user's own machine or network? */
  local: boolean;
  /** A name of Ollama's; default: the first installed one that is known to embed. */
  model?: string;
  clock: Clock;
  log: Logger;
}

/** How long it is believed which models are installed. */
const LISTED_FOR_MS = 60_000;
const LIST_TIMEOUT_MS = 5_000;
/** Loading the model included. */
const EMBED_TIMEOUT_MS = 120_000;
const MAX_BATCH_TEXTS = 32;
const MAX_BATCH_CHARACTERS = 100_000;

type Found = { name: string; local: boolean } | undefined;

/** @returns a function that gives the embedding model of now; undefined when the server has none or does not answer */
export function findOllamaEmbedder({ url, local, model, clock, log }: OllamaEmbedderOptions): (signal: AbortSignal) => Promise<Embedder | undefined> {
  let found: Promise<Found> | undefined;
  let listedAtMs = -Infinity;
  // For all who ask meanwhile, so none of them can cancel it; it has its own deadline.
  const look = async (): Promise<Found> => {
    try {
      const { models } = await clientOf(url, AbortSignal.timeout(LIST_TIMEOUT_MS)).list();
      const wanted = wantedOf(models, model);
      if (!wanted && model !== undefined) log.warn(`The embedding model is not installed. Pull it: ollama pull ${model}`, { address: shownAddress(url) });
      return wanted;
    } catch (error) {
      log.warn('Ollama was asked for an embedding model and did not answer; the memory goes by words alone.', { address: shownAddress(url), cause: reasonOf(error) });
      return undefined;
    }
  };
  return async (signal) => {
    if (clock.nowMs() - listedAtMs >= LISTED_FOR_MS) {
      listedAtMs = clock.nowMs();
      found = look();
    }
    const model = await found;
    throwIfCancelled(signal);
    return model && ollamaEmbedder(url, model.name, local && model.local);
  };
}

/** @returns the one that was asked for, or the first that is known; cloud models pass their texts on, whatever server lists them */
function wantedOf(models: ReadonlyArray<{ name: string; remote_host?: string }>, asked: string | undefined): Found {
  const names = models.map(({ name }) => name);
  const name = asked === undefined ? chosenModel(names) : names.find((candidate) => candidate === asked || candidate === `${asked}:latest`);
  const entry = models.find((candidate) => candidate.name === name);
  return entry && { name: entry.name, local: entry.remote_host === undefined && !/[:-]cloud$/.test(entry.name) };
}

function ollamaEmbedder(url: string, name: string, local: boolean): Embedder {
  const model = name.replace(/:latest$/, '');
  return {
    model,
    local,
    async embed(texts, purpose, signal) {
      const prefix = prefixesOf(name)[purpose];
      const vectors: Float32Array[] = [];
      for (const batch of batchesOf(texts.map((text) => prefix + text))) vectors.push(...(await embedBatch(url, name, batch, signal)));
      return vectors;
    },
  };
}

async function embedBatch(url: string, model: string, input: string[], signal: AbortSignal): Promise<Float32Array[]> {
  const timeout = AbortSignal.timeout(EMBED_TIMEOUT_MS);
  try {
    // A longer text than the model reads is cut, not refused: its beginning says what it is about, and its words are found all the same.
    const { embeddings } = await clientOf(url, AbortSignal.any([signal, timeout])).embed({ model, input, truncate: true });
    return unitVectors(model, embeddings, input.length);
  } catch (error) {
    throwIfCancelled(signal);
    if (isAiosError(error)) throw error;
    throw new EmbeddingDownError(model, timeout.aborted ? `no answer within ${EMBED_TIMEOUT_MS / 1_000} s` : reasonOf(error), error);
  }
}

function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let characters = Infinity;
  for (const text of texts) {
    const isFull = characters + text.length > MAX_BATCH_CHARACTERS || batches.at(-1)!.length >= MAX_BATCH_TEXTS;
    if (isFull) batches.push([]);
    characters = isFull ? text.length : characters + text.length;
    batches.at(-1)!.push(text);
  }
  return batches;
}

/** The SDK takes no signal and refuses addresses with a login; `fetch` gets both. */
function clientOf(address: string, signal: AbortSignal): Ollama {
  const authorised: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    const headers = new Headers(init?.headers);
    if (url.username !== '') headers.set('authorization', `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`);
    [url.username, url.password] = ['', ''];
    return await fetch(url, { ...init, headers, signal, redirect: 'error' });
  };
  return new Ollama({ host: address, fetch: authorised });
}

function reasonOf(error: unknown): string {
  const { status_code: status, name } = error as { status_code?: number; name?: string };
  if (typeof status === 'number') return `it answered with HTTP ${status}`;
  return name === 'TimeoutError' ? 'no answer in time' : (networkReason(error) ?? 'its answer cannot be read');
}
