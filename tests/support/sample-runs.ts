import type { NewRun, Plan, PlanTask, Result, Verdict } from '../../runs';

export function sampleRun(more: Partial<NewRun> = {}): NewRun {
  return { goal: 'Build a page that says hello', limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null }, ...more };
}

export function sampleTask(id: string, more: Partial<PlanTask> = {}): PlanTask {
  return { id, title: `Task ${id}`, role: 'backend', instructions: `Do ${id}`, dependsOn: [], acceptance: [{ id: 'a1', text: `${id} is done` }], deliverables: [], privacy: 'internal', optional: false, ...more };
}

export function samplePlan(runId: string, tasks: PlanTask[]): Plan {
  return { runId, goal: 'Build a page that says hello', summary: 'Say hello', tasks, decisions: [], estimate: { costUsd: null, minutes: 5 } };
}

interface AttemptKey {
  runId: string;
  taskId: string;
  attempt: number;
}

export function sampleResult({ runId, taskId, attempt }: AttemptKey, more: Partial<Result> = {}): Result {
  const usage = { promptTokens: 10, completionTokens: 5, costUsd: 0, localCalls: 1, cloudCalls: 0 };
  return { runId, taskId, attempt, status: 'done', summary: `did ${taskId}`, artifacts: [], usage, ...more };
}

export function sampleVerdict({ runId, taskId, attempt }: AttemptKey, passed: boolean, more: Partial<Verdict> = {}): Verdict {
  const criteria: Verdict['criteria'] = [{ id: 'a1', state: passed ? 'pass' : 'fail', evidence: passed ? 'seen' : 'the file is empty' }];
  return { runId, taskId, attempt, passed, criteria, findings: passed ? [] : ['write the file'], ...more };
}
