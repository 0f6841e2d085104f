import { type Clock, type Logger, isAiosError } from '../kernel';
import { DimensionMismatchError, MemoryDownError } from './errors';
import type { MemoryStore, NewMemory } from './memory-store';
import { type ServerPlace, assertMayBeSent } from './secret-stays';

/** How a task ended that had these items in its context. */
export interface NotedOutcome {
  ids: readonly string[];
  outcome: 'passed' | 'failed';
}

/** What waits, on this machine, until the store's server is back. In order; several processes may share one. */
export interface Outbox {
  /** All or none. @throws {OutboxFullError} */
  add(waiting: ReadonlyArray<NewMemory | NotedOutcome>): Promise<void>;
  /** The oldest that nobody else has, for `leaseMs`. */
  claim(limit: number, leaseMs: number): Promise<Array<{ number: number; waiting: NewMemory | NotedOutcome }>>;
  drop(numbers: readonly number[]): Promise<void>;
  /** Gives claimed ones back. */
  release(numbers: readonly number[]): Promise<void>;
  /** Those somebody has claimed too. */
  count(): Promise<number>;
}

export interface OutboxDeps extends ServerPlace {
  outbox: Outbox;
  clock: Clock;
  log: Logger;
}

const SENT_AT_ONCE = 200;
const LEASE_MS = 60_000;
/** A server that was down is not asked again by every search. */
const RETRIED_AFTER_MS = 10_000;
/** Who took so long to say nothing is not waited for again by every call, for so long. */
const [SILENT_FROM_MS, SILENCE_BELIEVED_MS] = [3_000, 30_000];

/**
 * A store whose writes wait when its server is down: nothing that was remembered is lost, and it is sent, in order, with the next call that finds the server back.
 * Reading and forgetting say that the server is down: an answer from half the memory would be taken for the whole, and what waits must not come back after it was forgotten.
 */
export function withOutbox(store: MemoryStore, { outbox, clock, log, ...place }: OutboxDeps): MemoryStore {
  let failedAtMs = -Infinity;
  let silentSinceMs = -Infinity;
  let sending: Promise<void> | undefined;

  /** A moment that is still to come was noted before the clock was set back. */
  const isWithin = (ms: number, sinceMs: number): boolean => clock.nowMs() >= sinceMs && clock.nowMs() - sinceMs < ms;
  const isSilent = (): boolean => isWithin(SILENCE_BELIEVED_MS, silentSinceMs);

  /** Throws at once while the server is known to keep everybody waiting. */
  const unlessSilent = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedAtMs = clock.nowMs();
    if (isSilent()) throw new MemoryDownError(place.address, `it did not answer just now and is asked again after ${SILENCE_BELIEVED_MS / 1_000} s`);
    try {
      return await work();
    } catch (error) {
      if (error instanceof MemoryDownError && clock.nowMs() - startedAtMs >= SILENT_FROM_MS) silentSinceMs = clock.nowMs();
      throw error;
    }
  };

  /** Waits in the outbox when the server is down. */
  const orWaiting = async (waiting: ReadonlyArray<NewMemory | NotedOutcome>, work: () => Promise<void>): Promise<void> => {
    try {
      await unlessSilent(async () => {
        await sendWaiting();
        await work();
      });
    } catch (error) {
      if (!(error instanceof MemoryDownError)) throw error;
      await outbox.add(waiting);
      log.warn('Qdrant is down: what is to be remembered waits in the data folder.', { memories: waiting.length, waiting: await outbox.count() });
    }
  };

  const sendAll = async (): Promise<void> => {
    for (let waiting = await outbox.count(); waiting > 0; waiting = await outbox.count()) {
      const claimed = await outbox.claim(SENT_AT_ONCE, LEASE_MS);
      if (claimed.length === 0) throw new MemoryDownError(place.address, `another process is just bringing ${waiting} waiting memories there`);
      await sendClaimed(claimed);
      log.info('Memories that waited are stored now.', { memories: claimed.length });
    }
  };

  /** Calls of this process that come together wait for one another, not against. */
  const sendWaiting = async (): Promise<void> => {
    sending ??= sendAll().finally(() => (sending = undefined));
    await sending;
  };

  const sendClaimed = async (claimed: Awaited<ReturnType<Outbox['claim']>>): Promise<void> => {
    const numbers = claimed.map(({ number }) => number);
    const memories = claimed.flatMap(({ waiting }) => ('item' in waiting ? [waiting] : []));
    try {
      if (memories.length > 0) await store.put(memories).catch(async (error: unknown) => {
        // The model has another length there: the text matters more, and gets its vector later.
        if (!(error instanceof DimensionMismatchError)) throw error;
        await store.put(memories.map(({ vector: _vector, ...rest }) => rest));
      });
      for (const { waiting } of claimed) if ('outcome' in waiting) await store.noteOutcome(waiting.ids, waiting.outcome);
    } catch (error) {
      await outbox.release(numbers);
      throw error;
    }
    await outbox.drop(numbers);
  };

  /** Before reading: tried now and then, never a reason to fail. */
  const trySending = async (): Promise<void> => {
    if (isSilent() || isWithin(RETRIED_AFTER_MS, failedAtMs)) return;
    await unlessSilent(sendWaiting).catch((error: unknown) => {
      failedAtMs = clock.nowMs();
      log.warn('Memories wait for Qdrant.', { cause: isAiosError(error) ? error.message : String(error) });
    });
  };

  const afterSending = <Given extends unknown[], Answer>(read: (...given: Given) => Promise<Answer>) => async (...given: Given): Promise<Answer> => {
    await trySending();
    return await read(...given);
  };

  return {
    async put(memories) {
      assertMayBeSent(memories, place);
      await orWaiting(memories, async () => await store.put(memories));
    },
    // Strictly: who counts is about to forget, and must have seen what goes.
    async count(filter) {
      await sendWaiting();
      return await store.count(filter);
    },
    async remove(filter) {
      await sendWaiting();
      return await store.remove(filter);
    },
    async nearDuplicates(item, bands) {
      // Remembering must go on without the server; doubles are merged later.
      return await unlessSilent(async () => await store.nearDuplicates(item, bands)).catch((error: unknown) => {
        if (error instanceof MemoryDownError) return [];
        throw error;
      });
    },
    search: afterSending(async (query, signal) => await unlessSilent(async () => await store.search(query, signal))),
    list: afterSending(store.list),
    sizes: afterSending(store.sizes),
    noteOutcome: async (ids, outcome) => (ids.length === 0 ? undefined : await orWaiting([{ ids, outcome }], async () => await store.noteOutcome(ids, outcome))),
    removeExpired: afterSending(async () => await unlessSilent(store.removeExpired)),
    addVectors: afterSending(store.addVectors),
    noteUnreadable: async (ids, model) => await unlessSilent(async () => await store.noteUnreadable(ids, model)),
  };
}
