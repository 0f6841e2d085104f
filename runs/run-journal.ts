import type { JsonValue } from '../kernel';
import { EffectUnknownError, StepCutTwiceError, StepInputChangedError } from './errors';
import type { AfterCut, Journal, JournalStore, StepOutcome } from './journal';
import type { Lease } from './run';

interface StepInProgress {
  inputHash: string;
  outcome: Promise<StepOutcome<JsonValue>>;
}

/**
 * The journal of one run, for the holder of its lease. Two calls of one key at the same time share one effect.
 * An effect that throws leaves its step open: the next try runs it again, marked `maybePaidTwice`. One that is cut by a crash is
 * run again once at most; then a person is asked, and after that it is tried afresh.
 */
export function openJournal({ store, lease }: { store: JournalStore; lease: Lease }): Journal {
  const inProgress = new Map<string, StepInProgress>();

  return {
    async step<T extends JsonValue>(key: string, inputHash: string, effect: () => Promise<T>, afterCut: AfterCut = 'repeatOnce'): Promise<StepOutcome<T>> {
      const running = inProgress.get(key);
      if (running && running.inputHash !== inputHash) throw new StepInputChangedError(key);
      const outcome = running?.outcome ?? runStep(store, lease, { key, inputHash, effect, afterCut });
      if (!running) {
        inProgress.set(key, { inputHash, outcome });
        const forget = () => void inProgress.delete(key);
        outcome.then(forget, forget);
      }
      return (await outcome) as StepOutcome<T>;
    },
  };
}

/** Cuts after which a person must look. */
const CUTS_ALLOWED: Record<AfterCut, number> = { ask: 1, repeatOnce: 2, repeat: Number.POSITIVE_INFINITY };

interface Step<T> {
  key: string;
  inputHash: string;
  effect: () => Promise<T>;
  afterCut: AfterCut;
}

async function runStep<T extends JsonValue>(store: JournalStore, lease: Lease, step: Step<T>): Promise<StepOutcome<T>> {
  const { key, inputHash, afterCut } = step;
  const known = await store.find(lease.runId, key);
  if (known.state === 'finished') {
    if (known.inputHash !== inputHash) throw new StepInputChangedError(key);
    return { output: known.output as T, replayed: true, maybePaidTwice: false };
  }
  const cuts = known.state === 'open' ? known.tries : 0;
  if (cuts >= CUTS_ALLOWED[afterCut]) {
    await store.begin(lease, key, inputHash, 0);
    throw afterCut === 'ask' ? new EffectUnknownError(key) : new StepCutTwiceError(key, cuts);
  }
  await store.begin(lease, key, inputHash, cuts + 1);
  const output = await heardOf(store, lease, step);
  await store.finish(lease, key, output);
  return { output, replayed: false, maybePaidTwice: known.state === 'open' };
}

/** An effect that fails has been heard of: that is no cut. Where it may have happened all the same, it stays one. */
async function heardOf<T>(store: JournalStore, lease: Lease, { key, inputHash, effect, afterCut }: Step<T>): Promise<T> {
  try {
    return await effect();
  } catch (error) {
    // A lost lease or a store that is away: then the try counts as cut, which costs at most a question.
    if (afterCut !== 'ask') await store.begin(lease, key, inputHash, 0).catch(() => {});
    throw error;
  }
}
