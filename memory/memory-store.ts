import type { Privacy } from '../privacy';
import type { MemoryItem, MemoryKind, Scope } from './memory-item';

/** A text as numbers, and which model made them: vectors of different models cannot be compared. */
export interface Vector {
  /** Name of the embedding model, for instance `nomic-embed-text`. */
  model: string;
  /** Normalised to length 1. */
  values: Float32Array;
}

/** What is stored beside an item and never shown. */
export interface NewMemory {
  item: MemoryItem;
  /** Unset: found by its words alone. */
  vector?: Vector;
  /** Of near-duplicates.ts; items that say the same share one. */
  bands: readonly string[];
  /** It takes the place of an item that says the same: what was learnt of that one, meanwhile too, stays, and it is kept as long as the longer of both was to be. Is it gone, this one is new. */
  renews?: boolean;
}

/** All that is given must hold; a list holds when one of its entries does. An empty filter means everything. */
export interface MemoryFilter {
  ids?: readonly string[];
  kinds?: readonly MemoryKind[];
  scopes?: readonly Scope[];
  /** Labels the reader may see. */
  privacy?: readonly Privacy[];
  /** Provenance. */
  user?: string;
  runId?: string;
  project?: string;
  role?: string;
  source?: string;
  createdBeforeMs?: number;
  createdAfterMs?: number;
  /** Name of an embedding model: items that have no vector of it. */
  withoutVectorOf?: string;
  /** Name of an embedding model: items that have no vector of it and that it may be asked for, see {@link MemoryUpkeep.noteUnreadable}. */
  dueForVectorOf?: string;
}

export interface MemoryQuery {
  /** Words looked for. */
  text: string;
  vector?: Vector;
  filter: MemoryFilter;
  /** 1..200 */
  limit: number;
}

export interface MemoryHit {
  item: MemoryItem;
  /** Of rank-fusion.ts over the two lists, 0..1: 1 is first in both. */
  score: number;
  /** Cosine, -1..1; null when it was not among the nearest or has no vector of this model. */
  similarity: number | null;
  /** Does it hold words of the query? */
  lexical: boolean;
}

export interface MemorySizes {
  items: number;
  bytes: number;
  byKind: Record<MemoryKind, number>;
  /** Items with a vector, by embedding model. */
  byModel: Array<{ model: string; dimension: number; items: number }>;
  /** The hundred largest, largest first. */
  byScope: Array<{ scope: Scope; items: number }>;
}

/** Where a page of a list ended. */
export type ListPlace = Pick<MemoryItem, 'id' | 'createdAtMs'>;

/** What keeps a store in order; nobody waits for it. */
export interface MemoryUpkeep {
  /** Removes what has expired, at most 5,000 items a call. @returns how many went */
  removeExpired(): Promise<number>;
  /** For items that are still there: an id that is gone meanwhile stays gone. @returns how many have theirs now @throws {DimensionMismatchError} */
  addVectors(vectors: ReadonlyArray<{ id: string; vector: Vector }>): Promise<number>;
  /** The model failed on these texts: they are not due for its vectors for a day, the second time for two, then four … (`pauseAfterMs`). Another model, or remembering the text again, begins anew. */
  noteUnreadable(ids: readonly string[], model: string): Promise<void>;
}

/**
 * What the team remembers. Expired items are found by no method. Several processes may use one store at once.
 * Every method throws what its technology throws as {@link MemoryDownError} or a StorageError.
 * A NUL in a text may come back as a space, half a surrogate pair as U+FFFD.
 */
export interface MemoryStore extends MemoryUpkeep {
  /** All or none. An id that is known is replaced; where it is renewed its outcomes stay what they are in the store, and no life becomes shorter. @throws {DimensionMismatchError} */
  put(memories: readonly NewMemory[]): Promise<void>;
  /** Best first. @throws {DimensionMismatchError} */
  search(query: MemoryQuery, signal?: AbortSignal): Promise<MemoryHit[]>;
  /** Newest first, those of one moment by id. @param limit 1..500 @param after where the page before ended; its item may be gone */
  list(filter: MemoryFilter, limit: number, after?: ListPlace): Promise<MemoryItem[]>;
  /** Items of the same kind and scope that share a band; newest first, at most 20. */
  nearDuplicates(item: Pick<MemoryItem, 'kind' | 'scope'>, bands: readonly string[]): Promise<MemoryItem[]>;
  count(filter: MemoryFilter): Promise<number>;
  /** @returns how many went */
  remove(filter: MemoryFilter): Promise<number>;
  /** Counts the outcome of a task that had these items in its context. Unknown ids are passed over. */
  noteOutcome(ids: readonly string[], outcome: 'passed' | 'failed'): Promise<void>;
  sizes(): Promise<MemorySizes>;
}
