import type { Clock, Logger, MakeId } from '../kernel';
import { assemble } from './assemble';
import { consolidate } from './consolidate';
import type { Embedder } from './embedder';
import { ForgetCountError } from './errors';
import type { Memory } from './memory';
import type { MemoryStore } from './memory-store';
import { recall } from './recall';
import { type RecallTallies, countRecalls } from './recall-tallies';
import { remember } from './remember';

/** What the memory needs from the rest of the house. */
export interface MemoryDeps {
  store: MemoryStore;
  /** The embedding model of now; undefined when there is none. */
  embedder(signal: AbortSignal): Promise<Embedder | undefined>;
  estimateTokens(text: string): number;
  /** Unset: nobody counts recalls. */
  tallies?: RecallTallies;
  clock: Clock;
  makeId: MakeId;
  log: Logger;
}

export function createMemory(deps: MemoryDeps): Memory {
  const { store } = deps;
  return {
    remember: (remembrances, signal) => remember(deps, remembrances, signal),
    recall: (request, signal) => recall(deps, request, signal),
    assemble: (request, signal) => assemble(deps, request, signal),
    list: (filter, limit, after) => store.list(filter, limit, after),
    count: (filter) => store.count(filter),
    async forget(filter, expected) {
      const found = await store.count(filter);
      if (found !== expected) throw new ForgetCountError(found, expected);
      return await store.remove(filter);
    },
    async noteOutcome(ids, outcome) {
      await store.noteOutcome(ids, outcome);
      await countRecalls(deps, outcome === 'passed' ? { givenPassed: ids.length } : { givenFailed: ids.length });
    },
    consolidate: (request, signal) => consolidate(deps, request, signal),
    sizes: () => store.sizes(),
  };
}
