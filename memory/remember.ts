import { nextTurn, throwIfCancelled } from '../kernel';
import { DEFAULT_PRIVACY, mayLeaveMachine, scanLongText, type Privacy } from '../privacy';
import { checkedRemembrance } from './checked';
import { keepInBounds } from './consolidate';
import type { MemoryDeps } from './create-memory';
import { knownBefore, mergedWithDoubles } from './doubles';
import { embedded } from './embedding';
import type { Remembered, Remembrance } from './memory';
import { type MemoryItem, type MemoryKind, longerLife } from './memory-item';
import type { NewMemory } from './memory-store';
import { bandsOf } from './near-duplicates';
import { sought } from './sought-text';
import { noteUnreadable } from './unreadable';

const HOUR_MS = 3_600_000;
const KEPT_MS: Record<MemoryKind, number | null> = { scratch: 24 * HOUR_MS, chat: 30 * 24 * HOUR_MS, trace: 30 * 24 * HOUR_MS, fact: null };
/** Stored together; everything else of the process runs between two portions. */
const PORTION = 64;
const LOOKED_FOR_AT_ONCE = 8;

interface Entry {
  item: MemoryItem;
  bands: string[];
  /** What it renews. */
  known?: MemoryItem;
}

/** Stores what is new and renews what is known. */
export async function remember(deps: MemoryDeps, remembrances: readonly Remembrance[], signal: AbortSignal): Promise<Remembered[]> {
  const checked = remembrances.map(checkedRemembrance);
  const entries: Entry[] = [];
  for (const remembrance of checked) {
    entries.push(await newEntry(deps, remembrance, signal));
    if (entries.length % LOOKED_FOR_AT_ONCE === 0) await nextTurn();
  }
  await findKnown(deps, entries, signal);
  const remembered = new Map<Entry, Remembered>();
  for (const portion of portionsOf(entries, PORTION)) {
    for (const [entry, told] of await stored(deps, portion, signal)) remembered.set(entry, told);
    await nextTurn();
  }
  await keepInBounds(deps, entries.map(({ item }) => item.id), signal);
  return entries.map((entry) => remembered.get(entry)!);
}

async function newEntry({ clock, makeId }: MemoryDeps, remembrance: ReturnType<typeof checkedRemembrance>, signal: AbortSignal): Promise<Entry> {
  const { kind, scope, provenance, keptMs = KEPT_MS[kind] } = remembrance;
  const text = remembrance.text.toWellFormed().normalize('NFC').trim();
  const createdAtMs = clock.nowMs();
  const item: MemoryItem = { id: makeId(), kind, scope, text, privacy: await labelOf(remembrance, signal), provenance, createdAtMs, expiresAtMs: keptMs === null ? null : createdAtMs + keptMs, outcomes: { passed: 0, failed: 0 } };
  return { item, bands: bandsOf(item) };
}

/** Labels rise by what a text and its source hold, never fall by what is said of them. */
async function labelOf({ text, privacy = DEFAULT_PRIVACY, provenance }: Remembrance, signal: AbortSignal): Promise<Privacy> {
  const findings = await scanLongText([provenance?.source, text].filter((part) => part !== undefined).join('\n'), { pause: nextTurn, signal });
  return findings.length > 0 ? 'secret' : privacy;
}

/** All before anything is stored: the parts of one document must not renew each other. */
async function findKnown(deps: MemoryDeps, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  const taken = new Set<string>();
  for (const portion of portionsOf(entries, LOOKED_FOR_AT_ONCE)) {
    throwIfCancelled(signal);
    const found = await Promise.all(portion.map(async (entry) => await knownBefore(deps, entry)));
    for (const [index, entry] of portion.entries()) {
      entry.known = found[index]!.find(({ id }) => !taken.has(id));
      if (entry.known) taken.add(entry.known.id);
    }
    await nextTurn();
  }
}

async function stored(deps: MemoryDeps, portion: readonly Entry[], signal: AbortSignal): Promise<Array<[Entry, Remembered]>> {
  const embeddings = await embedded(deps, portion.map(({ item }) => sought(item)), signal);
  const memories = portion.map((entry, index): NewMemory => ({ item: renewed(entry), vector: embeddings[index]!.vector, bands: entry.bands, ...(entry.known && { renews: true }) }));
  await deps.store.put(memories);
  await noteUnreadable(deps, memories.map(({ item }) => item.id), embeddings, signal);
  const kept: MemoryItem[] = [];
  for (let start = 0; start < portion.length; start += LOOKED_FOR_AT_ONCE) {
    const few = memories.slice(start, start + LOOKED_FOR_AT_ONCE);
    // What is renewed too: somebody may have merged it away in the meantime.
    kept.push(...(await Promise.all(few.map(async (memory) => await mergedWithDoubles(deps, memory, signal)))));
  }
  return portion.map((entry, index) => {
    const { id, privacy } = kept[index]!;
    const { notEmbedded } = embeddings[index]!;
    return [entry, { id, ...(id !== entry.item.id && { mergedInto: id }), privacy, ...(notEmbedded && { notEmbedded }) }];
  });
}

/** The newer words take the older one's place, and keep what was learnt of it. It is kept as long as the longer of both was to be. */
function renewed({ item, known }: Entry): MemoryItem {
  return known ? { ...item, id: known.id, outcomes: known.outcomes, expiresAtMs: longerLife([item, known]) } : item;
}

/** What must not leave the machine comes first: where it may not be stored, nothing has been when that is said. */
function portionsOf(entries: readonly Entry[], size: number): Entry[][] {
  const inOrder = [...entries].sort((one, other) => Number(mayLeaveMachine(one.item.privacy)) - Number(mayLeaveMachine(other.item.privacy)));
  return Array.from({ length: Math.ceil(inOrder.length / size) }, (_, index) => inOrder.slice(index * size, (index + 1) * size));
}
