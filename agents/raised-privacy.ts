import { strictestPrivacy, type Privacy } from '../privacy';
import type { RunState, TaskState } from '../runs';

/**
 * The label of what a task has brought so far. A workflow may raise it above the plan's while the task is worked on; whoever
 * is shown the result later (QA, the next attempt, tasks that build on it, the report) is bound by that.
 */
export function taskPrivacy({ run }: RunState, { task, result }: TaskState): Privacy {
  return strictestPrivacy(run.limits.privacy, task.privacy, result?.decision?.privacy);
}
