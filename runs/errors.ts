import { AiosError } from '../kernel';

export class RunNotFoundError extends AiosError {
  readonly code = 'RUN_NOT_FOUND';
  readonly kind = 'user';
  /** @param vanishedFrom the store that had it: somebody holds its lease, so it was there */
  constructor(runId: string, vanishedFrom?: string) {
    super(
      vanishedFrom ? `Run "${runId}" has vanished from ${vanishedFrom} while it was being worked on.` : `There is no run "${runId}" in this team.`,
      {
        hint: vanishedFrom
          ? `${vanishedFrom} was emptied, or restarted without what it held. Make its data last ("appendonly yes", "maxmemory-policy noeviction"), then start the goal again as a new run.`
          : 'Check the run id, the team name and where the team keeps its runs (data folder or Redis URL); finished runs are kept for 30 days, and none survives a Redis that was emptied or restarted without its data.',
      },
    );
  }
}

/** So many others changed the run at the same time that a write never had its turn. */
export class RunContendedError extends AiosError {
  readonly code = 'RUN_CONTENDED';
  readonly kind = 'temporary';
  constructor(runId: string, tries: number) {
    super(`Run "${runId}" was changed by others each time one of ${tries} writes to it was made.`, { hint: 'Start the run again; finished steps are kept.' });
  }
}

export class RunBusyError extends AiosError {
  readonly code = 'RUN_BUSY';
  readonly kind = 'temporary';
  constructor(runId: string, owner: string, expiresInMs: number) {
    super(`Run "${runId}" is being worked on by execution ${owner} for at least ${Math.ceil(expiresInMs / 1000)} s more.`, {
      hint: 'Wait for that execution, or stop it; a crashed one frees the run when its lease ends.',
    });
  }
}

/** A person has ended the work of this execution on the run. */
export class RunStoppedError extends AiosError {
  readonly code = 'RUN_STOPPED';
  readonly kind = 'user';
  constructor(runId: string) {
    super(`Run "${runId}" was stopped by a person.`, { hint: 'To go on with it: "aios resume --run <id>", or Resume in the Task Board.' });
  }
}

/** n8n ended in the middle of the run and could still say so. */
export class HostShutdownError extends AiosError {
  readonly code = 'HOST_SHUTDOWN';
  readonly kind = 'temporary';
  constructor() {
    super('n8n was shut down while it worked on the run.', { hint: 'The sweeper (template 08-sweeper) starts the run again; without it, start the workflow again with this run id.' });
  }
}

/** The run waits because a person has paused it. */
export class RunPausedError extends AiosError {
  readonly code = 'RUN_PAUSED';
  readonly kind = 'user';
  constructor(runId: string, what: string) {
    super(`Run "${runId}" rests because ${what} is paused.`, { hint: 'Resume it ("aios resume", or Resume in the Task Board); the sweeper then starts the run again.' });
  }
}

/** Restarts without a step forward between them. */
export class RestartedInVainError extends AiosError {
  readonly code = 'RESTARTED_IN_VAIN';
  readonly kind = 'user';
  constructor(restarts: number) {
    super(`The run was started again ${restarts} times and made no step forward.`, {
      hint: "Look at the executions of its workflow in n8n and at n8n's log: what ends them? Then start the workflow again with this run id.",
    });
  }
}

/** A run without a workflow that carries it to its end was left by its execution. */
export class RunAbandonedError extends AiosError {
  readonly code = 'RUN_ABANDONED';
  readonly kind = 'user';
  constructor() {
    super('Nobody works on this run any more, and no workflow is known that would carry it to its end.', { hint: 'Plans and tasks outside of a pipeline end like this. To go on, start a workflow with Task Board with this run id.' });
  }
}

export class LeaseLostError extends AiosError {
  readonly code = 'LEASE_LOST';
  readonly kind = 'temporary';
  constructor(runId: string, cause?: unknown) {
    super(`Another execution has taken over run "${runId}"; this one must not write to it any more.`, { hint: 'Nothing to do: the other execution goes on where this one was.', cause });
  }
}

