import { errorFacts, throwIfCancelled } from '../kernel';
import type { MemoryDeps } from './create-memory';
import type { Embedding } from './embedding';

const DAY_MS = 24 * 3_600_000;
const MOST_DAYS = 32;

/** How long a model is not asked again for a text it could not read. @param times how often it failed on it, from 1 @returns a day, then 2, 4 … at most 32 days, in ms */
export const pauseAfterMs = (times: number): number => Math.min(2 ** (times - 1), MOST_DAYS) * DAY_MS;

/** So that no upkeep asks for the same text again and again. @param embeddings of the ids, in order */
export async function noteUnreadable({ store, log }: MemoryDeps, ids: readonly string[], embeddings: readonly Embedding[], signal: AbortSignal): Promise<void> {
  const models = Map.groupBy(ids.filter((_, index) => embeddings[index]!.unreadableBy !== undefined), (id) => embeddings[ids.indexOf(id)]!.unreadableBy!);
  for (const [model, unreadable] of models) {
    try {
      await store.noteUnreadable(unreadable, model);
    } catch (error) {
      throwIfCancelled(signal);
      // The next upkeep asks for them once more, and notes it then.
      log.warn('Which texts the embedding model cannot read could not be noted.', { model, texts: unreadable.length, cause: errorFacts(error).message });
    }
  }
}
