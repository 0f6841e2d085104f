import { CancelledError, type Clock } from '../../kernel';

/** A clock the test owns: nothing is due until the test says that time has passed. */
export interface FakeClock extends Clock {
  /** Moves time forward and fires, in order, every timer and sleep that is due. What they await goes on when the test awaits. */
  advance(ms: number): void;
  /** Like `advance`, but lets each timer's promises settle before the next one fires, so that a loop of sleeps runs on. */
  advanceAndSettle(ms: number): Promise<void>;
  /** Timers and sleeps that wait. */
  pending(): number;
}

interface Timer {
  dueAtMs: number;
  fire(): void;
}

const START_MS = Date.UTC(2026, 0, 1);

export function fakeClock(startMs = START_MS): FakeClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();

  const schedule = (ms: number, fire: () => void): (() => void) => {
    const timer = { dueAtMs: nowMs + Math.max(0, ms), fire };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  // Sets keep insertion order and sort is stable, so timers of the same moment fire in the order they were set.
  const fireNext = (untilMs: number): boolean => {
    const next = [...timers].filter((timer) => timer.dueAtMs <= untilMs).sort((a, b) => a.dueAtMs - b.dueAtMs)[0];
    if (!next) return false;
    timers.delete(next);
    nowMs = Math.max(nowMs, next.dueAtMs);
    next.fire();
    return true;
  };

  return {
    nowMs: () => nowMs,
    after: schedule,
    sleep: (ms, signal) => sleepOn(schedule, ms, signal),
    pending: () => timers.size,
    advance(ms) {
      const untilMs = nowMs + ms;
      while (fireNext(untilMs));
      nowMs = untilMs;
    },
    async advanceAndSettle(ms) {
      const untilMs = nowMs + ms;
      await settle();
      while (fireNext(untilMs)) await settle();
      nowMs = untilMs;
    },
  };
}

function sleepOn(schedule: Clock['after'], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new CancelledError(signal.reason));
    const cancel = schedule(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => {
      cancel();
      reject(new CancelledError(signal?.reason));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** All promises that can go on have gone on, those that wait for a file too: on a busy machine a file is read for as long as minutes of this clock take. */
async function settle(): Promise<void> {
  do await nextTurn();
  while (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq')));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
