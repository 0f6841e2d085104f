import { type Clock, InvalidInputError, type MakeId } from '../../kernel';
import { type Database, inTransaction, translated } from '../../storage';
import type { Plan, PlanTask, Result, Verdict } from '../contracts';
import { MixedRunsError, NotDeliveredError, RunBusyError, RunFinishedError, RunNotFoundError, StaleAttemptError } from '../errors';
import { type Lease, type NewRun, type Run, type RunState, type TaskClaim, hasEnded } from '../run';
import type { RunStore } from '../run-store';
import { type TaskProgress, type Transition, claimTask, deliverTask, feedbackFrom, judgeTask, newTaskProgress, recoverTask } from '../task-transitions';
import { assertHeld } from './sqlite-lease';
import { findRunByKey, listRuns, readAllProgress, readProgress, readRun, readRunState, readVerdict, releaseTasks, writeAttempt, writeProgress } from './sqlite-run-rows';
import { DEFAULT_TTL_MS, prepareRunTables } from './sqlite-tables';

export interface SqliteRunStoreOptions {
  database: Database;
  clock: Clock;
  makeId: MakeId;
  /** How long a run is kept from its creation; default 30 days. */
  ttlMs?: number;
}

const MAX_RUNS_PER_LIST = 500;
const TITLE_LENGTH = 80;

/** Runs in one SQLite file. Several processes of one machine may share it: every method is one write transaction. */
export function openSqliteRunStore(options: SqliteRunStoreOptions): RunStore {
  const { database, clock } = options;
  prepareRunTables(database, clock.nowMs());
  const held = <T>(lease: Lease, work: () => T): T =>
    inTransaction(database, () => {
      assertHeld(database, lease);
      const result = work();
      database.prepare('UPDATE runs SET updated_at_ms = ? WHERE id = ?').run(clock.nowMs(), lease.runId);
      return result;
    });
  return {
    create: async (newRun) => inTransaction(database, () => create(options, newRun)),
    read: async (runId) => translated(() => readRunState(database, runId)),
    list: async (filter) => translated(() => list(database, filter)),
    acquire: async (runId, owner, leaseMs) => inTransaction(database, () => acquire(options, runId, { owner, leaseMs })),
    savePlan: async (lease, plan) => held(lease, () => savePlan(database, lease.runId, plan)),
    claimReady: async (lease) => held(lease, () => claimReady(database, lease.runId)),
    saveResult: async (lease, result) => held(ofRun(lease, result), () => saveResult(database, result)),
    saveVerdict: async (lease, verdict) => held(ofRun(lease, verdict), () => saveVerdict(database, verdict)),
    finish: async (lease, outcome) => inTransaction(database, () => finish(options, lease, outcome)),
  };
}

/** A lease is the right to change its own run alone. */
function ofRun(lease: Lease, record: { runId: string }): Lease {
  if (record.runId !== lease.runId) throw new MixedRunsError([lease.runId, record.runId]);
  return lease;
}

function create({ database, clock, makeId, ttlMs = DEFAULT_TTL_MS }: SqliteRunStoreOptions, newRun: NewRun): { run: Run; created: boolean } {
  const earlier = newRun.idempotencyKey === undefined ? undefined : findRunByKey(database, newRun.idempotencyKey);
  if (earlier) return { run: earlier, created: false };
  const id = makeId();
  const nowMs = clock.nowMs();
  const title = newRun.title ?? titleOf(newRun.goal);
  database.prepare(
    `INSERT INTO runs (id, goal, title, status, limits, idempotency_key, created_at_ms, updated_at_ms, expires_at_ms)
     VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?)`,
  ).run(id, newRun.goal, title, JSON.stringify(newRun.limits), newRun.idempotencyKey ?? null, nowMs, nowMs, nowMs + ttlMs);
  return { run: readRun(database, id), created: true };
}

/** The goal's first line, as a list can show it. */
function titleOf(goal: string): string {
  const line = goal.trim().split('\n', 1)[0]!.trim();
  const letters = Array.from(line);
  return letters.length <= TITLE_LENGTH ? line : `${letters.slice(0, TITLE_LENGTH - 1).join('')}…`;
}

function list(database: Database, filter: Parameters<RunStore['list']>[0]): Run[] {
  const { limit } = filter;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_RUNS_PER_LIST) {
    throw new InvalidInputError(`Asked for a list of ${limit} runs.`, { hint: `Ask for 1 to ${MAX_RUNS_PER_LIST}.` });
  }
  return listRuns(database, filter);
}

