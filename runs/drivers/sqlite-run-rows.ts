import type { ErrorFacts } from '../../kernel';
import type { Database } from '../../storage';
import type { Plan, PlanTask, Result, Verdict } from '../contracts';
import { RunNotFoundError, TaskNotFoundError } from '../errors';
import type { Run, RunLimits, RunState, RunStatus, TaskState, TaskStatus } from '../run';
import { type TaskProgress, releasedTasks } from '../task-transitions';

type Row = Record<string, unknown>;

/** @throws {RunNotFoundError} */
export function readRun(database: Database, runId: string): Run {
  const row = database.prepare('SELECT * FROM runs WHERE id = ?').get(runId);
  if (!row) throw new RunNotFoundError(runId);
  return toRun(row);
}

export function findRunByKey(database: Database, idempotencyKey: string): Run | undefined {
  const row = database.prepare('SELECT * FROM runs WHERE idempotency_key = ?').get(idempotencyKey);
  return row && toRun(row);
}

export function listRuns(database: Database, filter: { status?: RunStatus; limit: number }): Run[] {
  // Ids sort by time and break the tie between runs of one millisecond.
  const rows = database.prepare('SELECT * FROM runs WHERE status = COALESCE(?, status) ORDER BY created_at_ms DESC, id DESC LIMIT ?').all(filter.status ?? null, filter.limit);
  return rows.map(toRun);
}

function toRun(row: Row): Run {
  return {
    id: String(row.id),
    goal: String(row.goal),
    title: String(row.title),
    status: row.status as RunStatus,
    limits: fromJson<RunLimits>(row.limits)!,
    plan: fromJson<Plan>(row.plan),
    report: row.report === null ? undefined : String(row.report),
    error: fromJson<ErrorFacts>(row.error),
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

/** @throws {RunNotFoundError} */
export function readRunState(database: Database, runId: string): RunState {
  const run = readRun(database, runId);
  const progress = readAllProgress(database, runId);
  const attempts = database.prepare('SELECT task_id, result, verdict FROM attempts WHERE run_id = ? ORDER BY attempt').all(runId);
  const tasks = (run.plan?.tasks ?? []).map((task) => toTaskState(task, progress.get(task.id)!, attempts.filter((row) => row.task_id === task.id)));
  return { run, tasks };
}

function toTaskState(task: PlanTask, progress: TaskProgress, attempts: Row[]): TaskState {
  const latest = (column: 'result' | 'verdict') => attempts.findLast((row) => row[column] !== null)?.[column];
  return {
    task,
    status: progress.status,
    attempts: progress.attempts,
    crashes: progress.crashes,
    result: fromJson<Result>(latest('result')),
    verdict: fromJson<Verdict>(latest('verdict')),
    reason: progress.reason,
  };
}

export function readAllProgress(database: Database, runId: string): Map<string, TaskProgress> {
  const rows = database.prepare('SELECT * FROM tasks WHERE run_id = ?').all(runId);
  return new Map(rows.map((row) => [String(row.id), toProgress(row)]));
}

/** @throws {TaskNotFoundError} */
export function readProgress(database: Database, runId: string, taskId: string): TaskProgress {
  const row = database.prepare('SELECT * FROM tasks WHERE run_id = ? AND id = ?').get(runId, taskId);
  if (!row) throw new TaskNotFoundError(runId, taskId);
  return toProgress(row);
}

function toProgress(row: Row): TaskProgress {
  return {
    status: row.status as TaskStatus,
    attempts: Number(row.attempts),
    crashes: Number(row.crashes),
    resumes: row.resumes === 1,
    reason: row.reason === null ? undefined : String(row.reason),
  };
}

export function writeProgress(database: Database, runId: string, taskId: string, progress: TaskProgress): void {
  database.prepare(
    `INSERT INTO tasks (run_id, id, status, attempts, crashes, resumes, reason) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run_id, id) DO UPDATE SET status = excluded.status, attempts = excluded.attempts, crashes = excluded.crashes, resumes = excluded.resumes, reason = excluded.reason`,
  ).run(runId, taskId, progress.status, progress.attempts, progress.crashes, progress.resumes ? 1 : 0, progress.reason ?? null);
}

/** Lets every waiting task start whose dependencies are through. */
export function releaseTasks(database: Database, runId: string, tasks: readonly PlanTask[]): void {
  const progress = readAllProgress(database, runId);
  const standing = tasks.map((task) => ({ id: task.id, dependsOn: task.dependsOn, status: progress.get(task.id)!.status }));
  for (const id of releasedTasks(standing)) writeProgress(database, runId, id, { ...progress.get(id)!, status: 'ready' });
}

/** Keeps what an attempt brought. An attempt that was interrupted and done again replaces its result. */
export function writeAttempt(database: Database, record: { runId: string; taskId: string; attempt: number }, column: 'result' | 'verdict', value: Result | Verdict): void {
  database.prepare(
    `INSERT INTO attempts (run_id, task_id, attempt, ${column}) VALUES (?, ?, ?, ?)
     ON CONFLICT (run_id, task_id, attempt) DO UPDATE SET ${column} = excluded.${column}`,
  ).run(record.runId, record.taskId, record.attempt, JSON.stringify(value));
}

export function readVerdict(database: Database, runId: string, taskId: string, attempt: number): Verdict | undefined {
  const row = database.prepare('SELECT verdict FROM attempts WHERE run_id = ? AND task_id = ? AND attempt = ?').get(runId, taskId, attempt);
  return fromJson<Verdict>(row?.verdict);
}

function fromJson<T>(text: unknown): T | undefined {
  return typeof text === 'string' ? (JSON.parse(text) as T) : undefined;
}
