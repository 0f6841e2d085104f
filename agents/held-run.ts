import { throwIfCancelled } from '../kernel';
import { holdLease, openJournal, type Journal, type Lease } from '../runs';
import type { AgentCall } from './agents';
import { DEFAULT_LEASE_MS, type AgentDeps } from './deps';

/** A run this operation may write to. */
export interface HeldRun {
  lease: Lease;
  journal: Journal;
  /** Fires when the caller stops and when the lease is lost. */
  signal: AbortSignal;
}

/** Holds the run's lease while `work` lasts. Operations of one execution share its lease: they have the same owner. */
export async function holdRun<T>(deps: AgentDeps, runId: string, call: AgentCall, work: (held: HeldRun) => Promise<T>): Promise<T> {
  const { runs, clock, journalStore, leaseMs = DEFAULT_LEASE_MS } = deps;
  return await holdLease({ runs, clock, runId, owner: call.owner, leaseMs, signal: call.signal }, async (lease, signal) => {
    throwIfCancelled(signal);
    return await work({ lease, signal, journal: openJournal({ store: journalStore, lease }) });
  });
}
