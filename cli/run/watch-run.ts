import { isDeepStrictEqual } from 'node:util';
import { isAiosError, type Clock } from '../../kernel';
import { TeamAwayError } from './errors';
import { isOver, type RunView } from './run-view';
import type { TeamClient } from './team-client';

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
const LONGEST_RETRY_MS = 30_000;

/** `left`: the user pressed Ctrl-C; `timeout`: the deadline came. In both the run goes on. */
export type WatchEnd = { how: 'over' | 'left' | 'timeout'; view?: RunView };

export interface Watching {
  client: Pick<TeamClient, 'read'>;
  runId: string;
  deadlineAtMs: number;
  signal: AbortSignal;
  clock: Clock;
  onView(view: RunView): void;
  /** The connection is lost; `undefined` when it is back. */
  onTrouble(problem: TeamAwayError | undefined): void;
}

/**
 * Asks how the run stands until it is over: quickly while things happen, more slowly while nothing does.
 *
 * @throws {TeamRefusedError} when asking again would change nothing
 */
export async function watchRun(watching: Watching): Promise<WatchEnd> {
  const { clock, deadlineAtMs, signal, onView } = watching;
  let view: RunView | undefined;
  let waitMs = SHORTEST_WAIT_MS;
  let failures = 0;
  while (!signal.aborted) {
    const asked = await askOnce(watching, failures);
    if (asked instanceof TeamAwayError) failures += 1;
    else if (asked) {
      failures = 0;
      waitMs = isDeepStrictEqual(asked, view) ? Math.min(waitMs * 1.5, LONGEST_WAIT_MS) : SHORTEST_WAIT_MS;
      view = asked;
      onView(view);
      if (isOver(view)) return { how: 'over', view };
    }
    const pauseMs = asked instanceof TeamAwayError ? Math.max(asked.retryAfterMs, retryMs(failures)) : waitMs;
    if (clock.nowMs() + pauseMs >= deadlineAtMs) return { how: 'timeout', view };
    await clock.sleep(pauseMs, signal).catch(() => undefined);
  }
  return { how: 'left', view };
}

async function askOnce({ client, runId, signal, onTrouble }: Watching, failures: number): Promise<RunView | TeamAwayError | undefined> {
  try {
    const view = await client.read(runId, signal);
    if (failures > 0) onTrouble(undefined);
    return view;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(isAiosError(error) && error instanceof TeamAwayError)) throw error;
    if (failures === 0) onTrouble(error);
    return error;
  }
}

/** 1, 2, 4 … 30 seconds. */
function retryMs(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, 1_000 * 2 ** (failures - 1));
}
