import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { AgentCall, AgentModel, AgentTool, Spoken } from '../../agents';
import type { Decision, Preset } from '../../router';
import type { ItemAnswer, ItemCall } from './for-each-item';
import { forEachItem } from './for-each-item';
import { teamBundle } from './open-team';
import { progressOf, type Progress } from './progress';
import { workflowFact } from './workflow-fact';
import { SpanAttributes, type TracedCalls } from './span-attributes';
import { memoryTokensField, modelRunsHereField, presetField, toolsMayRepeatField, toolsNeedPersonField, toolsStayHereField } from './fields';
import { writtenChoice } from './written-choice';
import { writtenNumber } from './written-number';
import { writtenTruth } from './written-truth';

/** Marks a chat model that is our own router, so that agents hand it their facts. */
export const ROUTER_MARK = Symbol.for('n8n-nodes-aios.router');

const BOARD_TYPE = 'n8n-nodes-aios.taskBoard';

export interface AgentItem {
  itemIndex: number;
  call: AgentCall;
  progress: Progress;
}

/** Like `forEachItem`, with the call every agent operation needs: the wired model and tools, the stop signal, a place to say what goes on. */
export async function forEachAgentItem(context: IExecuteFunctions, options: { tools: boolean }, work: (item: AgentItem) => Promise<ItemAnswer>) {
  const span = new SpanAttributes(context);
  return await forEachItem(context, async (itemCall) => {
    const progress = progressOf(context, itemCall.itemIndex);
    try {
      const answer = await work({ itemIndex: itemCall.itemIndex, call: await agentCall(context, itemCall, progress, options.tools), progress });
      span.add(callsOf(answer));
      return answer;
    } finally {
      progress.end();
    }
  });
}

/** The call of an operation on all items together, with the fields of one of them. The caller ends it. */
export async function agentCallAt(context: IExecuteFunctions, itemIndex: number): Promise<{ call: AgentCall; end(): void }> {
  const progress = progressOf(context, itemIndex);
  const signal = context.getExecutionCancelSignal() ?? new AbortController().signal;
  return { call: await agentCall(context, { itemIndex, signal }, progress, false), end: () => progress.end() };
}

/** As the item of an agent says it. */
function callsOf({ json }: ItemAnswer): TracedCalls {
  const { model, usage, decision } = json as unknown as Spoken & { decision?: Decision };
  return { calls: usage.localCalls + usage.cloudCalls, model, provider: model.split('/')[0]!, local: usage.cloudCalls === 0, privacy: decision?.privacy, callId: decision?.callId, promptTokens: usage.promptTokens, completionTokens: usage.completionTokens, costUsd: usage.costUsd };
}

async function agentCall(context: IExecuteFunctions, { itemIndex, signal }: ItemCall, progress: Progress, withTools: boolean): Promise<AgentCall> {
  return {
    model: await wiredModel(context, itemIndex),
    tools: withTools ? await wiredTools(context, itemIndex) : [],
    preset: writtenChoice(context, context.getNodeParameter('preset', itemIndex), presetField, itemIndex) as Preset,
    memoryTokens: writtenNumber(context, context.getNodeParameter('memoryTokens', itemIndex, 400), memoryTokensField.displayName, itemIndex),
    workflow: workflowFact(context),
    owner: context.getExecutionId(),
    workflowId: hasBoardAfter(context) ? context.getWorkflow().id : undefined,
    signal,
    say: progress.say,
  };
}

/** Only a workflow with a board brings a plan to its end, so only such a one is started again by itself. */
function hasBoardAfter(context: IExecuteFunctions): boolean {
  return context.getChildNodes(context.getNode().name).some(({ type }) => type === BOARD_TYPE);
}

async function wiredModel(context: IExecuteFunctions, itemIndex: number): Promise<AgentModel | undefined> {
  const chatModel = await context.getInputConnectionData(NodeConnectionTypes.AiLanguageModel, itemIndex);
  if (!chatModel) return undefined;
  const local = writtenTruth(context, modelRunsHereField, itemIndex);
  return teamBundle().connectedModel(chatModel as Wired<'connectedModel'>, { local, isOurRouter: ROUTER_MARK in (chatModel as object) });
}

async function wiredTools(context: IExecuteFunctions, itemIndex: number): Promise<AgentTool[]> {
  const tools = await context.getInputConnectionData(NodeConnectionTypes.AiTool, itemIndex);
  const local = writtenTruth(context, toolsStayHereField, itemIndex);
  const needsPerson = writtenTruth(context, toolsNeedPersonField, itemIndex);
  const repeatable = writtenTruth(context, toolsMayRepeatField, itemIndex);
  return teamBundle().connectedTools((tools ?? []) as Wired<'connectedTools'>, { local, needsPerson, repeatable });
}

type Wired<Name extends 'connectedModel' | 'connectedTools'> = Parameters<ReturnType<typeof teamBundle>[Name]>[0];

/** Who spoke and what it cost, as every item of an agent says it. */
export function spokenFacts({ role, model, usage }: Spoken) {
  return { role, model, tokens: usage.promptTokens + usage.completionTokens, costUsd: usage.costUsd, usage: { ...usage } };
}
