import { RestartedInVainError, RunAbandonedError } from './errors';
import { errorFacts } from '../kernel';
import { havePassed, isAhead } from './moments';
import { type Run, hasEnded } from './run';
import type { RunRecord } from './run-record';
import { dated, isLeased } from './run-record';

/** Restarts in a row that brought no new step; after them a person must look. */
export const MAX_RESTARTS_IN_VAIN = 5;
/** Wait after a restart; doubled from the second in a row on. The first may have died with the process that was to make it. */
const FIRST_BACK_OFF_MS = 15_000;
const LONGEST_BACK_OFF_MS = FIRST_BACK_OFF_MS * 2 ** (MAX_RESTARTS_IN_VAIN - 2);
/** A run that was created and never begun may still stand in n8n's queue. Sweeps stand in the same queue, behind it. */
const QUEUED_GRACE_MS = 30_000;
/** A run without a workflow may be taken up by a person's next click. */
const ABANDONED_GRACE_MS = 120_000;

/** Errors of stopped runs that nobody wanted to stay stopped. */
export const RESTARTED_CODES = ['HOST_SHUTDOWN', 'RUN_PAUSED'];

/** How often the sweeper has started a run again since it last made a step. */
export interface RescueNotes {
  restarts: number;
  /** Finished steps of the run at the latest restart. */
  steps: number;
  /** Not started again before this. */
  notBeforeMs: number;
}

/** What becomes of a run the sweeper looks at. `restart`: start its workflow; `givenUp`: a person must look; `abandoned`: nobody will go on with it. */
export type RescueOutcome = { kind: 'left' } | { kind: 'restart'; run: Run; restarts: number } | { kind: 'givenUp' | 'abandoned'; run: Run };

/** Is nobody at work on the run who should be? */
export function isDead({ run, lease, rescue }: RunRecord, nowMs: number): boolean {
  if (hasEnded(run.status) || isHeldOrResting({ lease, rescue }, nowMs)) return false;
  // What waits in order has given its lease back; else its holder died as he took it up again.
  if (run.status === 'waiting') return run.workflowId !== undefined && lease.owner !== undefined;
  if (run.status === 'stopped') return run.workflowId !== undefined && RESTARTED_CODES.includes(run.error?.code ?? '');
  if (run.workflowId === undefined) return havePassed(ABANDONED_GRACE_MS, Math.max(run.updatedAtMs, lease.untilMs), nowMs);
  return lease.fence > 0 || havePassed(QUEUED_GRACE_MS, run.createdAtMs, nowMs);
}

/** May a run that waits for an answer be started with it? One that waits with an error waits for a person to resume it. */
export function canGoOn(record: RunRecord, nowMs: number): boolean {
  const { run } = record;
  return run.status === 'waiting' && run.error === undefined && run.workflowId !== undefined && !isHeldOrResting(record, nowMs);
}

function isHeldOrResting({ lease, rescue }: Pick<RunRecord, 'lease' | 'rescue'>, nowMs: number): boolean {
  return isLeased({ lease }, nowMs) || (rescue !== undefined && isAhead(rescue.notBeforeMs, LONGEST_BACK_OFF_MS, nowMs));
}

/**
 * Decides what becomes of a run: started again, given to a person after too many restarts in vain, or left as it is.
 *
 * @param now `steps`: how many steps of the run are finished
 * @param isDue isDead or canGoOn
 */
export function rescuing(record: RunRecord, { nowMs, steps }: { nowMs: number; steps: number }, isDue: typeof isDead): { record: RunRecord; outcome: RescueOutcome } {
  if (!isDue(record, nowMs)) return { record, outcome: { kind: 'left' } };
  if (record.run.workflowId === undefined) return ended(record, 'abandoned', nowMs);
  const inVain = record.rescue?.steps === steps ? record.rescue.restarts : 0;
  if (inVain >= MAX_RESTARTS_IN_VAIN) return ended(record, 'givenUp', nowMs);
  const rescue = { restarts: inVain + 1, steps, notBeforeMs: nowMs + FIRST_BACK_OFF_MS * 2 ** Math.max(0, inVain - 1) };
  return { record: { ...record, rescue }, outcome: { kind: 'restart', run: record.run, restarts: rescue.restarts } };
}

function ended(record: RunRecord, kind: 'givenUp' | 'abandoned', nowMs: number): { record: RunRecord; outcome: RescueOutcome } {
  const error = errorFacts(kind === 'givenUp' ? new RestartedInVainError(MAX_RESTARTS_IN_VAIN) : new RunAbandonedError());
  const run: Run = { ...record.run, status: kind === 'givenUp' ? 'waiting' : 'stopped', error };
  // A person who starts it again starts from nothing.
  const after = dated(record, { ...record, run, rescue: undefined, lease: { fence: record.lease.fence, untilMs: 0, refused: record.lease.refused } }, nowMs);
  return { record: after, outcome: { kind, run: after.run } };
}
