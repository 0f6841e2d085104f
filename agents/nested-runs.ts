import { AsyncLocalStorage } from 'node:async_hooks';
import { AiosError } from '../kernel';

/** Runs that may stand in one another: the first, one that its tool starts, and one that this one's tool starts. */
export const MAX_RUNS_IN_ONE_ANOTHER = 3;

/** A tool that starts a workflow may start the very one that called it, and so on without end. */
export class RunsTooDeepError extends AiosError {
  readonly code = 'RUNS_TOO_DEEP';
  readonly kind = 'user';
  constructor() {
    super(`A run was not started: ${MAX_RUNS_IN_ONE_ANOTHER} runs stand in one another already, each started by a tool of the one before.`, {
      hint: 'Let the tool call a workflow without a CTO or Specialist of its own, or give the goal from outside.',
    });
  }
}

/** How many runs stand around what is being done. Sub-workflows of n8n are done within the call of the tool, in its process, so they see it. */
const depth = new AsyncLocalStorage<number>();

/** Calls a tool of a run: what it starts stands within that run. */
export function withinRun<T>(call: () => Promise<T>): Promise<T> {
  return depth.run((depth.getStore() ?? 0) + 1, call);
}

/** @throws {RunsTooDeepError} when no further run may be started here */
export function assertNotTooDeep(): void {
  if ((depth.getStore() ?? 0) >= MAX_RUNS_IN_ONE_ANOTHER) throw new RunsTooDeepError();
}
