import type { ErrorFacts } from '../kernel';
import type { Privacy } from '../privacy';
import type { Plan, PlanTask, Result, Verdict } from './contracts';

export type RunStatus = 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'stopped';

/** Is this status an end? A waiting run goes on when a person has decided, a stopped one when somebody starts it again. */
export function hasEnded(status: RunStatus): status is 'done' | 'failed' {
  return status === 'done' || status === 'failed';
}

/** What whoever asked for the run allows it. */
export interface RunLimits {
  privacy: Privacy;
  /** USD; `null` means no budget was set. */
  budgetUsd: number | null;
  /** Milliseconds since 1970; `null` means no deadline. */
  deadlineAtMs: number | null;
}

export interface NewRun {
  goal: string;
  title?: string;
  limits: RunLimits;
  /** A second request with the same key gets the first one's run. */
  idempotencyKey?: string;
  /** The n8n workflow that carries the run from plan to report. Only a run that has one is started again by itself. */
  workflowId?: string;
  /** What the run belongs to, in its author's words: a budget may hold for it, and it can be paused or stopped as a whole. */
  project?: string;
  /** Who wants it done: that person approves nothing the run asks, whatever it asks about. */
  submittedBy?: string;
}

export interface Run {
  id: string;
  goal: string;
  title: string;
  status: RunStatus;
  limits: RunLimits;
  workflowId?: string;
  project?: string;
  submittedBy?: string;
  plan?: Plan;
  report?: string;
  error?: ErrorFacts;
  createdAtMs: number;
  updatedAtMs: number;
}

/**
 * waiting: dependencies are not through · ready: may be claimed · running: an attempt is at work · delivered: QA's turn ·
 * passed · needsPerson: the team cannot go on alone · skipped: optional and failed.
 */
export type TaskStatus = 'waiting' | 'ready' | 'running' | 'delivered' | 'passed' | 'needsPerson' | 'skipped';

export interface TaskState {
  task: PlanTask;
  status: TaskStatus;
  /** Attempts QA judged or that ended in an error, the current one included; 0 before the first. */
  attempts: number;
  /** Attempts cut by a crash; they do not count against the task. */
  crashes: number;
  /** Attempts ended by a technical fault; they count as attempts, but not as refused. */
  faults: number;
  /** Of the latest attempt that delivered. */
  result?: Result;
  verdict?: Verdict;
  /** Why a person is needed. */
  reason?: string;
}

export interface RunState {
  run: Run;
  tasks: TaskState[];
}

/**
 * The right to change a run, held by one n8n execution at a time. `fence` grows with every change of holder;
 * a write with an older fence is refused.
 */
export interface Lease {
  runId: string;
  owner: string;
  fence: number;
}

/** A task handed out for one attempt. */
export interface TaskClaim {
  runId: string;
  taskId: string;
  attempt: number;
  task: PlanTask;
  /** QA's findings on the attempt before. */
  feedback?: string[];
}
