import type { AgentDeps } from './deps';

/** Whoever gave the goal over HTTP may have said who he is; it can only keep him from approving what the run asks. */
export async function submitterOf({ events }: Pick<AgentDeps, 'events'>, runId: string): Promise<string | undefined> {
  const [first] = await events.after(runId, 0, 1);
  const name = first?.facts.submittedBy;
  return typeof name === 'string' ? name : undefined;
}
