import type { ICredentialsDecrypted, ICredentialTestFunctions, IExecuteFunctions, INodeCredentialTestResult, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeOperationError, jsonParse } from 'n8n-workflow';
import type { ModelReply, ModelRequest, Router } from '../../router';
import { forEachItem, type ItemAnswer, type ItemCall } from '../shared/for-each-item';
import { teamBundle, teamHost, withTeam } from '../shared/open-team';
import { progressOf } from '../shared/progress';
import { description } from './description';
import { modelRequest } from './model-request';

export class LlmRouter implements INodeType {
  description = description;

  methods = { credentialTest: { aiosTeamApiTest } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await withTeam(this, async ({ router }) => [
      await forEachItem(this, async (call) => {
        const request = modelRequest(this, call.itemIndex);
        const operation = this.getNodeParameter('operation', call.itemIndex) as 'complete' | 'explain';
        if (operation === 'explain') return { json: { ...(await router.explain(request, call.signal)) } };
        return completed(this, call, request, await complete(this, router, request, call));
      }),
    ]);
  }
}

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

/** Asks every service the credential names, and says of each what answered. */
async function aiosTeamApiTest(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
  const { ok, lines } = await teamBundle().testServices(credential.data, teamHost(this.logger));
  return { status: ok ? 'OK' : 'Error', message: lines.join(' · ') };
}
