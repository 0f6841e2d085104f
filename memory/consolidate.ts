import { errorFacts, nextTurn, throwIfCancelled } from '../kernel';
import { PRIVACY_LABELS, mayLeaveMachine } from '../privacy';
import { checkedCaps } from './checked';
import type { MemoryDeps } from './create-memory';
import type { Consolidated, ConsolidateRequest } from './memory';
import type { MemoryItem } from './memory-item';
import type { MemoryFilter, MemorySizes } from './memory-store';
import { bandsOf } from './near-duplicates';
import { isOtherPart, sayingTheSame } from './doubles';
import { embedded } from './embedding';
import { sought } from './sought-text';
import { noteUnreadable } from './unreadable';
import { worthOf } from './worth';

const DEFAULT_MOST_PER_SCOPE = 10_000;
const DEFAULT_MOST = 100_000;
/** Work of one call; what is left over is for the next. */
const MERGED_AMONG = 500;
const MOST_REMOVED_PER_SCOPE = 1_000;
const EMBEDDED_AT_ONCE = 32;
const MOST_EMBEDDED = 320;
const MOST_TRIED = 2 * MOST_EMBEDDED;
const PAGE = 500;

/** Brings the memory in order: removes what has expired, merges what says the same, makes room, embeds what has no vector yet. Bounded: call it again and again. @throws {InvalidInputError} for bounds that would empty it */
export async function consolidate(deps: MemoryDeps, { mostPerScope = DEFAULT_MOST_PER_SCOPE, most = DEFAULT_MOST }: ConsolidateRequest, signal: AbortSignal): Promise<Consolidated> {
  const caps = checkedCaps({ mostPerScope, most });
  const expired = await deps.store.removeExpired();
  const merged = await mergeNearDuplicates(deps, signal);
  const madeRoom = await makeRoomIn(deps, caps, signal);
  return { expired, merged, madeRoom, ...(await embedMissing(deps, signal)) };
}

/** Nobody has to schedule anything: now and then whoever remembers removes what has expired, and the least worth beyond this. */
const MOST_EVER = 200_000;
const ONE_IN = 256;

/** @param ids of what was just remembered; their random ends say whether it is time, so that no process has to count */
export async function keepInBounds(deps: MemoryDeps, ids: readonly string[], signal: AbortSignal, most = MOST_EVER): Promise<void> {
  if (!ids.some((id) => Number.parseInt(id.slice(-4), 16) % ONE_IN === 0)) return;
  try {
    await deps.store.removeExpired();
    if ((await deps.store.count({})) <= most) return;
    const madeRoom = await makeRoomIn(deps, { mostPerScope: most, most }, signal);
    deps.log.warn('The memory is full: what was worth least has made room.', { most, forgotten: madeRoom });
  } catch (error) {
    throwIfCancelled(signal);
    // What was to be remembered is.
    deps.log.warn('The memory could not be kept in bounds; it is tried again later.', { cause: errorFacts(error).message });
  }
}

async function makeRoomIn(deps: MemoryDeps, { mostPerScope, most }: Required<ConsolidateRequest>, signal: AbortSignal): Promise<number> {
  let madeRoom = 0;
  for (const { scope, excess } of overfull(await deps.store.sizes(), mostPerScope, most)) madeRoom += await makeRoom(deps, scope, Math.min(excess, MOST_REMOVED_PER_SCOPE), signal);
  return madeRoom;
}

/** Whoever has just remembered something may be merging it himself ({@link mergedWithDoubles}); two who choose differently would remove both. */
const SETTLED_AFTER_MS = 60_000;

/** Two that were remembered while the store did not answer did not see each other. The one that is kept longest stays, of equals the one that was there in more tasks, then the newer. */
async function mergeNearDuplicates(deps: MemoryDeps, signal: AbortSignal): Promise<number> {
  const { store, clock } = deps;
  const createdBeforeMs = clock.nowMs() - SETTLED_AFTER_MS;
  const gone = new Set<string>();
  for (const item of await store.list({ kinds: ['scratch', 'trace', 'fact'], createdBeforeMs }, MERGED_AMONG)) {
    throwIfCancelled(signal);
    if (gone.has(item.id)) continue;
    const same = (await sayingTheSame(deps, { item, bands: bandsOf(item) })).filter((other) => !gone.has(other.id) && !isOtherPart(other, item) && other.createdAtMs < createdBeforeMs);
    const [, ...others] = same.sort((one, other) => endOf(other) - endOf(one) || tasksOf(other) - tasksOf(one) || other.createdAtMs - one.createdAtMs);
    for (const { id } of others) gone.add(id);
    await nextTurn();
  }
  // What somebody renewed while this went on is younger, and stays: he may have merged away the one that was to be kept.
  return gone.size === 0 ? 0 : await store.remove({ ids: [...gone], createdBeforeMs });
}

