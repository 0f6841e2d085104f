import type { ErrorFacts } from '../../kernel';
import { type Database, groupCommit } from '../../storage';
import type { Plan, Result, Verdict } from '../contracts';
import { RunNotFoundError } from '../errors';
import type { Run, RunLimits, RunStatus, TaskStatus } from '../run';
import type { RescueNotes } from '../rescue';
import { mayForget } from '../run-person';
import { type RunRecord, refusedOf, refusedText } from '../run-record';
import type { AttemptRecord } from '../run-state';
import type { TaskProgress } from '../task-transitions';

type Row = Record<string, unknown>;

/** @throws {RunNotFoundError} */
export function readRecord(database: Database, runId: string): RunRecord {
  const row = database.prepare('SELECT * FROM runs WHERE id = ?').get(runId);
  if (!row) throw new RunNotFoundError(runId);
  const tasks = database.prepare('SELECT * FROM tasks WHERE run_id = ?').all(runId);
  const lease = { owner: textOf(row.lease_owner), fence: Number(row.lease_fence), untilMs: Number(row.lease_until_ms), refused: refusedOf(textOf(row.lease_refused)) };
  return { run: toRun(row), lease, progress: new Map(tasks.map((task) => [String(task.id), toProgress(task)])), rescue: fromJson<RescueNotes>(row.rescue) };
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

/** @returns ids of runs that can forget this person */
export function endedRunsOf(database: Database, person: string): string[] {
  const rows = database.prepare("SELECT id, status, submitted_by, plan ->> '$.askedBy' AS asked_by FROM runs WHERE status IN ('done', 'failed')").all() as Row[];
  return rows.filter((row) => mayForget({ status: row.status as RunStatus, submittedBy: textOf(row.submitted_by), plan: { askedBy: textOf(row.asked_by) } }, person)).map(({ id }) => String(id));
}

function toRun(row: Row): Run {
  return {
    id: String(row.id),
    goal: String(row.goal),
    title: String(row.title),
    status: row.status as RunStatus,
    limits: fromJson<RunLimits>(row.limits)!,
    workflowId: textOf(row.workflow_id),
    project: textOf(row.project),
    submittedBy: textOf(row.submitted_by),
    plan: fromJson<Plan>(row.plan),
    report: textOf(row.report),
    error: fromJson<ErrorFacts>(row.error),
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

function toProgress(row: Row): TaskProgress {
  return {
    status: row.status as TaskStatus,
    attempts: Number(row.attempts),
    crashes: Number(row.crashes),
    faults: Number(row.faults),
    resumes: row.resumes === 1,
    reason: textOf(row.reason),
  };
}

export function insertRecord(database: Database, { run }: RunRecord, { idempotencyKey, expiresAtMs }: { idempotencyKey?: string; expiresAtMs: number }): void {
  database.prepare(
    `INSERT INTO runs (id, goal, title, status, limits, workflow_id, project, submitted_by, idempotency_key, created_at_ms, updated_at_ms, expires_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(run.id, run.goal, run.title, run.status, JSON.stringify(run.limits), run.workflowId ?? null, run.project ?? null, run.submittedBy ?? null, idempotencyKey ?? null, run.createdAtMs, run.updatedAtMs, expiresAtMs);
}

/** Reads a run, decides, and writes what changed, as one write. @throws {RunNotFoundError} */
export async function changeRun<T>(database: Database, runId: string, work: (before: RunRecord) => { record: RunRecord; answer: T }): Promise<T> {
  return await groupCommit(database)(() => {
    const before = readRecord(database, runId);
    const { record, answer } = work(before);
    if (record !== before) updateRecord(database, before, record);
    return answer;
  });
}

/** Writes what a change has changed; the plan is written once. */
function updateRecord(database: Database, before: RunRecord, { run, lease, progress, rescue }: RunRecord): void {
  database.prepare('UPDATE runs SET status = ?, submitted_by = ?, report = ?, error = ?, lease_owner = ?, lease_fence = ?, lease_until_ms = ?, lease_refused = ?, rescue = ?, updated_at_ms = ? WHERE id = ?')
    .run(run.status, run.submittedBy ?? null, run.report ?? null, asJson(run.error), lease.owner ?? null, lease.fence, lease.untilMs, refusedText(lease.refused) || null, asJson(rescue), run.updatedAtMs, run.id);
  if (run.plan !== before.run.plan) database.prepare('UPDATE runs SET plan = ? WHERE id = ?').run(asJson(run.plan), run.id);
  for (const [taskId, standing] of progress) if (standing !== before.progress.get(taskId)) writeProgress(database, run.id, taskId, standing);
}

function writeProgress(database: Database, runId: string, taskId: string, progress: TaskProgress): void {
  database.prepare(
    `INSERT INTO tasks (run_id, id, status, attempts, crashes, faults, resumes, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run_id, id) DO UPDATE SET status = excluded.status, attempts = excluded.attempts, crashes = excluded.crashes, faults = excluded.faults, resumes = excluded.resumes, reason = excluded.reason`,
  ).run(runId, taskId, progress.status, progress.attempts, progress.crashes, progress.faults, progress.resumes ? 1 : 0, progress.reason ?? null);
}

/** Keeps what an attempt brought. An attempt that was interrupted and done again replaces its result. */
export function writeAttempt(database: Database, record: { runId: string; taskId: string; attempt: number }, column: 'result' | 'verdict', value: Result | Verdict): void {
  database.prepare(
    `INSERT INTO attempts (run_id, task_id, attempt, ${column}) VALUES (?, ?, ?, ?)
     ON CONFLICT (run_id, task_id, attempt) DO UPDATE SET ${column} = excluded.${column}`,
  ).run(record.runId, record.taskId, record.attempt, JSON.stringify(value));
}

export function readAttempts(database: Database, runId: string): AttemptRecord[] {
  const rows = database.prepare('SELECT task_id, attempt, result, verdict FROM attempts WHERE run_id = ?').all(runId);
  return rows.map((row) => ({ taskId: String(row.task_id), attempt: Number(row.attempt), result: fromJson<Result>(row.result), verdict: fromJson<Verdict>(row.verdict) }));
}

/** Of the attempts before this one, in their order. */
export function readVerdictsBefore(database: Database, runId: string, { task, attempt }: { task: { id: string }; attempt: number }): Array<Verdict | undefined> {
  const rows = database.prepare('SELECT verdict FROM attempts WHERE run_id = ? AND task_id = ? AND attempt < ? ORDER BY attempt').all(runId, task.id, attempt);
  return rows.map((row) => fromJson<Verdict>(row.verdict));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function fromJson<T>(text: unknown): T | undefined {
  return typeof text === 'string' ? (JSON.parse(text) as T) : undefined;
}
