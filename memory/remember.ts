import { InvalidInputError, nextTurn } from '../kernel';
import { DEFAULT_PRIVACY, mayLeaveMachine, scanLongText, type Privacy } from '../privacy';
import type { MemoryDeps } from './create-memory';
import type { Embedder, NotEmbedded } from './embedder';
import { MemoryTooLongError } from './errors';
import type { Remembered, Remembrance } from './memory';
import { MAX_ITEM_CHARACTERS, type MemoryItem, type MemoryKind } from './memory-item';
import type { NewMemory, Vector } from './memory-store';
import { NEAR_DUPLICATE_SHARE, bandsOf, likeness, signatureOf } from './near-duplicates';
import { soughtText } from './sought-text';

const HOUR_MS = 3_600_000;
const KEPT_MS: Record<MemoryKind, number | null> = { scratch: 24 * HOUR_MS, chat: 30 * 24 * HOUR_MS, trace: 30 * 24 * HOUR_MS, fact: null };
const LEAST_KEPT_MS = 1_000;

/** Stores what is new and renews what is nearly known. */
export async function remember(deps: MemoryDeps, remembrances: readonly Remembrance[], signal: AbortSignal): Promise<Remembered[]> {
  remembrances.forEach(assertUsable);
  const items: MemoryItem[] = [];
  for (const remembrance of remembrances) items.push(await newItem(deps, remembrance, signal));
  const { vectors, notEmbedded } = await embedded(deps, items.map(sought), signal);
  const memories = items.map((item, index): NewMemory => ({ item, vector: vectors[index], bands: bandsOf(signatureOf(item.text)) }));
  const targets = await Promise.all(memories.map((memory) => nearlySame(deps, memory)));
  await deps.store.put(memories.map((memory, index) => renewed(memory, targets[index])));
  return items.map((item, index) => ({
    id: targets[index]?.id ?? item.id,
    ...(targets[index] && { mergedInto: targets[index].id }),
    privacy: item.privacy,
    ...(notEmbedded[index] && { notEmbedded: notEmbedded[index] }),
  }));
}

function assertUsable({ text, keptMs }: Remembrance): void {
  if (text.trim() === '') throw new InvalidInputError('There is nothing to remember: the text is empty.', { hint: 'Write something into "Text", connect a node that gives a text, or leave the item out.' });
  if (text.length > MAX_ITEM_CHARACTERS) throw new MemoryTooLongError(text.length, MAX_ITEM_CHARACTERS);
  if (keptMs !== undefined && !(keptMs >= LEAST_KEPT_MS)) throw new InvalidInputError(`A memory cannot be kept for ${keptMs} ms.`, { hint: `Keep it for at least ${LEAST_KEPT_MS} ms, or leave the time out.` });
}

async function newItem({ clock, makeId }: MemoryDeps, remembrance: Remembrance, signal: AbortSignal): Promise<MemoryItem> {
  const { kind, scope, provenance = {} } = remembrance;
  const text = remembrance.text.toWellFormed().normalize('NFC').trim();
  const keptMs = remembrance.keptMs ?? KEPT_MS[kind];
  const createdAtMs = clock.nowMs();
  return { id: makeId(), kind, scope, text, privacy: await labelOf(remembrance, signal), provenance, createdAtMs, expiresAtMs: keptMs === null ? null : createdAtMs + keptMs, outcomes: { passed: 0, failed: 0 } };
}

/** Labels rise by what a text and its source hold, never fall by what is said of them. */
async function labelOf({ text, privacy = DEFAULT_PRIVACY, provenance }: Remembrance, signal: AbortSignal): Promise<Privacy> {
  const findings = await scanLongText([provenance?.source, text].filter((part) => part !== undefined).join('\n'), { pause: nextTurn, signal });
  return findings.length > 0 ? 'secret' : privacy;
}

/** What is embedded of an item. */
export const sought = ({ privacy, ...item }: Pick<MemoryItem, 'text' | 'privacy' | 'provenance'>): Pick<MemoryItem, 'text' | 'privacy'> => ({ text: soughtText(item), privacy });

/** Vectors of those that may have one; the others are found by their words. */
export async function embedded({ embedder, log }: MemoryDeps, items: ReadonlyArray<Pick<MemoryItem, 'text' | 'privacy'>>, signal: AbortSignal, purpose: 'document' | 'query' = 'document'): Promise<{ vectors: Array<Vector | undefined>; notEmbedded: Array<NotEmbedded | undefined> }> {
  const model = await embedder(signal);
  const why = items.map((item) => refusal(model, item));
  const texts = items.filter((_, index) => !why[index]).map(({ text }) => text);
  if (!model || texts.length === 0) return { vectors: items.map(() => undefined), notEmbedded: why };
  try {
    const vectors = await model.embed(texts, purpose, signal);
    let next = 0;
    return { vectors: why.map((refused) => (refused ? undefined : { model: model.model, values: vectors[next++]! })), notEmbedded: why };
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn('The embedding model did not answer; the memory goes by words alone.', { model: model.model, cause: String((error as Error).message) });
    return { vectors: items.map(() => undefined), notEmbedded: why.map((refused) => refused ?? 'the embedding model did not answer') };
  }
}

function refusal(embedder: Embedder | undefined, { privacy }: Pick<MemoryItem, 'privacy'>): NotEmbedded | undefined {
  if (!embedder) return 'no embedding model';
  return embedder.local || mayLeaveMachine(privacy) ? undefined : 'secret, and the embedding model is not on this machine';
}

async function nearlySame({ store }: MemoryDeps, { item, bands }: NewMemory): Promise<MemoryItem | undefined> {
  // What was said stands as it was said, and in its order.
  if (item.kind === 'chat') return undefined;
  const signature = signatureOf(item.text);
  const found = await store.nearDuplicates(item, bands);
  return found.find((other) => other.privacy === item.privacy && likeness(signature, signatureOf(other.text)) >= NEAR_DUPLICATE_SHARE);
}

/** The newer words take the older one's place, and keep what was learnt of it. */
function renewed(memory: NewMemory, known: MemoryItem | undefined): NewMemory {
  if (!known) return memory;
  const { item } = memory;
  return { ...memory, item: { ...item, id: known.id, outcomes: known.outcomes, provenance: { ...known.provenance, ...item.provenance } } };
}
