import { InvalidInputError } from '../kernel';
import type { Result, Verdict } from './contracts';
import { MixedRunsError } from './errors';
import type { Lease, RefusedWork, RunState, TaskClaim } from './run';
import { type RunRecord, tasksOf } from './run-record';
import { feedbackFrom, lastJudgement } from './task-transitions';

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
    const { status, attempts: count, crashes, faults, reason } = record.progress.get(task.id)!;
    const mine = inOrder.filter(({ taskId }) => taskId === task.id);
    return { task, status, attempts: count, crashes, faults, result: mine.findLast(({ result }) => result)?.result, verdict: mine.findLast(({ verdict }) => verdict)?.verdict, refused: refusedBefore(count, mine), reason };
  });
  return { run: record.run, tasks };
}

/** Only of earlier attempts: what is saved of the current one must not change what it is asked when it is taken up again. */
function refusedBefore(attempt: number, inOrder: readonly AttemptRecord[]): RefusedWork | undefined {
  const earlier = inOrder.filter((record) => record.attempt < attempt);
  const verdict = lastJudgement(earlier.map((record) => record.verdict));
  if (!verdict || verdict.passed) return undefined;
  const results = earlier.flatMap(({ result }) => result ?? []);
  const withFiles = results.findLast(({ artifacts, attempt: number }) => artifacts.length > 0 && number <= verdict.attempt);
  return { verdict, result: withFiles, model: results.findLast(({ decision }) => decision)?.decision?.model };
}

/** @param verdictsBefore of the attempts before, in their order */
export function taskClaim(runId: string, { task, attempt }: { task: TaskClaim['task']; attempt: number }, verdictsBefore: ReadonlyArray<Verdict | undefined>): TaskClaim {
  const feedback = feedbackFrom(lastJudgement(verdictsBefore));
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
