import type { PlanTask, Verdict } from './contracts';
import type { TaskStatus } from './run';
import { MAX_ATTEMPTS } from './run-store';

/** How many crashes of whole executions one task may be part of before a person must look at it; and how many technical faults. */
export const MAX_CRASHES = 10;

/** Where one task stands. Every change goes through the functions below; stores only keep what they return. */
export interface TaskProgress {
  status: TaskStatus;
  attempts: number;
  crashes: number;
  /** Attempts that ended by a technical fault before QA could judge them; they do not count against the work. */
  faults: number;
  /** The next claim takes the interrupted attempt up again under its number, so that the journal replays its finished steps. */
  resumes: boolean;
  reason?: string;
}

/** What an event does to a task. `stale`: it speaks of another attempt than the latest; `early`: a verdict on what was not delivered. */
export type Transition = { kind: 'changed'; progress: TaskProgress } | { kind: 'unchanged' } | { kind: 'stale' } | { kind: 'early' };

const NEW_TASK: TaskProgress = { status: 'waiting', attempts: 0, crashes: 0, faults: 0, resumes: false };

export function newTaskProgress(task: Pick<PlanTask, 'dependsOn'>): TaskProgress {
  return { ...NEW_TASK, status: task.dependsOn.length === 0 ? 'ready' : 'waiting' };
}

/** A ready task is handed out. */
export function claimTask(progress: TaskProgress): TaskProgress {
  return { ...progress, status: 'running', attempts: progress.resumes ? progress.attempts : progress.attempts + 1, resumes: false };
}

/** An attempt delivered. */
export function deliverTask(progress: TaskProgress, attempt: number): Transition {
  if (attempt !== progress.attempts) return { kind: 'stale' };
  if (progress.status !== 'running') return { kind: 'unchanged' };
  return { kind: 'changed', progress: { ...progress, status: 'delivered' } };
}

/** QA has judged an attempt, or a person has decided about one. An optional task never stops its run: where another would need a person, it is skipped. */
export function judgeTask(progress: TaskProgress, verdict: Pick<Verdict, 'attempt' | 'passed' | 'needsPerson' | 'findings' | 'fault' | 'person'>, optional: boolean): Transition {
  if (verdict.attempt !== progress.attempts) return { kind: 'stale' };
  if (verdict.person) return progress.status === 'needsPerson' ? { kind: 'changed', progress: releasedByPerson(progress, verdict.person.then) } : { kind: 'unchanged' };
  const isAtWork = progress.status === 'running' || progress.status === 'delivered';
  if (verdict.fault === 'unjudged' && isAtWork) return { kind: 'changed', progress: cutOff(progress, optional, verdict.findings[0]) };
  if (progress.status === 'running') return { kind: 'early' };
  if (progress.status !== 'delivered') return { kind: 'unchanged' };
  return { kind: 'changed', progress: { ...progress, ...judgement(progress, verdict, optional) } };
}

/** Crashes and faults count anew: the person has seen them. `resume` takes the attempt up where it waited. */
function releasedByPerson(progress: TaskProgress, then: 'retry' | 'resume' | 'accept' | 'skip'): TaskProgress {
  const status = { retry: 'ready', resume: 'ready', accept: 'passed', skip: 'skipped' } as const;
  return { ...progress, status: status[then], crashes: 0, faults: 0, resumes: then === 'resume', reason: undefined };
}

function judgement(progress: TaskProgress, verdict: Pick<Verdict, 'passed' | 'needsPerson' | 'findings' | 'fault'>, optional: boolean): Pick<TaskProgress, 'status' | 'reason' | 'faults'> {
  const faults = progress.faults + Number(verdict.fault === 'ended');
  const givenUp = optional ? 'skipped' : 'needsPerson';
  if (verdict.needsPerson !== undefined) return { status: givenUp, reason: verdict.needsPerson, faults };
  if (verdict.passed) return { status: 'passed', reason: undefined, faults };
  const last = `Last: ${verdict.findings[0] ?? 'no finding was given'}`;
  if (faults >= MAX_CRASHES) return { status: givenUp, reason: `${faults} attempts ended by a technical fault. ${last}`, faults };
  const refusals = progress.attempts - faults;
  if (refusals >= MAX_ATTEMPTS) return { status: givenUp, reason: `QA refused ${refusals} attempts. ${last}`, faults };
  return { status: 'ready', reason: undefined, faults };
}

/**
 * The execution that held the run is gone. What it was working on, or had delivered without a verdict, is done again as the same
 * attempt: the journal answers the finished steps, so only the cut one is paid again.
 *
 * @param how `crashed`: it ended without giving the run back
 */
export function recoverTask(progress: TaskProgress, { optional, crashed }: { optional: boolean; crashed: boolean }): TaskProgress {
  if (progress.status !== 'running' && progress.status !== 'delivered') return progress;
  if (!crashed) return { ...progress, status: 'ready', resumes: true };
  return cutOff(progress, optional, 'its execution ended while it worked on this task, which may be what ends them.');
}

/** The attempt goes on where it was, unless that has happened too often. */
function cutOff(progress: TaskProgress, optional: boolean, why = 'nobody knows why'): TaskProgress {
  const crashes = progress.crashes + 1;
  if (crashes < MAX_CRASHES) return { ...progress, status: 'ready', crashes, resumes: true };
  return { ...progress, status: optional ? 'skipped' : 'needsPerson', crashes, reason: `Cut off ${crashes} times. Last: ${why}` };
}

/** Which waiting tasks may start now: all they depend on is passed, or skipped. */
export function releasedTasks(tasks: ReadonlyArray<{ id: string; dependsOn: readonly string[]; status: TaskStatus }>): string[] {
  const through = new Set(tasks.filter((task) => task.status === 'passed' || task.status === 'skipped').map((task) => task.id));
  return tasks.filter((task) => task.status === 'waiting' && task.dependsOn.every((id) => through.has(id))).map((task) => task.id);
}

/** What the next attempt is told: QA's findings, then its evidence on every criterion that was not met. */
export function feedbackFrom(verdict: Verdict | undefined): string[] | undefined {
  if (!verdict || verdict.passed) return undefined;
  const evidence = verdict.criteria.filter((criterion) => criterion.state !== 'pass').map((criterion) => `${criterion.id} (${criterion.state}): ${criterion.evidence}`);
  return [...verdict.findings, ...evidence];
}
