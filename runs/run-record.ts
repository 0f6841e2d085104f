import { InvalidInputError } from '../kernel';
import type { Plan, PlanTask, Result, Verdict } from './contracts';
import { LeaseLostError, NotDeliveredError, RunBusyError, RunFinishedError, RunStoppedError, StaleAttemptError, TaskNotFoundError } from './errors';
import { MAX_LEASE_MS, isAhead } from './moments';
import type { RescueNotes } from './rescue';
import { type Lease, type NewRun, type Run, type RunStatus, hasEnded } from './run';
import type { RunStore } from './run-store';
import { type TaskProgress, type Transition, claimTask, deliverTask, judgeTask, newTaskProgress, recoverTask, releasedTasks } from './task-transitions';

/**
 * All of a run that decides what may happen to it; results and verdicts are kept apart, for their size. Every change of a run is one
 * of the functions below, whatever the store is made of: a store reads the record, applies one and keeps what came back, in one step.
 */
export interface RunRecord {
  run: Run;
  /** `refused`: whose work was ended; none of them gets the run again. {@link ANYBODY} stands for all until somebody resumes it. */
  lease: { owner?: string; fence: number; untilMs: number; refused?: readonly string[] };
  /** By task id; empty before there is a plan. */
  progress: ReadonlyMap<string, TaskProgress>;
  /** Of restarts by the sweeper; unset before the first. */
  rescue?: RescueNotes;
}

const TITLE_LENGTH = 80;
/** Refused executions a run remembers, the latest; who was stopped that many stops ago has long ended. */
export const MAX_REFUSED = 100;
/** No execution is called so. */
export const ANYBODY = '*';

export function newRunRecord(newRun: NewRun, { id, nowMs }: { id: string; nowMs: number }): RunRecord {
  const { goal, limits, workflowId, project, submittedBy, title = titleOf(goal) } = newRun;
  return { run: { id, goal, title, status: 'queued', limits, workflowId, project, submittedBy, createdAtMs: nowMs, updatedAtMs: nowMs }, lease: { fence: 0, untilMs: 0 }, progress: new Map() };
}

/** The goal's first line, as a list can show it. */
function titleOf(goal: string): string {
  const line = goal.trim().split('\n', 1)[0]!.trim();
  const letters = Array.from(line);
  return letters.length <= TITLE_LENGTH ? line : `${letters.slice(0, TITLE_LENGTH - 1).join('')}…`;
}

/**
 * Refuses a write by anybody but the run's holder. An expired lease nobody took over still holds: only a higher fence takes the right away.
 *
 * @throws {LeaseLostError}
 */
export function assertHeld({ lease }: RunRecord, held: Lease): void {
  if (lease.owner !== held.owner || lease.fence !== held.fence) throw new LeaseLostError(held.runId);
}

/**
 * Gives the run to `owner`, or lets him keep it. What another owner had in hand is done again.
 *
 * @param asked with a `fence`, the lease is only renewed, never taken anew
 * @throws {RunFinishedError}
 * @throws {RunBusyError}
 * @throws {InvalidInputError} for a lease above {@link MAX_LEASE_MS}
 * @throws {RunStoppedError} when a person has ended this owner's work
 * @throws {LeaseLostError} when it cannot be renewed
 */
export function takeLease(record: RunRecord, { owner, leaseMs, fence }: { owner: string; leaseMs: number; fence?: number }, nowMs: number): RunRecord {
  const { run, lease } = record;
  if (hasEnded(run.status)) throw new RunFinishedError(run.id, run.status);
  if (isRefused(lease.refused, owner)) throw new RunStoppedError(run.id);
  const isHolder = lease.owner === owner;
  if (fence !== undefined && !(isHolder && lease.fence === fence)) throw new LeaseLostError(run.id);
  if (leaseMs > MAX_LEASE_MS) throw new InvalidInputError(`A lease of ${leaseMs} ms was asked for.`, { hint: `Ask for at most ${MAX_LEASE_MS} and renew it.` });
  if (!isHolder && isLeased(record, nowMs)) throw new RunBusyError(run.id, lease.owner!, lease.untilMs - nowMs);
  // Who gave the lease back was ended in order: that is no crash.
  const recovered = isHolder ? record : recovering(record, lease.owner !== undefined);
  return { ...recovered, run: goingOn(run), lease: { owner, fence: lease.fence + (isHolder ? 0 : 1), untilMs: nowMs + leaseMs, refused: lease.refused } };
}

function isRefused(refused: readonly string[] | undefined, owner: string): boolean {
  return refused !== undefined && (refused.includes(owner) || refused.includes(ANYBODY));
}

/** Has somebody the run in hand? */
export function isLeased({ lease }: Pick<RunRecord, 'lease'>, nowMs: number): boolean {
  return lease.owner !== undefined && isAhead(lease.untilMs, MAX_LEASE_MS, nowMs);
}

/** Whoever takes a stopped run goes on with it. A waiting one goes on with its next task, see claimReady; why it had to wait is over. */
function goingOn(run: Run): Run {
  if (run.status === 'waiting') return { ...run, error: undefined };
  return run.status === 'stopped' ? { ...run, status: run.plan ? 'running' : 'queued', error: undefined } : run;
}

function recovering(record: RunRecord, crashed: boolean): RunRecord {
  const progress = tasksOf(record).map((task) => [task.id, recoverTask(record.progress.get(task.id)!, { optional: task.optional, crashed })] as const);
  // A task given up as the one that crashes may have been skipped; what waited for it goes on.
  return releasing({ ...record, progress: new Map(progress) });
}

