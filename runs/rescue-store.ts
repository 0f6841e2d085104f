import type { RescueOutcome } from './rescue';
import type { Run } from './run';

/** What the sweeper needs of the run store. A port of its own: pipelines work on their run, the sweeper looks at all of them. */
export interface RescueStore {
  /**
   * Takes the team's turn to sweep for `turnMs`; it ends by itself. Several n8n processes may try in the same moment.
   *
   * @returns whether this caller has it
   */
  takeTurn(turnMs: number): Promise<boolean>;

  /** Runs nobody is at work on who should be, oldest first, as of now. @param limit 1..500 @param mayStart those it refuses do not count towards the limit */
  findDead(limit: number, mayStart?: (run: Run) => boolean): Promise<string[]>;

  /** Runs that wait for an answer, oldest first; those with an error wait for a person to resume them and are left out. @param limit 1..500 @param after only those born after this one */
  findWaiting(limit: number, after?: Pick<Run, 'id' | 'createdAtMs'>): Promise<Run[]>;

  /** Decides what becomes of one run and keeps that, in one step; of several callers one gets `restart`. @throws {RunNotFoundError} */
  rescue(runId: string): Promise<RescueOutcome>;

  /** The same for a waiting run whose answer nobody has used; the caller has seen that answer. @throws {RunNotFoundError} */
  goOn(runId: string): Promise<RescueOutcome>;
}
