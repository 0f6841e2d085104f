import { InvalidInputError } from '../kernel';
import type { Result, Verdict } from './contracts';
import { MixedRunsError } from './errors';
import type { Lease, RunState, TaskClaim } from './run';
import { type RunRecord, tasksOf } from './run-record';
import { feedbackFrom } from './task-transitions';

const MAX_RUNS_PER_LIST = 500;

/** What one attempt brought, as a store keeps it. */
export interface AttemptRecord {
  taskId: string;
  attempt: number;
  result?: Result;
  verdict?: Verdict;
}

/** A run as its readers see it. */
export function runState(record: RunRecord, attempts: readonly AttemptRecord[]): RunState {
  const inOrder = [...attempts].sort((a, b) => a.attempt - b.attempt);
  const tasks = tasksOf(record).map((task) => {
    const { status, attempts: count, crashes, faults = 0, reason } = record.progress.get(task.id)!;
    const mine = inOrder.filter(({ taskId }) => taskId === task.id);
    return { task, status, attempts: count, crashes, faults, result: mine.findLast(({ result }) => result)?.result, verdict: mine.findLast(({ verdict }) => verdict)?.verdict, reason };
  });
  return { run: record.run, tasks };
}

/** @param verdictBefore QA's judgement of the attempt before, if there was one */
export function taskClaim(runId: string, { task, attempt }: { task: TaskClaim['task']; attempt: number }, verdictBefore: Verdict | undefined): TaskClaim {
  const feedback = feedbackFrom(verdictBefore);
  return { runId, taskId: task.id, attempt, task, ...(feedback && { feedback }) };
}

/** A lease is the right to change its own run alone. */
export function ofRun(lease: Lease, record: { runId: string }): Lease {
  if (record.runId !== lease.runId) throw new MixedRunsError([lease.runId, record.runId]);
  return lease;
}

/** @throws {InvalidInputError} */
export function assertListLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_RUNS_PER_LIST) return;
  throw new InvalidInputError(`Asked for a list of ${limit} runs.`, { hint: `Ask for 1 to ${MAX_RUNS_PER_LIST}.` });
}
