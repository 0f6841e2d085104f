import { CancelledError, errorFacts, throwIfCancelled } from '../kernel';
import { HostShutdownError, assertStillHeld, holdLease, openJournal, type Journal, type Lease } from '../runs';
import type { AgentCall } from './agents';
import { controlledCall, untilGoing, type ControlledCall } from './controlled-call';
import { DEFAULT_LEASE_MS, type AgentDeps } from './deps';
import { emit } from './emit';

/** A run this operation may write to. */
export interface HeldRun {
  lease: Lease;
  journal: Journal;
  /** Fires when the caller stops and when the lease is lost. */
  signal: AbortSignal;
  /** Makes a call to a model or a tool, as long as no person has paused or stopped the work. */
  controlled<T>(call: ControlledCall<T>): Promise<T>;
  /** Waits while the role's work is paused. */
  untilGoing(role: string): Promise<void>;
  /** Before writing what no store refuses. */
  assertStillHeld(): Promise<void>;
}

/** Holds the run's lease while `work` lasts. Operations of one execution share its lease: they have the same owner. */
export async function holdRun<T>(deps: AgentDeps, runId: string, call: AgentCall, work: (held: HeldRun) => Promise<T>): Promise<T> {
  const { runs, clock, log, controls, journalStore, leaseMs = DEFAULT_LEASE_MS } = deps;
  return await holdLease({ runs, clock, runId, owner: call.owner, leaseMs, signal: call.signal }, async (lease, signal) => {
    try {
      throwIfCancelled(signal);
      const place = { controls, clock, log, lease, signal };
      return await work({ lease, signal, controlled: (made) => controlledCall(place, made), untilGoing: (role) => untilGoing(place, role), assertStillHeld: async () => void (await assertStillHeld(controls, lease)), journal: openJournal({ store: journalStore, lease }) });
    } catch (error) {
      if (call.signal.aborted) await stopRun(deps, lease, deps.isHostEnding() ? new HostShutdownError() : new CancelledError());
      else if (errorFacts(error).code === 'RUN_PAUSED') await stopRun(deps, lease, error);
      throw error;
    }
  });
}

/** Nobody works on the run any more, so it must not look as if; and what comes after in this execution must not take it again. */
async function stopRun(deps: AgentDeps, lease: Lease, why: unknown): Promise<void> {
  try {
    await deps.controls.stop(lease.runId, { error: errorFacts(why), lease });
    await emit(deps, lease.runId, 'run.finished', { status: 'stopped', code: errorFacts(why).code });
  } catch (error) {
    // Another item of the same execution was quicker, or the run is in other hands.
    deps.log.debug('The stopped run was not marked.', { runId: lease.runId, code: errorFacts(error).code });
  }
}
