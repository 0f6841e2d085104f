import type { RunStatus, TaskStatus } from './run';

/** How runs and their tasks went, counted. */
export interface RunTally {
  runs: Record<RunStatus, number>;
  tasks: {
    /** QA passed the first attempt. */
    passedFirstTime: number;
    /** QA passed a later attempt. */
    passedAfterRework: number;
    needsPerson: number;
    skipped: number;
    /** Not through yet: waiting, ready, running or delivered. */
    open: number;
  };
}

/** Counts what a RunStore of the same team holds. A port of its own: stores change runs, figures only read them. */
export interface RunTallies {
  /** Runs created at `sinceMs` or later, and all their tasks. */
  tally(filter: { sinceMs: number }): Promise<RunTally>;
}

/** Nothing has run yet. */
export function emptyTally(): RunTally {
  return {
    runs: { queued: 0, running: 0, waiting: 0, done: 0, failed: 0, stopped: 0 },
    tasks: { passedFirstTime: 0, passedAfterRework: 0, needsPerson: 0, skipped: 0, open: 0 },
  };
}

/** Where one task counts. @param attempts the current one included */
export function tallyKey({ status, attempts }: { status: TaskStatus; attempts: number }): keyof RunTally['tasks'] {
  if (status === 'passed') return attempts > 1 ? 'passedAfterRework' : 'passedFirstTime';
  return status === 'needsPerson' || status === 'skipped' ? status : 'open';
}
