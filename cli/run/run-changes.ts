import { isDeepStrictEqual } from 'node:util';
import { planTree } from './plan-tree';
import type { RunView, TaskView } from './run-view';

export type RunChange = { kind: 'status'; status: string } | { kind: 'task'; task: TaskView };

/** What is new since the last look, in the order of the plan. */
export function runChanges(before: RunView | undefined, now: RunView): RunChange[] {
  const known = new Map(before?.tasks.map((task) => [task.id, task]));
  const isNew = (task: TaskView) => !isDeepStrictEqual(told(known.get(task.id)), told(task));
  const status: RunChange[] = before?.status === now.status ? [] : [{ kind: 'status', status: now.status }];
  return [...status, ...planTree(now.tasks).filter(isNew).map(({ depth: _depth, ...task }): RunChange => ({ kind: 'task', task }))];
}

/** The cost alone is no news: it grows with every call. */
function told(task: TaskView | undefined): Partial<TaskView> | undefined {
  return task && { status: task.status, attempts: task.attempts, model: task.model, reason: task.reason };
}