/** A run that is done or failed stays as it ended. */
export class RunFinishedError extends AiosError {
  readonly code = 'RUN_FINISHED';
  readonly kind = 'user';
  constructor(runId: string, status: string) {
    super(`Run "${runId}" has ended with status "${status}"; nothing can be added to it.`, { hint: 'Start the goal again as a new run.' });
  }
}

export class StaleAttemptError extends AiosError {
  readonly code = 'STALE_ATTEMPT';
  readonly kind = 'bug';
  constructor(taskId: string, attempt: number, current: number) {
    super(`Attempt ${attempt} of task "${taskId}" came in, but attempt ${current} is the current one.`, { hint: 'Send each task item through QA Agent once, and its verdict back to the Task Board.' });
  }
}

/** A verdict came for an attempt that has delivered nothing. */
export class NotDeliveredError extends AiosError {
  readonly code = 'NOT_DELIVERED';
  readonly kind = 'user';
  constructor(taskId: string, attempt: number) {
    super(`A verdict came for attempt ${attempt} of task "${taskId}", but that attempt has delivered nothing.`, { hint: 'Put Specialist Agent before QA Agent.' });
  }
}

export class StepInputChangedError extends AiosError {
  readonly code = 'STEP_INPUT_CHANGED';
  readonly kind = 'user';
  constructor(key: string) {
    super(`The step "${key}" of this run was done before with other input.`, { hint: 'The workflow or its settings changed in the middle of the run. Start the goal again as a new run.' });
  }
}

/** A model call whose n8n died in the middle of it, twice. */
export class StepCutTwiceError extends AiosError {
  readonly code = 'STEP_CUT_TWICE';
  readonly kind = 'user';
  constructor(key: string, cuts: number) {
    super(`n8n died ${cuts} times in the middle of the model call "${key}"; it may have been paid ${cuts} times.`, {
      hint: "Look in n8n's log for what ended it (out of memory, for instance), then start the run again: the call is then tried afresh.",
    });
  }
}

/** A tool call whose n8n died in the middle of it. */
export class EffectUnknownError extends AiosError {
  readonly code = 'EFFECT_UNKNOWN';
  readonly kind = 'user';
  constructor(key: string) {
    super(`n8n died in the middle of the tool call "${key}"; nobody knows whether it has happened.`, {
      hint: 'Look whether it has. Tools that only look things up may be called again by themselves: switch on "Tools May Be Called Twice"; so may one that takes an "idempotencyKey".',
    });
  }
}

export class StepNotBegunError extends AiosError {
  readonly code = 'STEP_NOT_BEGUN';
  readonly kind = 'bug';
  constructor(key: string) {
    super(`The step "${key}" was reported as finished, but it was never begun.`, { hint: 'This is a fault of n8n-nodes-aios. Please report it with the text of this message.' });
  }
}

/** A task id that the run's plan does not have. */
export class TaskNotFoundError extends AiosError {
  readonly code = 'TASK_NOT_FOUND';
  readonly kind = 'user';
  constructor(runId: string, taskId: string) {
    super(`Run "${runId}" has no task "${taskId}".`, { hint: 'Use the items as the Task Board hands them out.' });
  }
}

export class MixedRunsError extends AiosError {
  readonly code = 'MIXED_RUNS';
  readonly kind = 'user';
  constructor(runIds: readonly string[]) {
    super(`The Task Board got items of ${runIds.length} runs (${runIds.slice(0, 3).join(', ')}); one execution works on one run.`, { hint: 'Start one execution per goal, for instance with "Execute Sub-workflow" in mode "Run once for each item".' });
  }
}

export class InvalidPlanError extends AiosError {
  readonly code = 'INVALID_PLAN';
  readonly kind = 'user';
}
