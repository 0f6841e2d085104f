import type { ISupplyDataFunctions } from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type { ModelDriver } from '../../router';
import { ROUTER_MARK } from '../shared/agent-call';
import { teamBundle } from '../shared/open-team';
import { writtenTruth } from '../shared/written-truth';
import { connectedRunHereField } from './fields';

/** The chat models connected to the node, as candidates of the router. */
export async function connectedModels(context: ISupplyDataFunctions, itemIndex: number): Promise<ModelDriver[]> {
  const chatModels = ((await context.getInputConnectionData(NodeConnectionTypes.AiLanguageModel, itemIndex)) ?? []) as object[];
  if (chatModels.length === 0) return [];
  const local = writtenTruth(context, connectedRunHereField, itemIndex);
  const names = connectedNames(context);
  if (chatModels.some((model) => ROUTER_MARK in model)) {
    throw new NodeOperationError(context.getNode(), 'A Hybrid Router Model is connected to a Hybrid Router Model.', { itemIndex, description: 'Connect the models themselves: this router asks all models of the team anyway.' });
  }
  const connected = chatModels.map((chatModel, index) => ({ chatModel, nodeName: names[index] ?? `Model ${index + 1}` }));
  return teamBundle().connectedCandidates(connected, { local, workflowId: context.getWorkflow().id ?? '' });
}

/** In the order n8n hands the models over; it leaves out disabled nodes. */
function connectedNames(context: ISupplyDataFunctions): string[] {
  const parents = context.getParentNodes(context.getNode().name, { connectionType: NodeConnectionTypes.AiLanguageModel, depth: 1 });
  return parents.filter(({ disabled }) => !disabled).map(({ name }) => name);
}