function acquire({ database, clock }: SqliteRunStoreOptions, runId: string, { owner, leaseMs }: { owner: string; leaseMs: number }): Lease {
  const row = database.prepare('SELECT status, lease_owner AS owner, lease_fence AS fence, lease_until_ms AS untilMs FROM runs WHERE id = ?').get(runId);
  if (!row) throw new RunNotFoundError(runId);
  const status = row.status as Run['status'];
  if (hasEnded(status)) throw new RunFinishedError(runId, status);

  const nowMs = clock.nowMs();
  const isHolder = row.owner === owner;
  if (!isHolder && row.owner !== null && Number(row.untilMs) > nowMs) throw new RunBusyError(runId, String(row.owner), Number(row.untilMs) - nowMs);
  if (!isHolder) recoverTasks(database, runId);

  const fence = Number(row.fence) + (isHolder ? 0 : 1);
  database.prepare('UPDATE runs SET lease_owner = ?, lease_fence = ?, lease_until_ms = ? WHERE id = ?').run(owner, fence, nowMs + leaseMs, runId);
  // Whoever takes a stopped run goes on with it. A waiting one goes on with its next task, see claimReady.
  if (status === 'stopped') database.prepare("UPDATE runs SET status = CASE WHEN plan IS NULL THEN 'queued' ELSE 'running' END, error = NULL WHERE id = ?").run(runId);
  return { runId, owner, fence };
}

function recoverTasks(database: Database, runId: string): void {
  const tasks = planTasks(database, runId);
  const progress = readAllProgress(database, runId);
  for (const task of tasks) writeProgress(database, runId, task.id, recoverTask(progress.get(task.id)!, task.optional));
  // A task given up as the one that crashes may have been skipped; what waited for it goes on.
  releaseTasks(database, runId, tasks);
}

function savePlan(database: Database, runId: string, plan: Plan): RunState {
  const state = readRunState(database, runId);
  if (state.run.plan) return state;
  database.prepare("UPDATE runs SET plan = ?, status = 'running' WHERE id = ?").run(JSON.stringify(plan), runId);
  for (const task of plan.tasks) writeProgress(database, runId, task.id, newTaskProgress(task));
  return readRunState(database, runId);
}

function claimReady(database: Database, runId: string): TaskClaim[] {
  const progress = readAllProgress(database, runId);
  const ready = planTasks(database, runId).filter((task) => progress.get(task.id)!.status === 'ready');
  // A run that waited for a person runs again as soon as there is work.
  if (ready.length > 0) database.prepare("UPDATE runs SET status = 'running' WHERE id = ?").run(runId);
  return ready.map((task) => {
    const claimed = claimTask(progress.get(task.id)!);
    writeProgress(database, runId, task.id, claimed);
    const feedback = feedbackFrom(readVerdict(database, runId, task.id, claimed.attempts - 1));
    return { runId, taskId: task.id, attempt: claimed.attempts, task, ...(feedback && { feedback }) };
  });
}

function saveResult(database: Database, result: Result): void {
  const before = readProgress(database, result.runId, result.taskId);
  const progress = changedProgress(deliverTask(before, result.attempt), result, before);
  if (!progress) return;
  writeProgress(database, result.runId, result.taskId, progress);
  writeAttempt(database, result, 'result', result);
}

function saveVerdict(database: Database, verdict: Verdict): void {
  const tasks = planTasks(database, verdict.runId);
  const before = readProgress(database, verdict.runId, verdict.taskId);
  const optional = tasks.find((task) => task.id === verdict.taskId)!.optional;
  const progress = changedProgress(judgeTask(before, verdict, optional), verdict, before);
  if (!progress) return;
  writeProgress(database, verdict.runId, verdict.taskId, progress);
  writeAttempt(database, verdict, 'verdict', verdict);
  releaseTasks(database, verdict.runId, tasks);
}

/** @returns undefined when the event was known already */
function changedProgress(transition: Transition, event: { taskId: string; attempt: number }, before: TaskProgress): TaskProgress | undefined {
  if (transition.kind === 'changed') return transition.progress;
  if (transition.kind === 'stale') throw new StaleAttemptError(event.taskId, event.attempt, before.attempts);
  if (transition.kind === 'early') throw new NotDeliveredError(event.taskId, event.attempt);
  return undefined;
}

function finish({ database, clock }: SqliteRunStoreOptions, lease: Lease, outcome: Parameters<RunStore['finish']>[1]): void {
  if (hasEnded(readRun(database, lease.runId).status)) return;
  assertHeld(database, lease);
  database.prepare(
    `UPDATE runs SET status = ?, report = COALESCE(?, report), error = ?, updated_at_ms = ?, lease_owner = NULL, lease_until_ms = 0 WHERE id = ?`,
  ).run(outcome.status, outcome.report ?? null, outcome.error ? JSON.stringify(outcome.error) : null, clock.nowMs(), lease.runId);
}

function planTasks(database: Database, runId: string): readonly PlanTask[] {
  return readRun(database, runId).plan?.tasks ?? [];
}
