import { CancelledError, errorFacts, throwIfCancelled } from '../kernel';
import { holdLease, openJournal, type Journal, type Lease } from '../runs';
import type { AgentCall } from './agents';
import { DEFAULT_LEASE_MS, type AgentDeps } from './deps';
import { emit } from './emit';

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
    try {
      throwIfCancelled(signal);
      return await work({ lease, signal, journal: openJournal({ store: journalStore, lease }) });
    } catch (error) {
      if (call.signal.aborted) await stopRun(deps, lease);
      throw error;
    }
  });
}

/** The execution was stopped, so nobody works on the run any more: it must not look as if. It can be started again. */
async function stopRun(deps: AgentDeps, lease: Lease): Promise<void> {
  try {
    await deps.runs.finish(lease, { status: 'stopped', error: errorFacts(new CancelledError()) });
    await emit(deps, lease.runId, 'run.finished', { status: 'stopped' });
  } catch (error) {
    // Another item of the same execution was quicker, or the run is in other hands.
    deps.log.debug('The stopped run was not marked.', { runId: lease.runId, code: errorFacts(error).code });
  }
}
