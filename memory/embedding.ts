import { mayLeaveMachine } from '../privacy';
import type { MemoryDeps } from './create-memory';
import type { Embedder, NotEmbedded } from './embedder';
import type { MemoryItem } from './memory-item';
import type { Vector } from './memory-store';

type Text = Pick<MemoryItem, 'text' | 'privacy'>;
type Purpose = Parameters<Embedder['embed']>[1];

export interface Embedding {
  vector?: Vector;
  notEmbedded?: NotEmbedded;
  /** Name of the model that was asked for this text alone and failed. */
  unreadableBy?: string;
}

const CANNOT_READ = 'the embedding model cannot read it';

/** Asked when a batch failed: a model that can read this is there, and cannot read one of the texts. */
const READABLE = 'memory';
/** To find the texts a model fails on; beyond it the rest of the batch waits for the next upkeep. */
const MAX_CALLS = 64;
/** Who failed only after so long is not asked once more: somebody is waiting. */
const PATIENCE_MS = 10_000;

/** Vectors of the texts that may have one; the others are found by their words. A text the model fails on takes no other one's. */
export async function embedded({ embedder, log, clock }: MemoryDeps, texts: readonly Text[], signal: AbortSignal, purpose: Purpose = 'document'): Promise<Embedding[]> {
  const model = await embedder(signal);
  const refused = texts.map((text) => refusal(model, text));
  const asked = texts.filter((_, index) => !refused[index]).map(({ text }) => text);
  if (!model || asked.length === 0) return refused.map((notEmbedded) => ({ notEmbedded }));
  const vectors = await readable({ model, purpose, signal, log, clock, calls: 0 }, asked);
  let next = 0;
  return refused.map((notEmbedded): Embedding => {
    if (notEmbedded) return { notEmbedded };
    const values = vectors[next++]!;
    if (typeof values !== 'string') return { vector: { model: model.model, values } };
    return { notEmbedded: values, ...(values === CANNOT_READ && { unreadableBy: model.model }) };
  });
}

function refusal(embedder: Embedder | undefined, { privacy }: Text): NotEmbedded | undefined {
  if (!embedder) return 'no embedding model';
  return embedder.local || mayLeaveMachine(privacy) ? undefined : 'secret, and the embedding model is not on this machine';
}

interface Asking extends Pick<MemoryDeps, 'log' | 'clock'> {
  model: Embedder;
  purpose: Purpose;
  signal: AbortSignal;
  calls: number;
}

async function readable(asking: Asking, texts: readonly string[]): Promise<Array<Float32Array | NotEmbedded>> {
  const { model, purpose, log, clock } = asking;
  const startedAtMs = clock.nowMs();
  try {
    return await asked(asking, texts);
  } catch (error) {
    if (asking.signal.aborted) throw error;
    const cause = String((error as Error).message);
    if ((texts.length === 1 && purpose === 'query') || clock.nowMs() - startedAtMs >= PATIENCE_MS || !(await isThere(asking))) {
      log.warn('The embedding model did not answer; the memory goes by words alone.', { model: model.model, cause });
      return texts.map(() => 'the embedding model did not answer');
    }
    log.warn('The embedding model fails on some texts; they are found by their words alone.', { model: model.model, purpose, cause });
    return texts.length === 1 ? [CANNOT_READ] : await inHalves(asking, texts);
  }
}

async function isThere(asking: Asking): Promise<boolean> {
  return await asked(asking, [READABLE]).then(() => true, () => false);
}

/** The texts it fails on are few: looked for by halving. */
async function inHalves(asking: Asking, texts: readonly string[]): Promise<Array<Float32Array | NotEmbedded>> {
  const middle = Math.ceil(texts.length / 2);
  const found: Array<Float32Array | NotEmbedded> = [];
  for (const half of [texts.slice(0, middle), texts.slice(middle)]) {
    if (half.length === 0) continue;
    const mayAsk = asking.calls < MAX_CALLS;
    const vectors = mayAsk ? await asked(asking, half).catch(() => undefined) : undefined;
    if (vectors) found.push(...vectors);
    else if (!mayAsk) found.push(...half.map(() => 'the embedding model fails on too many texts' as const));
    else if (half.length === 1) found.push(CANNOT_READ);
    else found.push(...(await inHalves(asking, half)));
  }
  return found;
}

async function asked(asking: Asking, texts: readonly string[]): Promise<Float32Array[]> {
  asking.calls++;
  return await asking.model.embed(texts, asking.purpose, asking.signal);
}