const endOf = ({ expiresAtMs }: MemoryItem): number => expiresAtMs ?? Number.MAX_VALUE;
const tasksOf = ({ outcomes }: MemoryItem): number => outcomes.passed + outcomes.failed;

/** Scopes that hold too much; when all together do, the largest gives way. */
function overfull({ items, byScope }: MemorySizes, mostPerScope: number, most: number): Array<{ scope: MemoryItem['scope']; excess: number }> {
  const over = byScope.map(({ scope, items: inScope }) => ({ scope, excess: Math.max(0, inScope - mostPerScope) }));
  const left = items - over.reduce((sum, { excess }) => sum + excess, 0) - most;
  if (over[0] && left > 0) over[0].excess += left;
  return over.filter(({ excess }) => excess > 0);
}

/** @returns how many of the least worth went */
async function makeRoom({ store, clock }: MemoryDeps, scope: MemoryItem['scope'], excess: number, signal: AbortSignal): Promise<number> {
  const nowMs = clock.nowMs();
  let least: Array<{ id: string; worth: number }> = [];
  for (let page = await store.list({ scopes: [scope] }, PAGE); page.length > 0; page = await store.list({ scopes: [scope] }, PAGE, page.at(-1))) {
    throwIfCancelled(signal);
    least = [...least, ...page.map((item) => ({ id: item.id, worth: worthOf(item, nowMs) }))].sort((one, other) => one.worth - other.worth).slice(0, excess);
    await nextTurn();
  }
  return await store.remove({ ids: least.map(({ id }) => id) });
}

/** The model was down when they came, or is another one now. */
async function embedMissing(deps: MemoryDeps, signal: AbortSignal): Promise<Pick<Consolidated, 'embedded' | 'notEmbedded' | 'withoutVector' | 'unreadable'>> {
  const model = await deps.embedder(signal);
  if (!model) return { embedded: 0, withoutVector: await deps.store.count({}), notEmbedded: 'no embedding model' };
  const privacy = PRIVACY_LABELS.filter((label) => model.local || mayLeaveMachine(label));
  const told = async (count: number) => ({ embedded: count, ...(await withoutVectorOf(deps, model.model, privacy)) });
  let [count, seen] = [0, 0];
  let last: MemoryItem | undefined;
  while (count < MOST_EMBEDDED && seen < MOST_TRIED) {
    throwIfCancelled(signal);
    const items = await deps.store.list({ dueForVectorOf: model.model, privacy }, EMBEDDED_AT_ONCE, last);
    if (items.length === 0) break;
    const embeddings = await embedded(deps, items.map(sought), signal);
    const made = items.flatMap(({ id }, index) => (embeddings[index]!.vector ? [{ id, vector: embeddings[index]!.vector }] : []));
    count += made.length > 0 ? await deps.store.addVectors(made) : 0;
    const why = embeddings.find(({ notEmbedded }) => notEmbedded === 'the embedding model did not answer')?.notEmbedded;
    if (why) return { ...(await told(count)), notEmbedded: why };
    // Texts the model cannot read stand in nobody's way.
    await noteUnreadable(deps, items.map(({ id }) => id), embeddings, signal);
    [last, seen] = [items.at(-1), seen + items.length];
  }
  return await told(count);
}

async function withoutVectorOf({ store }: MemoryDeps, model: string, privacy: MemoryFilter['privacy']): Promise<Pick<Consolidated, 'withoutVector' | 'unreadable'>> {
  const withoutVector = await store.count({ withoutVectorOf: model, privacy });
  const unreadable = withoutVector > 0 ? withoutVector - (await store.count({ dueForVectorOf: model, privacy })) : 0;
  return { withoutVector, ...(unreadable > 0 && { unreadable }) };
}
