import { CancelledError } from './errors';

/** The only way the domains learn the time or wait for it, so that tests own both. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  nowMs(): number;
  /** @throws {CancelledError} when `signal` fires first */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `task` once after `ms`; the returned function cancels it. Never keeps the process alive. */
  after(ms: number, task: () => void): () => void;
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError(signal.reason);
}
