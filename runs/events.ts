import { InvalidInputError } from '../kernel';
import type { Lease } from './run';

/** One thing that happened in a run, for people and dashboards. `facts` never hold prompts, answers, secrets or who submitted the run: a person who is erased is taken out of the run alone. */
export interface RunEvent {
  /** Grows by at least 1 per event of a run. */
  sequence: number;
  runId: string;
  atMs: number;
  type: RunEventType;
  taskId?: string;
  facts: Record<string, string | number | boolean | null>;
}

export const RUN_EVENT_TYPES = [
  'run.created', 'run.planned', 'run.resumed', 'run.restarted', 'run.paused', 'run.unpaused', 'run.finished', 'task.started', 'task.delivered', 'task.passed', 'task.rework', 'task.needsPerson', 'task.skipped', 'task.failed', 'task.arbitrated', 'model.called', 'approval.asked', 'approval.decided',
] as const;
export type RunEventType = (typeof RUN_EVENT_TYPES)[number];

/** Append-only, per run, in order. */
export interface EventLog {
  /**
   * @param lease whoever works on the run writes as its holder; what is told from outside, or after the run was given back, needs none
   * @throws {LeaseLostError}
   * @throws {RunNotFoundError} with a lease
   */
  append(event: Omit<RunEvent, 'sequence' | 'atMs'>, lease?: Lease): Promise<void>;
  /** Events with a sequence above `after`, oldest first. @param limit 1..1000 */
  after(runId: string, after: number, limit: number): Promise<RunEvent[]>;
}

const MAX_EVENTS_PER_READ = 1_000;

/** @throws {InvalidInputError} */
export function assertEventLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_EVENTS_PER_READ) return;
  throw new InvalidInputError(`Asked for ${limit} events at once.`, { hint: `Ask for 1 to ${MAX_EVENTS_PER_READ}.` });
}
