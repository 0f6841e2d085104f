import type { Result, Verdict } from './contracts';
import type { Run, TaskClaim } from './run';

/** What the Task Board sends to its three outputs; at most one of the three is not empty. */
export interface BoardMove {
  run: Run;
  /** Tasks to be worked on now, each a new attempt. */
  ready: TaskClaim[];
  /** All results with their verdicts, when every task is through. */
  done?: { results: Result[]; verdicts: Verdict[]; skipped: string[] };
  /** Tasks the team cannot finish alone, when nothing else is left to do, or a plan that waits for its approval (`taskId` empty); the run is then `waiting`. */
  needsPerson?: Array<{ taskId: string; title: string; reason: string; approval?: AskedApproval }>;
}

/** What a person is asked, as an item shows it. */
export interface AskedApproval {
  id: string;
  hash: string;
  title: string;
}

/** Releases every task whose dependencies passed, wave by wave. */
export interface Board {
  /**
   * @param runIds of all items that came in; more than one run is refused
   * @throws {MixedRunsError}
   * @throws {RunNotFoundError}
   * @throws {RunBusyError}
   */
  next(runIds: readonly string[], owner: string): Promise<BoardMove>;
}
