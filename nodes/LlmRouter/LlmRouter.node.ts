import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { jsonParse, NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type { Decision, ModelReply, ModelRequest, Router } from '../../router';
import { forAllItems, forEachItem, type ItemAnswer, type ItemCall } from '../shared/for-each-item';
import { withTeam } from '../shared/open-team';
import { progressOf } from '../shared/progress';
import { callOf, SpanAttributes } from '../shared/span-attributes';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { calibrated, isCalibration } from './calibrate';
import { fields } from './fields';
import { modelRequest } from './model-request';

export class LlmRouter implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'LLM Router',
    name: 'llmRouter',
    icon: { light: 'file:llm-router.svg', dark: 'file:llm-router.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"].substring(0, 1).toUpperCase() + $parameter["operation"].substring(1) }}',
    description: 'Answers a prompt with the best model you have: a local one where it can, a cloud model where it must, the next one when the first does not answer',
    defaults: { name: 'LLM Router' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential (Optional)', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('02-ask-the-router', '$parameter["operation"] === "complete"'), templateHint('09-router-tour', '$parameter["operation"] === "explain"'), templateHint('06-learn-from-verdicts', '$parameter["operation"] === "calibrate"')],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    if (isCalibration(this)) return await forAllItems(this, 1, async () => [[{ ...(await calibrated(this)), fromItem: 0 }]]);
    const span = new SpanAttributes(this);
    return await withTeam(this, async ({ router }) => [
      await forEachItem(this, async (call) => {
        const request = modelRequest(this, call.itemIndex);
        const operation = this.getNodeParameter('operation', call.itemIndex) as 'complete' | 'explain';
        if (operation === 'explain') return explained(await router.explain(request, call.signal));
        const reply = await complete(this, router, request, call);
        span.add(callOf(reply));
        return completed(this, call, request, reply);
      }),
    ]);
  }
}

const explained = (decision: Decision): ItemAnswer => ({ json: { ...decision } });

async function complete(context: IExecuteFunctions, router: Router, request: ModelRequest, { itemIndex, signal }: ItemCall): Promise<ModelReply> {
  if (!context.isStreaming?.()) return await router.complete(request, signal);
  const progress = progressOf(context, itemIndex);
  try {
    for await (const chunk of router.stream(request, signal)) {
      if (chunk.type === 'text') progress.text(chunk.text);
      if (chunk.type === 'finish') return chunk.reply;
    }
  } finally {
    progress.end();
  }
  throw new NodeOperationError(context.getNode(), 'The answer ended before it was complete.', { itemIndex, description: 'Run the node again.' });
}

function completed(context: IExecuteFunctions, { itemIndex }: ItemCall, request: ModelRequest, reply: ModelReply): ItemAnswer {
  const { text, finishReason, usage, decision } = reply;
  return {
    json: {
      text,
      ...(request.schema && { data: parsed(context, itemIndex, reply) }),
      role: request.facts.role ?? 'llm-router',
      model: decision.model,
      provider: decision.provider,
      local: decision.local,
      why: decision.why,
      tokens: usage.promptTokens + usage.completionTokens,
      costUsd: decision.costUsd,
      finishReason,
      usage: { ...usage },
      decision: { ...decision },
    },
  };
}

function parsed(context: IExecuteFunctions, itemIndex: number, { text, decision, finishReason }: ModelReply) {
  try {
    return jsonParse<Record<string, never>>(text);
  } catch {
    throw new NodeOperationError(context.getNode(), `The model ${decision.model} answered with text that is not JSON.`, {
      itemIndex,
      description: finishReason === 'length' ? 'The answer was cut off: raise "Maximum Answer Length (Tokens)".' : 'Run the node again, or choose "Best Answer" as the model preference.',
      type: 'ANSWER_NOT_JSON',
    });
  }
}
