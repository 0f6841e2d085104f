import type { Clock } from '../../kernel';
import { ModelBusyError, RateLimitedError } from '../errors';
import { capInWords } from './cap-words';
import type { Cap } from './cap-rules';
import { LOOK_AGAIN_MS, type CappedCall, type CapStore } from './cap-store';

export interface Patience {
  elsewhere: boolean;
  /** Milliseconds since 1970. */
  untilMs: number;
  signal: AbortSignal;
}

/** Calls of this process that may wait for the same caps. */
const MOST_WAITING = 500;
const SHORTEST_PAUSE_MS = 10;

interface Waiter {
  wake(): void;
}

/** Calls of one process that wait for the same caps. The first in line asks the store for all: nobody is overtaken from behind, and the store is asked by one. */
export class CapLine {
  private readonly waiting: Waiter[] = [];

  constructor(private readonly store: CapStore, private readonly clock: Clock) {}

  /** @throws {RateLimitedError | ModelBusyError | CancelledError} */
  async begin(asked: Omit<CappedCall, 'sinceMs' | 'waits'>, patience: Patience): Promise<void> {
    const call = { ...asked, sinceMs: this.clock.nowMs(), waits: !patience.elsewhere };
    if (this.waiting.length === 0) {
      const answer = await this.store.begin(call);
      if (answer.begun) return;
      if (patience.elsewhere) throw limitedError(answer.full, Math.max(answer.retryInMs, LOOK_AGAIN_MS));
    } else if (patience.elsewhere) {
      throw limitedError(call.caps[0]!, LOOK_AGAIN_MS);
    }
    await this.wait(call, patience);
  }

  /** A slot may have come free. */
  wake(): void {
    this.waiting[0]?.wake();
  }

  private async wait(call: CappedCall, patience: Patience): Promise<void> {
    if (this.waiting.length >= MOST_WAITING) throw limitedError(call.caps[0]!, patience.untilMs - this.clock.nowMs());
    const waiter: Waiter = { wake: () => {} };
    let [full, pauseMs] = [call.caps[0]!, 0];
    this.waiting.push(waiter);
    try {
      for (;;) {
        const leftMs = patience.untilMs - this.clock.nowMs();
        if (leftMs <= 0) throw busyError(full, call.tokens, this.clock.nowMs() - call.sinceMs);
        // Whoever is behind sleeps until the one before him leaves.
        await this.pause(waiter, Math.min(leftMs, this.waiting[0] === waiter ? pauseMs : leftMs), patience.signal);
        if (this.waiting[0] !== waiter) continue;
        const answer = await this.store.begin(call);
        if (answer.begun) return;
        full = answer.full;
        pauseMs = Math.max(SHORTEST_PAUSE_MS, answer.retryInMs || LOOK_AGAIN_MS);
      }
    } finally {
      this.waiting.splice(this.waiting.indexOf(waiter), 1);
      this.wake();
    }
  }

  private async pause(waiter: Waiter, ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    waiter.wake = () => woken.abort();
    try {
      await this.clock.sleep(ms, AbortSignal.any([signal, woken.signal]));
    } catch (error) {
      if (!woken.signal.aborted || signal.aborted) throw error;
    }
  }
}

function limitedError(cap: Cap, retryInMs: number): RateLimitedError {
  return new RateLimitedError(`${capInWords(cap)} are in use.`, { hint: HINT }, retryInMs);
}

function busyError(cap: Cap, tokens: number, waitedMs: number): ModelBusyError {
  const alone = tokens > (cap.tokensPerMinute ?? Infinity) ? `, and the call alone takes about ${tokens} tokens` : '';
  return new ModelBusyError(`${capInWords(cap)} are in use${alone}; the call has waited ${Math.round(waitedMs / 1_000)} s for its turn.`, { hint: HINT });
}

const HINT = 'Raise "limits" in the models file, let fewer items run at once, or add another model.';
