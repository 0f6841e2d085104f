import { CancelledError, throwIfCancelled, type Clock } from '../kernel';
import { DeadlineExceededError, ModelStalledError } from './errors';
import type { CatalogModel } from './model-driver';

/** How long a call may be silent. There is no limit on the whole, unless the caller set a deadline. */
export interface Limits {
  /** Cloud: until the first sign of life. */
  cloudFirstTokenMs: number;
  /** Local: loading the model and waiting in our own queue included. */
  localFirstTokenMs: number;
  /** Between two signs of life. */
  idleMs: number;
}

export const DEFAULT_LIMITS: Limits = { cloudFirstTokenMs: 60_000, localFirstTokenMs: 600_000, idleMs: 60_000 };

export interface LimitedCall {
  model: CatalogModel;
  limits: Limits;
  /** Milliseconds since 1970. */
  deadlineAtMs?: number;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Passes a stream on and ends it when it is silent for too long, past its deadline, or no longer wanted; the source's signal fires then.
 *
 * @throws {ModelStalledError}
 * @throws {DeadlineExceededError}
 * @throws {CancelledError}
 */
export async function* withLimits<T>(start: (signal: AbortSignal) => AsyncIterable<T>, call: LimitedCall): AsyncGenerator<T> {
  const { clock, limits, model, signal } = call;
  throwIfCancelled(signal);
  const cut = new AbortController();
  const stopFollowing = follow(signal, cut);
  const noDeadline = watchDeadline(call, cut);
  const iterator = start(cut.signal)[Symbol.asyncIterator]();
  const next = unlessCut(iterator, cut.signal, () => (signal.aborted ? new CancelledError(signal.reason) : cut.signal.reason));
  let isDone = false;
  let waitMs = model.local ? limits.localFirstTokenMs : limits.cloudFirstTokenMs;
  try {
    for (;;) {
      const stop = clock.after(waitMs, () => cut.abort(stalled(model, waitMs)));
      const step = await next().finally(stop);
      if (step.done) return void (isDone = true);
      yield step.value;
      waitMs = limits.idleMs;
    }
  } finally {
    noDeadline();
    stopFollowing();
    if (!isDone) cut.abort();
    // Not awaited: a source that hangs must not hold up its caller.
    if (!isDone) void iterator.return?.().catch(() => {});
  }
}

/** Cuts when the caller wants no answer any more. By hand: `AbortSignal.any` takes four times as long, and its signals stay in memory until the next collection. */
function follow(signal: AbortSignal, cut: AbortController): () => void {
  const onAbort = () => cut.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  return () => signal.removeEventListener('abort', onAbort);
}

function watchDeadline({ deadlineAtMs, clock }: LimitedCall, cut: AbortController): () => void {
  if (deadlineAtMs === undefined) return () => {};
  return clock.after(Math.max(0, deadlineAtMs - clock.nowMs()), () => cut.abort(deadlineExceeded()));
}

export function deadlineExceeded(): DeadlineExceededError {
  return new DeadlineExceededError('The answer did not come before the deadline.', { hint: 'Allow more time, or use a faster model.' });
}

function stalled(model: CatalogModel, waitedMs: number): ModelStalledError {
  return new ModelStalledError(`${model.id} said nothing for ${Math.round(waitedMs / 1_000)} s.`, { hint: model.local ? 'The machine may be too busy or the model too large for it: try a smaller model.' : 'The service may be overloaded: try again, or another model.' });
}

/** Gives one step after another; each fails at once when the signal fires, and one listener serves them all. */
function unlessCut<T>(iterator: AsyncIterator<T>, signal: AbortSignal, reason: () => unknown): () => Promise<IteratorResult<T>> {
  let giveUp = () => {};
  signal.addEventListener('abort', () => giveUp(), { once: true });
  return () =>
    new Promise((resolve, reject) => {
      giveUp = () => reject(reason());
      if (signal.aborted) giveUp();
      else iterator.next().then(resolve, reject);
    });
}
