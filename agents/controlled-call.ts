import { errorFacts, throwIfCancelled, type Clock, type Logger } from '../kernel';
import { LeaseLostError, RunPausedError, RunStoppedError, assertStillHeld, scopeInWords, type ControlStore, type Lease } from '../runs';

/** What a person decides is seen within this; with what comes before and after, a call under way ends within a second. */
const LOOK_EVERY_MS = 300;
/** A paused call waits in its execution so long; then the run rests, and whoever resumes it lets it be started again. */
export const HOLD_PAUSED_MS = 10 * 60_000;

interface Place {
  controls: ControlStore;
  clock: Clock;
  log: Logger;
  lease: Lease;
  /** Of the operation: fires when the caller stops and when the lease is lost. */
  signal: AbortSignal;
}

export interface ControlledCall<T> {
  role: string;
  /** May a pause cut it, to be made again when the pause is lifted? Otherwise the caller waits before it, see {@link untilGoing}. */
  mayRepeat: boolean;
  call(signal: AbortSignal): Promise<T>;
}

/**
 * Makes a call as persons allow it: waits while it is paused, ends it when the run is stopped or in other hands.
 *
 * @throws {RunStoppedError}
 * @throws {LeaseLostError}
 * @throws {RunPausedError} when it has waited {@link HOLD_PAUSED_MS}
 */
export async function controlledCall<T>(place: Place, { role, mayRepeat, call }: ControlledCall<T>): Promise<T> {
  for (;;) {
    if (mayRepeat) await untilGoing(place, role);
    const watch = watchStanding(place, role, mayRepeat);
    try {
      return await call(AbortSignal.any([place.signal, watch.signal]));
    } catch (error) {
      const reason: unknown = watch.signal.reason;
      if (place.signal.aborted || !watch.signal.aborted) throw error;
      if (reason !== PAUSED) throw reason;
    } finally {
      watch.end();
    }
  }
}

/** Why a watched call was cut when it was a pause. */
const PAUSED = Symbol('paused');

/**
 * Waits while the work is paused.
 *
 * @throws {RunStoppedError}
 * @throws {LeaseLostError}
 * @throws {RunPausedError} when it has waited {@link HOLD_PAUSED_MS}
 */
export async function untilGoing(place: Place, role: string): Promise<void> {
  const { controls, clock, lease, signal } = place;
  for (const sinceMs = clock.nowMs(); ; await clock.sleep(LOOK_EVERY_MS, signal)) {
    throwIfCancelled(signal);
    const paused = await assertStillHeld(controls, lease, role);
    if (paused === undefined) return;
    if (clock.nowMs() - sinceMs >= HOLD_PAUSED_MS) throw new RunPausedError(lease.runId, scopeInWords(paused));
  }
}

function watchStanding(place: Place, role: string, mayPause: boolean): { signal: AbortSignal; end(): void } {
  const cut = new AbortController();
  let ended = false;
  let cancelTimer = (): void => {};
  const look = async (): Promise<void> => {
    try {
      if ((await assertStillHeld(place.controls, place.lease, role)) !== undefined && mayPause) cut.abort(PAUSED);
    } catch (error) {
      // A store that is away says nothing about the call; whether the lease is lost shows when it is renewed.
      if (error instanceof RunStoppedError || error instanceof LeaseLostError) cut.abort(error);
      else place.log.debug('Whether the run is paused or stopped could not be seen.', { runId: place.lease.runId, code: errorFacts(error).code });
    }
    if (!ended && !cut.signal.aborted) schedule();
  };
  const schedule = (): void => {
    cancelTimer = place.clock.after(LOOK_EVERY_MS, () => void look());
  };
  schedule();
  return {
    signal: cut.signal,
    end() {
      ended = true;
      cancelTimer();
    },
  };
}
