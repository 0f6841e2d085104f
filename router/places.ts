import { CancelledError } from '../kernel';
import { RateLimitedError } from './errors';

export interface PlaceLimits {
  /** Calls at once to one local service: more would only make each slower. */
  perLocalHost: number;
  perCloudProvider: number;
  /** Calls that may wait for a place at one service. */
  waiting: number;
}

export const DEFAULT_PLACES: PlaceLimits = { perLocalHost: 2, perCloudProvider: 16, waiting: 500 };

interface Waiter {
  go(): void;
}

/** Lets only so many calls through to one service at once; the others wait in the order they came. */
export class Places {
  private readonly taken = new Map<string, number>();
  private readonly queues = new Map<string, Waiter[]>();

  constructor(private readonly limits: PlaceLimits) {}

  /**
   * @param most calls at once
   * @returns gives the place back; to be called exactly once
   * @throws {RateLimitedError} when too many wait already
   * @throws {CancelledError}
   */
  async take(service: { provider: string; local: boolean }, signal: AbortSignal, most = service.local ? this.limits.perLocalHost : this.limits.perCloudProvider): Promise<() => void> {
    if (signal.aborted) throw new CancelledError(signal.reason);
    const { provider } = service;
    const taken = this.taken.get(provider) ?? 0;
    if (taken < most) this.taken.set(provider, taken + 1);
    else await this.wait(provider, signal);
    return () => this.giveBack(provider);
  }

  private wait(provider: string, signal: AbortSignal): Promise<void> {
    const queue = this.queues.get(provider) ?? [];
    this.queues.set(provider, queue);
    if (queue.length >= this.limits.waiting) throw new RateLimitedError(`${queue.length} calls already wait for ${provider}.`, { hint: 'Let fewer items run at once, or add a second service.' });
    return new Promise((resolve, reject) => {
      const waiter = { go: () => { signal.removeEventListener('abort', onAbort); resolve(); } };
      const onAbort = () => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(new CancelledError(signal.reason));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      queue.push(waiter);
    });
  }

  private giveBack(provider: string): void {
    const next = this.queues.get(provider)?.shift();
    // The place goes from hand to hand: whoever comes meanwhile cannot jump the queue.
    if (next) next.go();
    else this.taken.set(provider, (this.taken.get(provider) ?? 1) - 1);
  }
}
