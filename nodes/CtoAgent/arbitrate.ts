import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Team } from '../../team';
import { agentCallAt, spokenFacts } from '../shared/agent-call';
import type { ItemAnswer } from '../shared/for-each-item';
import { teamBundle } from '../shared/open-team';
import { writtenPrivacy } from '../shared/written-choice';

/** The node's two items are the two sides; one ruling comes out. */
export async function arbitrate(context: IExecuteFunctions, team: Team): Promise<ItemAnswer & { fromItem: number[] }> {
  const items = context.getInputData();
  if (items.length !== 2) {
    throw new NodeOperationError(context.getNode(), `Two results are weighed, but ${items.length} ${items.length === 1 ? 'item has' : 'items have'} come in.`, {
      description: 'Bring both into one node with Merge (Append): two items of the Specialist Agent, or one and the item of the QA Agent.',
    });
  }
  const { conflictSide, strictestPrivacy } = teamBundle();
  const [{ runId, ...first }, { runId: otherRunId, ...second }] = [conflictSide(items[0]!.json, 1), conflictSide(items[1]!.json, 2)];
  const sameRun = runId !== undefined && runId === otherRunId;
  const { call, end } = await agentCallAt(context, 0);
  try {
    const { ruling, ...spoken } = await team.agents.arbitrate({
      ...(sameRun && { runId }),
      goal: String(context.getNodeParameter('arbitratedGoal', 0, '') ?? '').trim() || undefined,
      privacy: strictestPrivacy(...items.map((_, itemIndex) => writtenPrivacy(context, context.getNodeParameter('privacy', itemIndex), itemIndex))),
      sides: [first, second],
    }, call);
    const { files, ...decided } = ruling;
    return { json: { ...(sameRun && { runId }), ...decided, artifacts: files.map((file) => ({ ...file })), ...spokenFacts(spoken) }, fromItem: [0, 1] };
  } finally {
    end();
  }
}
