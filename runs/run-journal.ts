import type { JsonValue } from '../kernel';
import { StepInputChangedError } from './errors';
import type { Journal, JournalStore, StepOutcome } from './journal';
import type { Lease } from './run';

interface StepInProgress {
  inputHash: string;
  outcome: Promise<StepOutcome<JsonValue>>;
}

/**
 * The journal of one run, for the holder of its lease. Two calls of one key at the same time share one effect.
 * An effect that throws leaves its step open: the next try runs it again, marked `maybePaidTwice`.
 */
export function openJournal({ store, lease }: { store: JournalStore; lease: Lease }): Journal {
  const inProgress = new Map<string, StepInProgress>();

  return {
    async step<T extends JsonValue>(key: string, inputHash: string, effect: () => Promise<T>): Promise<StepOutcome<T>> {
      const running = inProgress.get(key);
      if (running && running.inputHash !== inputHash) throw new StepInputChangedError(key);
      const outcome = running?.outcome ?? runStep(store, lease, { key, inputHash, effect });
      if (!running) {
        inProgress.set(key, { inputHash, outcome });
        const forget = () => void inProgress.delete(key);
        outcome.then(forget, forget);
      }
      return (await outcome) as StepOutcome<T>;
    },
  };
}

async function runStep<T extends JsonValue>(store: JournalStore, lease: Lease, step: { key: string; inputHash: string; effect: () => Promise<T> }): Promise<StepOutcome<T>> {
  const known = await store.find(lease.runId, step.key);
  if (known.state === 'finished') {
    if (known.inputHash !== step.inputHash) throw new StepInputChangedError(step.key);
    return { output: known.output as T, replayed: true, maybePaidTwice: false };
  }
  await store.begin(lease, step.key, step.inputHash);
  const output = await step.effect();
  await store.finish(lease, step.key, output);
  return { output, replayed: false, maybePaidTwice: known.state === 'open' };
}
