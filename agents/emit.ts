import type { Lease, RunEvent, RunEventType } from '../runs';
import type { AgentDeps } from './deps';

/** For what happens outside of the work on a run: before it is held, or when it was given back. */
export async function emit(deps: Pick<AgentDeps, 'events'>, runId: string, type: RunEventType, facts: RunEvent['facts'], taskId?: string): Promise<void> {
  await deps.events.append({ runId, type, facts, ...(taskId !== undefined && { taskId }) });
}

/** As the run's holder. @throws {LeaseLostError} */
export async function emitHeld(deps: Pick<AgentDeps, 'events'>, lease: Lease, type: RunEventType, facts: RunEvent['facts'], taskId?: string): Promise<void> {
  await deps.events.append({ runId: lease.runId, type, facts, ...(taskId !== undefined && { taskId }) }, lease);
}
