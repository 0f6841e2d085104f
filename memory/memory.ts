import type { Privacy } from '../privacy';
import type { NotEmbedded } from './embedder';
import type { MemoryItem, MemoryKind, Provenance, Scope } from './memory-item';
import type { ListPlace, MemoryFilter, MemorySizes } from './memory-store';

/** What is to be remembered. */
export interface Remembrance {
  text: string;
  kind: MemoryKind;
  scope: Scope;
  /** Default `internal`; a text that holds a secret is `secret` whatever is said here. */
  privacy?: Privacy;
  provenance?: Provenance;
  /** Default: 24 hours for scratch, 30 days for chat and trace, for ever for facts. At least 1,000. */
  keptMs?: number;
}

export interface Remembered {
  id: string;
  /** It said nearly the same as this item, which was renewed instead of a second one being made. */
  mergedInto?: string;
  privacy: Privacy;
  /** Found by its words alone, and why. */
  notEmbedded?: NotEmbedded;
}

export interface RecallRequest {
  query: string;
  /** Default: every scope. */
  scopes?: readonly Scope[];
  kinds?: readonly MemoryKind[];
  /** The strictest label the reader may be given. Default `internal`: what is secret stays out. */
  upTo?: Privacy;
  /** Further conditions. */
  filter?: Pick<MemoryFilter, 'user' | 'runId' | 'project' | 'role' | 'source' | 'createdAfterMs' | 'createdBeforeMs'>;
  /** 1..50, default 8. */
  limit?: number;
  /** For the figures. Default: somebody else, for instance a node. */
  askedBy?: 'agent';
}

export interface Recalled {
  item: MemoryItem;
  /** 0..1.5, how well it fits, its age and what came of it included; only to be compared within one answer. */
  score: number;
  /** How it was found, in words. */
  why: string;
}

export interface Recollection {
  items: Recalled[];
  /** Looked for by words alone, and why. */
  notEmbedded?: NotEmbedded;
  /** Nothing was looked for, and why: the memory's server is down. */
  wentWithout?: string;
}

export interface AssembleRequest extends RecallRequest {
  /** The block is at most this long, as estimated. 50..100,000, default 1,000. */
  budgetTokens?: number;
}

/** What an agent is given, and what it is not. */
export interface Assembled {
  /** Empty when nothing fits. */
  text: string;
  tokens: number;
  /** The strictest label of what is in the text. */
  privacy: Privacy;
  used: Array<{ id: string; tokens: number }>;
  leftOut: Array<{ id: string; tokens: number; reason: 'no room left' }>;
  notEmbedded?: NotEmbedded;
  wentWithout?: string;
}

export interface ConsolidateRequest {
  /** Items one scope may hold; default 10,000. */
  mostPerScope?: number;
  /** Items all scopes together may hold; default 100,000. */
  most?: number;
}

/** What one call did; there may be more to do. */
export interface Consolidated {
  expired: number;
  /** Near-duplicates that went. */
  merged: number;
  /** Items of the least worth that went because there were too many. */
  madeRoom: number;
  embedded: number;
  /** Items that still have no vector of the model of now. */
  withoutVector: number;
  /** Of these, texts the model failed on; it is asked again after a day, then after two, four … at most 32. Left out when there are none. */
  unreadable?: number;
  notEmbedded?: NotEmbedded;
}

export interface Memory {
  /** @throws {MemoryTooLongError} naming the first text that is too long; nothing is remembered then */
  remember(remembrances: readonly Remembrance[], signal: AbortSignal): Promise<Remembered[]>;
  recall(request: RecallRequest, signal: AbortSignal): Promise<Recollection>;
  assemble(request: AssembleRequest, signal: AbortSignal): Promise<Assembled>;
  /** Newest first. @param limit 1..500 @param after where the page before ended */
  list(filter: MemoryFilter, limit: number, after?: ListPlace): Promise<MemoryItem[]>;
  /** How many items `forget` would take. */
  count(filter: MemoryFilter): Promise<number>;
  /**
   * @param expected what `count` said; so nobody forgets more than he has seen
   * @throws {ForgetCountError} when it are now more or fewer; nothing is forgotten then
   */
  forget(filter: MemoryFilter, expected: number): Promise<number>;
  /** The ranking learns: items that were there when work passed come first. */
  noteOutcome(ids: readonly string[], outcome: 'passed' | 'failed'): Promise<void>;
  /** For a schedule, about once an hour. */
  consolidate(request: ConsolidateRequest, signal: AbortSignal): Promise<Consolidated>;
  sizes(): Promise<MemorySizes>;
}
