import type { RunEvent, RunEventType } from '../runs';
import type { AgentDeps } from './deps';

export async function emit(deps: Pick<AgentDeps, 'events'>, runId: string, type: RunEventType, facts: RunEvent['facts'], taskId?: string): Promise<void> {
  await deps.events.append({ runId, type, facts, ...(taskId !== undefined && { taskId }) });
}
