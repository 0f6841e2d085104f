import type { JsonValue } from '../kernel';
import type { Lease } from './run';

/** What is known about a step. `open`: it was begun and not finished, so its effect may have happened. */
export type StepRecord = { state: 'absent' } | { state: 'open'; inputHash: string } | { state: 'finished'; inputHash: string; output: JsonValue };

/** Where steps are journaled. Keys are unique per run. */
export interface JournalStore {
  find(runId: string, key: string): Promise<StepRecord>;
  /** Marks the step as begun with this input. @throws {LeaseLostError} */
  begin(lease: Lease, key: string, inputHash: string): Promise<void>;
  /** @throws {LeaseLostError} */
  finish(lease: Lease, key: string, output: JsonValue): Promise<void>;
}

/** How a step came to its output. `maybePaidTwice`: an earlier try was cut between effect and journal entry. */
export interface StepOutcome<T> {
  output: T;
  replayed: boolean;
  maybePaidTwice: boolean;
}

/** Does things once per run: a finished step is answered from the journal and never done again. */
export interface Journal {
  /**
   * @param key `plan`, or task/attempt/turn; unique within the run
   * @param inputHash of everything the effect depends on; a finished step with another hash is refused
   * @throws {StepInputChangedError}
   * @throws {LeaseLostError}
   */
  step<T extends JsonValue>(key: string, inputHash: string, effect: () => Promise<T>): Promise<StepOutcome<T>>;
}
