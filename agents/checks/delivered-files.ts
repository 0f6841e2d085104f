import type { PlanTask, Result, RunState, TaskState } from '../../runs';
import { refusalOf, safePath } from '../../workspace';

/** What an attempt builds on, then its own files, which win: a test runs in the midst of all that. Paths that are refused are left out. */
export function deliveredFiles(state: RunState, task: PlanTask, result: Result): Record<string, string> {
  const artifacts = [...passedBefore(state, task), result].flatMap((one) => one.artifacts);
  return Object.fromEntries(artifacts.filter(({ path }) => refusalOf(path) === undefined).map(({ path, content }) => [safePath(path), content]));
}

/** Passed results of all tasks this one depends on, by others too; those it names itself come last. */
function passedBefore({ tasks }: RunState, { dependsOn }: PlanTask): Result[] {
  const found = new Map<string, TaskState>();
  const visit = (ids: readonly string[]): void => {
    for (const other of tasks.filter(({ task }) => ids.includes(task.id) && !found.has(task.id))) {
      found.set(other.task.id, other);
      visit(other.task.dependsOn);
    }
  };
  visit(dependsOn);
  return [...found.values()].reverse().flatMap(({ status, result }) => (status === 'passed' && result ? [result] : []));
}
