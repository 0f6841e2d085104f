import type { INodeType, INodeTypeDescription, ISupplyDataFunctions, SupplyData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { openTeam, teamBundle } from '../shared/open-team';
import { preferenceOf } from '../shared/own-weights';
import { routerOptions, type RouterOptions } from '../shared/router-options';
import { workflowFact } from '../shared/workflow-fact';
import { callOf, SpanAttributes } from '../shared/span-attributes';
import { toNodeError } from '../shared/to-node-error';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { fields } from './fields';
import { aiNodeSdk } from '../shared/ai-node-sdk';
import { connectedModels } from './connected-models';
import { routerChatModel, type RouterModelSettings } from './router-chat-model';
import { showDecisions, type SuppliedModel } from './show-decisions';
import { writtenPrivacy } from '../shared/written-choice';

export class HybridRouterModel implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Hybrid Router Model',
    name: 'hybridRouterModel',
    icon: { light: 'file:hybrid-router-model.svg', dark: 'file:hybrid-router-model.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ { balanced: "Balanced", best: "Best Answer", cheapest: "Cheapest", fastest: "Fastest", localFirst: "Local First", own: "Own Weights", privateOnly: "Local Only" }[$parameter["preset"]] }}',
    description: 'A chat model for any agent or chain: local models where they can, cloud models where they must',
    defaults: { name: 'Hybrid Router Model' },
    inputs: [{ type: NodeConnectionTypes.AiLanguageModel, displayName: 'Model', required: false, filter: { excludedNodes: ['n8n-nodes-aios.hybridRouterModel'] } }],
    outputs: [NodeConnectionTypes.AiLanguageModel],
    outputNames: ['Model'],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('03-ai-agent-with-router')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async supplyData(this: ISupplyDataFunctions, itemIndex: number): Promise<SupplyData> {
    const settings = settingsOf(this, itemIndex);
    const handle = await openTeam(this).catch((error: unknown) => {
      throw toNodeError(this.getNode(), error, itemIndex);
    });
    const { strictestPrivacy, toolArgumentsSchema } = teamBundle();
    // n8n books them for the node this model is connected to; what stands on the sub-node's own span, n8n alone decides.
    const span = new SpanAttributes(this);
    try {
      const model = routerChatModel({
        router: handle.team.router,
        settings,
        connected: await connectedModels(this, itemIndex),
        strictestPrivacy,
        toolArgumentsSchema,
        executionSignal: this.getExecutionCancelSignal(),
        heard: (reply) => span.add(callOf(reply)),
        asNodeError: (error) => toNodeError(this.getNode(), error, itemIndex),
      });
      const { response } = aiNodeSdk().supplyModel(this, model);
      return { response: showDecisions(response as SuppliedModel), closeFunction: async () => handle.release() };
    } catch (error) {
      handle.release();
      throw toNodeError(this.getNode(), error, itemIndex);
    }
  }
}

function settingsOf(context: ISupplyDataFunctions, itemIndex: number): RouterModelSettings {
  const { facts, ...sampling } = routerOptions(context.getNodeParameter('options', itemIndex, {}) as RouterOptions, { context, itemIndex, workflow: workflowFact(context) });
  return {
    ...sampling,
    facts: {
      ...facts,
      privacy: writtenPrivacy(context, context.getNodeParameter('privacy', itemIndex), itemIndex),
      ...preferenceOf(context, itemIndex),
    },
  };
}
