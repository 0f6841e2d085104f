import type { JsonValue } from '../kernel';
import type { Lease } from './run';

/** What is known about a step. `open`: it was begun and not finished, so its effect may have happened; `tries` that were cut without a word. */
export type StepRecord = { state: 'absent' } | { state: 'open'; inputHash: string; tries: number } | { state: 'finished'; inputHash: string; output: JsonValue };

/** Where steps are journaled. Keys are unique per run. */
export interface JournalStore {
  find(runId: string, key: string): Promise<StepRecord>;
  /** Marks the step as begun with this input. @param tries that are cut if nothing more is heard, this one included; default 1 @throws {LeaseLostError} */
  begin(lease: Lease, key: string, inputHash: string, tries?: number): Promise<void>;
  /** @throws {LeaseLostError} */
  finish(lease: Lease, key: string, output: JsonValue): Promise<void>;
}

/** How a step came to its output. `maybePaidTwice`: an earlier try was cut between effect and journal entry. */
export interface StepOutcome<T> {
  output: T;
  replayed: boolean;
  maybePaidTwice: boolean;
}

/**
 * `repeatOnce`: a model call, which costs money twice at worst · `repeat`: harmless, or the other side knows it by its key ·
 * `ask`: it may have happened, and nobody but a person can tell.
 */
export type AfterCut = 'repeatOnce' | 'repeat' | 'ask';

/** Does things once per run: a finished step is answered from the journal and never done again. */
export interface Journal {
  /**
   * @param key `plan`, or task/attempt/turn; unique within the run
   * @param inputHash of everything the effect depends on; a finished step with another hash is refused
   * @param afterCut what happens when a crash came between effect and journal entry; default `repeatOnce`
   * @throws {StepInputChangedError}
   * @throws {StepCutTwiceError}
   * @throws {EffectUnknownError}
   * @throws {LeaseLostError}
   */
  step<T extends JsonValue>(key: string, inputHash: string, effect: () => Promise<T>, afterCut?: AfterCut): Promise<StepOutcome<T>>;
}
