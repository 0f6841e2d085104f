import type { ErrorFacts } from '../kernel';
import type { Plan, Result, Verdict } from './contracts';
import type { Lease, NewRun, Run, RunState, RunStatus, TaskClaim } from './run';

/** How many attempts QA may refuse before a person is asked. */
export const MAX_ATTEMPTS = 3;

/** Where durable runs live. Several processes may call at once; every method is one atomic step. */
export interface RunStore {
  /** `created` is false when the idempotency key was seen before; then the earlier run is returned unchanged. */
  create(newRun: NewRun): Promise<{ run: Run; created: boolean }>;

  /** @throws {RunNotFoundError} */
  read(runId: string): Promise<RunState>;

  /** Newest first. @param limit 1..500 */
  list(filter: { status?: RunStatus; limit: number }): Promise<Run[]>;

  /**
   * Takes or renews the run's lease for `leaseMs` (at most a minute). The same owner keeps its fence; a new owner gets a higher one,
   * and tasks the old owner had running or delivered without a verdict become ready again, as the same attempt with one crash more.
   * @throws {RunNotFoundError}
   * @throws {RunFinishedError} when the run is done or failed
   * @param fence of a lease that shall be renewed, never taken anew
   * @throws {RunBusyError} while another owner's lease has not expired
   * @throws {RunStoppedError} when a person has ended this owner's work on the run
   * @throws {LeaseLostError} when there is a `fence` and the lease is not held with it any more
   */
  acquire(runId: string, owner: string, leaseMs: number, fence?: number): Promise<Lease>;

  /**
   * Stores the plan and makes the tasks without dependencies ready; run status becomes `running`.
   * A run keeps its first plan: a second call returns the state as it is.
   * @throws {LeaseLostError}
   */
  savePlan(lease: Lease, plan: Plan): Promise<RunState>;

  /**
   * Hands out every ready task as a new attempt, an interrupted one under its old number.
   * @throws {LeaseLostError}
   */
  claimReady(lease: Lease): Promise<TaskClaim[]>;

  /**
   * Stores what an attempt delivered (task becomes `delivered`), whatever its status. The same attempt twice changes nothing.
   * @throws {LeaseLostError}
   * @throws {StaleAttemptError} when the attempt is not the task's current one
   */
  saveResult(lease: Lease, result: Result): Promise<void>;

  /**
   * passed → `passed`, tasks waiting for it may become ready · needsPerson → `needsPerson` · otherwise `ready` again,
   * or after MAX_ATTEMPTS `needsPerson`. An optional task becomes `skipped` instead of `needsPerson`. The same attempt's verdict twice changes nothing.
   * @throws {LeaseLostError}
   * @throws {StaleAttemptError}
   */
  saveVerdict(lease: Lease, verdict: Verdict): Promise<void>;

  /**
   * Ends the run (or lets it wait for a person) and gives the lease back. Ending a run that has ended changes nothing.
   * @throws {LeaseLostError}
   */
  finish(lease: Lease, outcome: { status: 'waiting' | 'done' | 'failed' | 'stopped'; report?: string; error?: ErrorFacts }): Promise<void>;

  /** Runs that are over and name this person as who submitted or wanted them; see run-person.ts. */
  countOfPerson(person: string): Promise<number>;

  /** Puts `(erased)` in his place in those. @returns how many */
  forgetPerson(person: string): Promise<number>;
}
