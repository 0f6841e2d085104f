import type { Ledger, UsageTotals } from '../router';
import { hasEnded, scopeInWords, type Approvals, type RunStore, type Steering, type TaskState } from '../runs';
import type { RunFiles } from '../workspace';

interface RunViewDeps {
  runs: RunStore;
  ledger: Ledger;
  files: RunFiles;
  approvals: Approvals;
  steering: Steering;
}

/**
 * A run as the HTTP interface shows it.
 *
 * @throws {RunNotFoundError}
 */
export async function runView(runId: string, deps: RunViewDeps) {
  const { run, tasks } = await deps.runs.read(runId);
  const [paused, usage, artifacts, taskViews, open] = await Promise.all([
    hasEnded(run.status) ? undefined : deps.steering.pauseOf(run),
    deps.ledger.totals({ runId }),
    deps.files.list(runId),
    Promise.all(tasks.map((state) => taskView(runId, state, deps))),
    deps.approvals.list({ runId, status: 'open', limit: 50 }),
  ]);
  const { localCalls, cloudCalls, promptTokens, completionTokens, savedUsd } = usage;
  return {
    runId: run.id,
    title: run.title,
    goal: run.goal,
    status: run.status,
    tasks: taskViews,
    artifacts: artifacts.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    approvals: open.map(({ id, title, hash, action, expiresAtMs }) => ({ id, kind: action.kind, title, hash, expiresAtMs })),
    report: run.report ?? null,
    usage: { localCalls, cloudCalls, promptTokens, completionTokens, costUsd: knownCostUsd(usage), savedUsd },
    ...(paused && { paused: scopeInWords(paused) }),
    ...(run.error && { error: run.error }),
  };
}

async function taskView(runId: string, state: TaskState, deps: RunViewDeps) {
  const totals = await deps.ledger.totals({ runId, taskId: state.task.id });
  return {
    id: state.task.id,
    title: state.task.title,
    role: state.task.role,
    dependsOn: state.task.dependsOn,
    status: state.status,
    attempts: state.attempts,
    model: state.result?.decision?.model ?? null,
    costUsd: knownCostUsd(totals),
    criteria: criteriaCounts(state),
    ...(state.reason && { reason: state.reason }),
  };
}

/** Of the latest verdict; `null` before the first. */
function criteriaCounts({ verdict }: TaskState): Record<'pass' | 'fail' | 'notRun', number> | null {
  if (!verdict) return null;
  const count = (state: string) => verdict.criteria.filter((criterion) => criterion.state === state).length;
  return { pass: count('pass'), fail: count('fail'), notRun: count('notRun') };
}

/** `null` when the price of a call is unknown: a sum without it would read as the whole. */
function knownCostUsd({ costUsd, unpricedCalls }: UsageTotals): number | null {
  return unpricedCalls > 0 ? null : costUsd;
}
