import type { Schemas } from '@qdrant/js-client-rest';
import { type Clock, type Logger, makeId } from '../../kernel';
import { MEMORY_KINDS, type MemoryItem, type MemoryKind } from '../memory-item';
import type { ListPlace, MemoryFilter, MemoryStore, NewMemory, Vector } from '../memory-store';
import { assertMayBeAsked, assertMayBeSent } from '../secret-stays';
import { QdrantCollection } from './qdrant-collection';
import { type QdrantAddress, notQdrant, openQdrant } from './qdrant-connection';
import { failedOn, filterOf, itemOf, lastNoted, letsNothingThrough, notedOnce, pointIds, pointOf, renewals, scopeOf, vectorName } from './qdrant-points';
import { searchQdrant } from './qdrant-search';

const MAX_NEAR_DUPLICATES = 20;
const MAX_SCOPES_TOLD = 100;
/** More lengths of texts than there can be. */
const MAX_BYTE_COUNTS = 100_000;
/** Qdrant takes 32 MB in one request; a number of a vector is about 12 characters. */
const MAX_REQUEST_CHARACTERS = 8_000_000;
const CHARACTERS_PER_NUMBER = 12;
const NOTING_ATTEMPTS = 10;
/** Of an id's random end: enough among the last few. */
const MARK_CHARACTERS = 12;

export interface QdrantMemoryOptions extends QdrantAddress {
  /** For instance `aios_default`. */
  collection: string;
  /** Is the address on the user's own machine or network? Nothing secret is sent to any other. */
  local: boolean;
  clock: Clock;
  log: Logger;
}

type Scrolled = { points: Array<Pick<Schemas['Record'], 'id' | 'payload'>> };

