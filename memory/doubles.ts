import { errorFacts, throwIfCancelled } from '../kernel';
import type { MemoryDeps } from './create-memory';
import { type MemoryItem, longerLife } from './memory-item';
import type { NewMemory } from './memory-store';
import { saysTheSame, tellsMore } from './near-duplicates';

type Told = Pick<NewMemory, 'item' | 'bands'>;

/** @returns items that say the same, those of the same part of the document first */
export async function sayingTheSame(deps: Pick<MemoryDeps, 'store'>, { item, bands }: Told): Promise<MemoryItem[]> {
  return await near(deps, item, bands.slice(0, 1), saysTheSame);
}

/** @returns items whose place a new one may take: that say the same, or else all but a few words */
export async function knownBefore(deps: Pick<MemoryDeps, 'store'>, { item, bands }: Told): Promise<MemoryItem[]> {
  const same = await sayingTheSame(deps, { item, bands });
  return same.length > 0 || bands.length === 1 ? same : await near(deps, item, bands.slice(1), tellsMore);
}

async function near({ store }: Pick<MemoryDeps, 'store'>, item: MemoryItem, bands: readonly string[], isIt: (item: MemoryItem, other: MemoryItem) => boolean): Promise<MemoryItem[]> {
  // What was said stands as it was said, and in its order.
  if (item.kind === 'chat') return [];
  const found = (await store.nearDuplicates(item, bands)).filter((other) => isIt(item, other));
  return found.sort((one, other) => Number(isOtherPart(one, item)) - Number(isOtherPart(other, item)));
}

export const isOtherPart = (one: MemoryItem, other: MemoryItem): boolean => one.provenance.part !== other.provenance.part;

/** More than can be at it at once and still not agree. */
const MOST_ROUNDS = 5;

/**
 * Two who remember the same at the same moment, in one process or in two, do not see each other before they store. Each looks again afterwards, so at least the later one sees both.
 * The smaller id stays: it never changes, so nobody removes what another one keeps.
 *
 * @param stored what was stored just now
 * @returns the item that stays
 */
export async function mergedWithDoubles(deps: MemoryDeps, stored: NewMemory, signal: AbortSignal): Promise<MemoryItem> {
  let { item } = stored;
  try {
    for (let round = 0, isSettled = false; round < MOST_ROUNDS && !isSettled; round++) [item, isSettled] = await mergedOnce(deps, { ...stored, item });
  } catch (error) {
    throwIfCancelled(signal);
    // It is stored; kept twice costs little.
    deps.log.warn('Whether something was remembered twice could not be seen; upkeep merges it.', { cause: errorFacts(error).message });
  }
  return item;
}

/** @returns what stays, and whether nobody can have brought it back who did not know that it had gone */
async function mergedOnce(deps: MemoryDeps, stored: NewMemory): Promise<[MemoryItem, boolean]> {
  const { item } = stored;
  const doubles = (await sayingTheSame(deps, stored)).filter((other) => other.id !== item.id && !isOtherPart(other, item));
  if (doubles.length === 0) return [item, true];
  const [first, ...gone] = [item, ...doubles].sort((one, other) => (one.id < other.id ? -1 : 1)) as [MemoryItem, ...MemoryItem[]];
  const stays = { ...first, expiresAtMs: longerLife([first, ...gone]) };
  const livesOn = stays.expiresAtMs !== first.expiresAtMs;
  if (livesOn) await deps.store.put([{ ...stored, item: stays, renews: true }]);
  await deps.store.remove({ ids: gone.map(({ id }) => id) });
  return [stays, !livesOn];
}
