import { type Clock, isAiosError } from '../kernel';
import { LeaseLostError } from './errors';
import type { Lease } from './run';
import type { RunStore } from './run-store';

export interface HoldLeaseOptions {
  runs: Pick<RunStore, 'acquire'>;
  clock: Clock;
  runId: string;
  owner: string;
  /** Renewed every third of it while the work lasts. */
  leaseMs: number;
  signal: AbortSignal;
}

/** A renewal that ends with one of these will never succeed; everything else may be a storage fault that passes. */
const LOST_CODES = ['RUN_BUSY', 'RUN_NOT_FOUND', 'RUN_FINISHED', 'RUN_STOPPED', 'LEASE_LOST'];

/**
 * Works on a run as its holder. When the lease is lost, the work's signal fires; what the work wrote until then was fenced.
 *
 * @throws {RunNotFoundError}
 * @throws {RunBusyError} when another owner holds the run at the start
 * @throws {RunFinishedError}
 * @throws {LeaseLostError} when the work failed after the lease was lost; the work's own error is the cause
 */
export async function holdLease<T>(options: HoldLeaseOptions, work: (lease: Lease, signal: AbortSignal) => Promise<T>): Promise<T> {
  const { runs, runId, owner, leaseMs, signal } = options;
  const lease = await runs.acquire(runId, owner, leaseMs);
  const lost = new AbortController();
  const stopRenewing = keepRenewing(options, lease, () => lost.abort(new LeaseLostError(runId)));
  try {
    return await work(lease, AbortSignal.any([signal, lost.signal]));
  } catch (error) {
    if (lost.signal.aborted && !signal.aborted) throw new LeaseLostError(runId, error);
    throw error;
  } finally {
    stopRenewing();
  }
}

function keepRenewing({ runs, clock, runId, owner, leaseMs }: HoldLeaseOptions, lease: Lease, onLost: () => void): () => void {
  let stopped = false;
  let validUntilMs = clock.nowMs() + leaseMs;
  let cancelTimer = (): void => {};

  const renew = async (): Promise<void> => {
    const askedAtMs = clock.nowMs();
    const outcome = await runs.acquire(runId, owner, leaseMs, lease.fence).then(
      () => 'renewed',
      (error: unknown) => (isAiosError(error) && LOST_CODES.includes(error.code) ? 'lost' : 'failed'),
    );
    if (stopped) return;
    if (outcome === 'renewed') validUntilMs = askedAtMs + leaseMs;
    if (outcome === 'lost' || clock.nowMs() >= validUntilMs) return onLost();
    schedule();
  };
  const schedule = (): void => {
    cancelTimer = clock.after(leaseMs / 3, () => void renew());
  };

  schedule();
  return () => {
    stopped = true;
    cancelTimer();
  };
}