/** A run keeps its first plan. */
export function withPlan(record: RunRecord, plan: Plan): RunRecord {
  if (record.run.plan) return record;
  return { ...record, run: { ...record.run, plan, status: 'running' }, progress: new Map(plan.tasks.map((task) => [task.id, newTaskProgress(task)])) };
}

/** Hands out every ready task. */
export function claimingReady(record: RunRecord): { record: RunRecord; claimed: Array<{ task: PlanTask; attempt: number }> } {
  const ready = tasksOf(record).filter((task) => record.progress.get(task.id)!.status === 'ready');
  if (ready.length === 0) return { record, claimed: [] };
  const progress = new Map(record.progress);
  const claimed = ready.map((task) => {
    const next = claimTask(record.progress.get(task.id)!);
    progress.set(task.id, next);
    return { task, attempt: next.attempts };
  });
  // A run that waited for a person runs again as soon as there is work.
  return { record: { ...record, run: { ...record.run, status: 'running' }, progress }, claimed };
}

/**
 * @returns the same record when the result was known already
 * @throws {TaskNotFoundError}
 * @throws {StaleAttemptError}
 */
export function withResult(record: RunRecord, result: Result): RunRecord {
  const before = progressOf(record, result.taskId);
  return changed(record, result, deliverTask(before, result.attempt));
}

/**
 * @returns the same record when the verdict was known already
 * @throws {TaskNotFoundError}
 * @throws {StaleAttemptError}
 * @throws {NotDeliveredError}
 */
export function withVerdict(record: RunRecord, verdict: Verdict): RunRecord {
  const before = progressOf(record, verdict.taskId);
  const { optional } = tasksOf(record).find((task) => task.id === verdict.taskId)!;
  const judged = changed(record, verdict, judgeTask(before, verdict, optional));
  return judged === record ? record : releasing(judged);
}

/** Ends the run, or lets it wait, and gives the lease back. @returns the same record when it has ended already */
export function ending(record: RunRecord, lease: Lease, outcome: Parameters<RunStore['finish']>[1]): RunRecord {
  if (hasEnded(record.run.status)) return record;
  assertHeld(record, lease);
  const { status, report = record.run.report, error }: { status: RunStatus; report?: string; error?: Run['error'] } = outcome;
  return { ...record, run: { ...record.run, status, report, error }, lease: { fence: record.lease.fence, untilMs: 0, refused: record.lease.refused } };
}

/**
 * A person ends the work on a run, whoever has it in hand: his writes are refused from now on, and he does not get the run again.
 * Where nobody was at work, an execution may stand in n8n's queue for the run that cannot be told from a later one: so nobody gets it before it is reopened.
 *
 * @throws {RunFinishedError}
 */
export function stopping(record: RunRecord, error: Run['error'], { wasAtWork }: { wasAtWork: boolean }): RunRecord {
  if (hasEnded(record.run.status)) throw new RunFinishedError(record.run.id, record.run.status);
  const { owner, refused = [], fence } = record.lease;
  const added = [...(owner === undefined ? [] : [owner]), ...(wasAtWork ? [] : [ANYBODY])];
  return { ...record, run: { ...record.run, status: 'stopped', error }, lease: { fence, untilMs: 0, refused: [...refused.filter((known) => !added.includes(known)), ...added].slice(-MAX_REFUSED) } };
}

/** A person lets the run go on; those who were stopped on it still do not get it. @returns the same record when it was open */
export function reopening(record: RunRecord): RunRecord {
  const { refused } = record.lease;
  return refused?.includes(ANYBODY) ? { ...record, lease: { ...record.lease, refused: refused.filter((known) => known !== ANYBODY) } } : record;
}

/** The refused owners as a store keeps them. */
export function refusedText(refused: readonly string[] | undefined): string {
  return refused === undefined || refused.length === 0 ? '' : JSON.stringify(refused);
}

/** @param text as `refusedText` made it; before there could be several, it was the name alone */
export function refusedOf(text: string | null | undefined): string[] | undefined {
  if (!text) return undefined;
  return text.startsWith('[') ? (JSON.parse(text) as string[]) : [text];
}

/** The record with the time of its change; the same when nothing changed. */
export function dated(before: RunRecord, after: RunRecord, nowMs: number): RunRecord {
  return after === before ? before : { ...after, run: { ...after.run, updatedAtMs: nowMs } };
}

function changed(record: RunRecord, event: { taskId: string; attempt: number }, transition: Transition): RunRecord {
  if (transition.kind === 'stale') throw new StaleAttemptError(event.taskId, event.attempt, progressOf(record, event.taskId).attempts);
  if (transition.kind === 'early') throw new NotDeliveredError(event.taskId, event.attempt);
  return transition.kind === 'unchanged' ? record : withProgress(record, [[event.taskId, transition.progress]]);
}

/** Lets every waiting task start whose dependencies are through. */
function releasing(record: RunRecord): RunRecord {
  const standing = tasksOf(record).map(({ id, dependsOn }) => ({ id, dependsOn, status: record.progress.get(id)!.status }));
  return withProgress(record, releasedTasks(standing).map((id) => [id, { ...record.progress.get(id)!, status: 'ready' }]));
}

function withProgress(record: RunRecord, changes: ReadonlyArray<readonly [string, TaskProgress]>): RunRecord {
  return { ...record, progress: new Map([...record.progress, ...changes]) };
}

function progressOf({ run, progress }: RunRecord, taskId: string): TaskProgress {
  const found = progress.get(taskId);
  if (!found) throw new TaskNotFoundError(run.id, taskId);
  return found;
}

export function tasksOf({ run }: RunRecord): readonly PlanTask[] {
  return run.plan?.tasks ?? [];
}