/** What the team remembers, in a Qdrant server: a dense vector for each embedding model, a sparse one for words. */
export function openQdrantMemory({ collection: name, local, clock, log, ...address }: QdrantMemoryOptions): MemoryStore {
  const connection = openQdrant(address);
  const collection = new QdrantCollection(connection, name, log);
  const place = { local, address: connection.address };
  const now = (filter: MemoryFilter): Schemas['Filter'] => filterOf(filter, clock.nowMs());

  const counted = async (filter: Schemas['Filter']): Promise<number> => {
    const { count } = await collection.ask<{ count?: number }>('POST', '/points/count', { filter, exact: true } satisfies Schemas['CountRequest']);
    return count ?? notQdrant(place.address);
  };
  const pointsOf = async (request: Schemas['ScrollRequest']): Promise<Scrolled['points']> => (await collection.ask<Partial<Scrolled>>('POST', '/points/scroll', request)).points ?? notQdrant(place.address);
  const scrolled = async (request: Schemas['ScrollRequest']): Promise<MemoryItem[]> => (await pointsOf(request)).map(itemOf);
  const removed = async (filter: Schemas['Filter']): Promise<number> => {
    const count = await counted(filter);
    if (count > 0) await collection.ask('POST', '/points/delete?wait=true', { filter } satisfies Schemas['FilterSelector']);
    return count;
  };
  const facet = async (key: string, limit: number): Promise<Schemas['FacetValueHit'][]> =>
    (await collection.ask<Partial<Schemas['FacetResponse']>>('POST', '/facet', { key, limit, exact: true, filter: now({}) } satisfies Schemas['FacetRequest'])).hits ?? notQdrant(place.address);

  /** Of one moment, by id: the one order a scroll can go on in from any place. */
  const ofMoment = async (filter: MemoryFilter, atMs: number, limit: number, afterId?: string): Promise<MemoryItem[]> => {
    const { must, ...rest } = now(filter);
    const items = await scrolled({ filter: { ...rest, must: [...(must as Schemas['Condition'][]), { key: 'createdAtMs', match: { value: atMs } }] }, limit: limit + 1, offset: afterId, with_payload: true });
    return items.filter(({ id }) => id !== afterId).slice(0, limit);
  };

  const olderThan = async (filter: MemoryFilter, limit: number, beforeMs?: number): Promise<MemoryItem[]> => {
    const createdBeforeMs = Math.min(beforeMs ?? Infinity, filter.createdBeforeMs ?? Infinity);
    const items = await scrolled({ filter: now({ ...filter, ...(Number.isFinite(createdBeforeMs) && { createdBeforeMs }) }), limit, order_by: { key: 'createdAtMs', direction: 'desc' }, with_payload: true });
    if (items.length < limit) return items.sort(newestFirst);
    // The page may have cut through a moment, and which of its items came is not said.
    const lastMs = Math.min(...items.map(({ createdAtMs }) => createdAtMs));
    const whole = items.filter(({ createdAtMs }) => createdAtMs > lastMs).sort(newestFirst);
    return [...whole, ...(await ofMoment(filter, lastMs, limit - whole.length))];
  };

  const page = async (filter: MemoryFilter, limit: number, after: ListPlace | undefined): Promise<MemoryItem[]> => {
    const rest = after ? await ofMoment(filter, after.createdAtMs, limit, after.id) : [];
    return rest.length < limit ? [...rest, ...(await olderThan(filter, limit - rest.length, after?.createdAtMs))] : rest;
  };

  let noted: Promise<unknown> = Promise.resolve();
  /** Written only where the counts are still those that were read: who was slower reads again. What was noted last stands beside them, so that each can tell whose it was. */
  const noteNow = async (ids: readonly string[], outcome: 'passed' | 'failed'): Promise<void> => {
    const mark = makeId().slice(-MARK_CHARACTERS);
    let open = [...ids];
    for (let attempt = 0; open.length > 0 && attempt < NOTING_ATTEMPTS; attempt++) {
      const points = (await pointsOf({ filter: now({ ids: open }), limit: open.length, with_payload: true })).filter((point) => !lastNoted(point).includes(mark));
      for (const point of points) await collection.ask('POST', '/points/payload?wait=true', notedOnce(point, outcome, mark));
      open = points.map(({ id }) => String(id));
    }
  };

  return {
    async put(memories) {
      assertMayBeSent(memories, place);
      const vectors = oneOfEachModel(memories.map(({ vector }) => vector));
      for (const vector of vectors) await collection.addModel(vector);
      for (const part of inRequests(memories.filter(({ renews }) => !renews))) await collection.ask('PUT', '/points?wait=true', { points: part.map(pointOf) } satisfies Schemas['PointsList'], { vectors });
      for (const part of inRequests(memories.filter(({ renews }) => renews))) await collection.ask('POST', '/points/batch?wait=true', renewals(part), { vectors });
    },

    async search(query, signal) {
      assertMayBeAsked(query.filter, place);
      const vector = query.vector && (await collection.knows(query.vector)) ? query.vector : undefined;
      if (letsNothingThrough(query.filter)) return [];
      const ask = async (body: Schemas['QueryRequestBatch']): Promise<Schemas['QueryResponse'][]> => {
        const answers = await collection.ask<unknown>('POST', '/points/query/batch', body, { vectors: vector && [vector], signal });
        return Array.isArray(answers) ? (answers as Schemas['QueryResponse'][]) : notQdrant(place.address);
      };
      return await searchQdrant({ ...query, vector }, now(query.filter), ask);
    },

    list: async (filter, limit, after) => (letsNothingThrough(filter) ? [] : await page(filter, limit, after)),

    async nearDuplicates({ kind, scope }, bands) {
      if (bands.length === 0) return [];
      const { must, ...rest } = now({ kinds: [kind], scopes: [scope] });
      const sharing = { ...rest, must: [...(must as Schemas['Condition'][]), { key: 'bands', match: { any: [...bands] } }] };
      return (await scrolled({ filter: sharing, limit: MAX_NEAR_DUPLICATES, order_by: { key: 'createdAtMs', direction: 'desc' }, with_payload: true })).sort(newestFirst);
    },

    count: async (filter) => (letsNothingThrough(filter) ? 0 : await counted(now(filter))),
    remove: async (filter) => (letsNothingThrough(filter) ? 0 : await removed(now(filter))),
    removeExpired: async () => await removed({ must: [{ key: 'expiresAtMs', range: { lte: clock.nowMs() } }] }),

    async addVectors(added) {
      const vectors = oneOfEachModel(added.map(({ vector }) => vector));
      for (const vector of vectors) await collection.addModel(vector);
      const ids = added.map(({ id }) => id);
      const known = new Map((await scrolled({ filter: now({ ids }), limit: Math.max(1, ids.length), with_payload: true })).map((item) => [item.id, item]));
      const points = added.filter(({ id }) => known.has(id)).map(({ id, vector }) => ({ id, vector: { [vectorName(vector.model)]: [...vector.values] } }));
      if (points.length > 0) await collection.ask('PUT', '/points/vectors?wait=true', { points } satisfies Schemas['UpdateVectors'], { vectors });
      return points.length;
    },

    async noteUnreadable(ids, model) {
      if (pointIds(ids).length === 0) return;
      const points = await pointsOf({ filter: now({ ids }), limit: ids.length, with_payload: true });
      for (const point of points) await collection.ask('POST', '/points/payload?wait=true', failedOn(point, model, clock.nowMs()));
    },

    async noteOutcome(ids, outcome) {
      // One after the other: those of this process need not outrun each other.
      const mine = noted.then(async () => (pointIds(ids).length > 0 ? await noteNow(ids, outcome) : undefined));
      noted = mine.catch(() => {});
      await mine;
    },

    async sizes() {
      const [kinds, bytes, scopes, dimensions] = await Promise.all([facet('kind', MEMORY_KINDS.length), facet('bytes', MAX_BYTE_COUNTS), facet('scope', MAX_SCOPES_TOLD), collection.dimensions()]);
      const itemsOf = (kind: MemoryKind): number => kinds.find(({ value }) => value === kind)?.count ?? 0;
      const models = await Promise.all([...dimensions].map(async ([model, dimension]) => ({ model, dimension, items: await counted({ must: [now({}), { has_vector: vectorName(model) }] }) })));
      return {
        items: kinds.reduce((sum, { count }) => sum + count, 0),
        bytes: bytes.reduce((sum, { value, count }) => sum + Number(value) * count, 0),
        byKind: Object.fromEntries(MEMORY_KINDS.map((kind) => [kind, itemsOf(kind)])) as Record<MemoryKind, number>,
        byModel: models.filter(({ items }) => items > 0).sort((one, other) => (one.model < other.model ? -1 : 1)),
        byScope: scopes.map(({ value, count }) => ({ scope: scopeOf(String(value)), items: count })),
      };
    },
  };
}

const newestFirst = (one: MemoryItem, other: MemoryItem): number => other.createdAtMs - one.createdAtMs || (one.id < other.id ? -1 : 1);

/** One vector for each model and length: what must be made room for, or is wrong. */
function oneOfEachModel(vectors: ReadonlyArray<Vector | undefined>): Vector[] {
  return [...new Map(vectors.filter((vector) => vector !== undefined).map((vector) => [`${vector.values.length} ${vector.model}`, vector])).values()];
}

function inRequests(memories: readonly NewMemory[]): NewMemory[][] {
  const parts: NewMemory[][] = [];
  let characters = Infinity;
  for (const memory of memories) {
    const size = memory.item.text.length * 2 + (memory.vector?.values.length ?? 0) * CHARACTERS_PER_NUMBER;
    if (characters + size > MAX_REQUEST_CHARACTERS) parts.push([]);
    characters = characters + size > MAX_REQUEST_CHARACTERS ? size : characters + size;
    parts.at(-1)!.push(memory);
  }
  return parts;
}
