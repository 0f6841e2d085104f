import { AsyncLocalStorage } from 'node:async_hooks';
import { AiosError } from '../kernel';
import type { Run } from '../runs';

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

interface Around {
  depth: number;
  submittedBy?: string;
}

/** Which runs stand around what is being done. Sub-workflows of n8n are done within the call of the tool, in its process, so they see it. */
const around = new AsyncLocalStorage<Around>();

/** Calls a tool of a run: what it starts stands within that run, and is wanted by whoever wants that one. */
export function withinRun<T>(submittedBy: string | undefined, call: () => Promise<T>): Promise<T> {
  return around.run({ depth: depth() + 1, submittedBy }, call);
}

/** Who wants the run done that a tool call stands in; unset outside of runs. */
export function submitterAround(): string | undefined {
  return around.getStore()?.submittedBy;
}

/** Who wants this run done, as far as anybody said. */
export function submitterOf({ submittedBy, plan }: Run): string | undefined {
  return submittedBy ?? plan?.askedBy;
}

function depth(): number {
  return around.getStore()?.depth ?? 0;
}

/** @throws {RunsTooDeepError} when no further run may be started here */
export function assertNotTooDeep(): void {
  if (depth() >= MAX_RUNS_IN_ONE_ANOTHER) throw new RunsTooDeepError();
}
