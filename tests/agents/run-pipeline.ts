import type { AgentCall, Agents, ReportOutcome } from '../../agents';
import type { TestTeam } from './open-agents';

/** What the template does on the canvas: plan, then board ⇄ (work → review), then report. Failing items are left to the board. */
export async function runPipeline(team: TestTeam, request: { goal?: string; runId?: string; askedBy?: string }, call: AgentCall, agents: Agents = team.agents): Promise<ReportOutcome> {
  const { plan } = await agents.plan(request, call);
  for (let wave = 1; wave <= 20; wave++) {
    const move = await team.board.next([plan.runId], call.owner);
    if (move.ready.length === 0) return await agents.report(plan.runId, call);
    await Promise.allSettled(
      move.ready.map(async (claim) => {
        await agents.work({ task: claim }, call);
        await agents.review(claim, call);
      }),
    );
  }
  throw new RangeError('The pipeline did not end in 20 waves.');
}
