import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { Memory } from '../../memory';
import type { Team } from '../../team';
import { teamBundle } from '../shared/open-team';
import { isTool } from './as-tool';
import { writtenTruth } from '../shared/written-truth';
import { embeddingRunsHereField } from './fields';

/** The team's memory, embedding by the connected sub-node where there is one. */
export async function connectedMemory(context: IExecuteFunctions, team: Team, itemIndex: number): Promise<Memory> {
  const wired = isTool(context) ? undefined : await context.getInputConnectionData(NodeConnectionTypes.AiEmbedding, itemIndex);
  if (!wired) return team.memory;
  const local = writtenTruth(context, embeddingRunsHereField, itemIndex);
  return team.memory.embeddedBy(teamBundle().connectedEmbedder(wired as Parameters<ReturnType<typeof teamBundle>['connectedEmbedder']>[0], { name: subNodeName(context), local }));
}

/** For a sub-node that does not say which model it embeds with. */
function subNodeName(context: IExecuteFunctions): string {
  const [first] = context.getParentNodes(context.getNode().name, { connectionType: NodeConnectionTypes.AiEmbedding, depth: 1 });
  return first ? `${first.type}/${first.name}` : 'connected';
}
