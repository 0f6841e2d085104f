import { nextTurn, throwIfCancelled } from '../kernel';
import { PRIVACY_LABELS, mayLeaveMachine } from '../privacy';
import type { MemoryDeps } from './create-memory';
import type { Consolidated, ConsolidateRequest } from './memory';
import type { MemoryItem } from './memory-item';
import type { MemorySizes } from './memory-store';
import { NEAR_DUPLICATE_SHARE, bandsOf, likeness, signatureOf } from './near-duplicates';
import { embedded, sought } from './remember';
import { worthOf } from './worth';

const DEFAULT_MOST_PER_SCOPE = 10_000;
const DEFAULT_MOST = 100_000;
/** Work of one call; what is left over is for the next. */
const MERGED_AMONG = 500;
const MOST_REMOVED_PER_SCOPE = 1_000;
const EMBEDDED_AT_ONCE = 32;
const MOST_EMBEDDED = 320;
const PAGE = 500;

/** Brings the memory in order: removes what has expired, merges what says the same, makes room, embeds what has no vector yet. Bounded: call it again and again. */
export async function consolidate(deps: MemoryDeps, { mostPerScope = DEFAULT_MOST_PER_SCOPE, most = DEFAULT_MOST }: ConsolidateRequest, signal: AbortSignal): Promise<Consolidated> {
  const expired = await deps.store.removeExpired();
  const merged = await mergeNearDuplicates(deps, signal);
  let madeRoom = 0;
  for (const { scope, excess } of overfull(await deps.store.sizes(), mostPerScope, most)) madeRoom += await makeRoom(deps, scope, Math.min(excess, MOST_REMOVED_PER_SCOPE), signal);
  return { expired, merged, madeRoom, ...(await embedMissing(deps, signal)) };
}

/** Two that were remembered at the same moment did not see each other. The one that was there in more tasks stays, of equals the newer. */
async function mergeNearDuplicates({ store }: MemoryDeps, signal: AbortSignal): Promise<number> {
  const gone = new Set<string>();
  for (const item of await store.list({ kinds: ['scratch', 'trace', 'fact'] }, MERGED_AMONG)) {
    throwIfCancelled(signal);
    if (gone.has(item.id)) continue;
    const signature = signatureOf(item.text);
    const near = (await store.nearDuplicates(item, bandsOf(signature))).filter((other) => !gone.has(other.id) && other.privacy === item.privacy && likeness(signature, signatureOf(other.text)) >= NEAR_DUPLICATE_SHARE);
    const [, ...others] = near.sort((one, other) => tasksOf(other) - tasksOf(one) || other.createdAtMs - one.createdAtMs);
    for (const { id } of others) gone.add(id);
    await nextTurn();
  }
  return gone.size === 0 ? 0 : await store.remove({ ids: [...gone] });
}

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
async function embedMissing(deps: MemoryDeps, signal: AbortSignal): Promise<Pick<Consolidated, 'embedded' | 'notEmbedded' | 'withoutVector'>> {
  const model = await deps.embedder(signal);
  if (!model) return { embedded: 0, withoutVector: (await deps.store.sizes()).items, notEmbedded: 'no embedding model' };
  const filter = { withoutVectorOf: model.model, privacy: PRIVACY_LABELS.filter((label) => model.local || mayLeaveMachine(label)) };
  let count = 0;
  while (count < MOST_EMBEDDED) {
    throwIfCancelled(signal);
    const items = await deps.store.list(filter, EMBEDDED_AT_ONCE);
    const { vectors, notEmbedded: [why] } = await embedded(deps, items.map(sought), signal);
    const made = items.flatMap(({ id }, index) => (vectors[index] ? [{ id, vector: vectors[index] }] : []));
    const kept = made.length > 0 ? await deps.store.addVectors(made) : 0;
    count += kept;
    if (why) return { embedded: count, withoutVector: await deps.store.count(filter), notEmbedded: why };
    if (kept === 0) break;
  }
  return { embedded: count, withoutVector: await deps.store.count(filter) };
}
