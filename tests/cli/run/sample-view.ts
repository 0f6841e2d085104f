import type { RunView, TaskView } from '../../../cli/run/run-view';

export function sampleTask(id: string, more: Partial<TaskView> = {}): TaskView {
  return { id, title: `Task ${id}`, role: 'backend', status: 'waiting', attempts: 0, model: null, costUsd: 0, dependsOn: [], criteria: null, ...more };
}

export function sampleView(more: Partial<RunView> = {}): RunView {
  const usage = { localCalls: 0, cloudCalls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0, savedUsd: 0 };
  return { runId: 'run-1', title: 'A page about bees', status: 'running', tasks: [], artifacts: [], report: null, usage, ...more };
}
