import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { NewApproval } from '../../runs';
import { writtenName } from '../shared/written-name';
import { saidOf, writtenNumber } from '../shared/written-number';

const HOUR_MS = 60 * 60_000;

/** What the node asks about: the calls of an agent's tools, or what its field says for each item. */
export function askedApproval(context: IExecuteFunctions): NewApproval {
  const items = context.getInputData();
  const details = isGate(context) ? { toolCalls: items.map(({ json }) => toolCall(context, json)) } : { actions: items.map((_, itemIndex) => actionOf(context, itemIndex)) };
  const [first] = items.keys();
  return {
    // Never the same twice: each time the node asks is an occasion of its own.
    action: { kind: 'workflow', occasion: `${context.getWorkflow().id ?? ''}/${context.getExecutionId()}/${context.getNode().id}/${randomUUID()}`, details: details as unknown as NewApproval['action']['details'] },
    title: String(context.getNodeParameter('message', first ?? 0)),
    askedBy: writtenName(context, context.getNodeParameter('askedBy', first ?? 0), 'Asked For By') ?? `workflow ${context.getWorkflow().name ?? ''}`.trim(),
    lifetimeMs: Math.round(writtenNumber(context, context.getNodeParameter('waitHours', first ?? 0), 'Wait at Most (Hours)') * HOUR_MS),
  };
}

/** n8n makes the gate before an agent's tools out of this node, under another type. */
function isGate(context: IExecuteFunctions): boolean {
  return context.getNode().type.endsWith('HitlTool');
}

/** n8n writes `toolParameters` last, so they are the call itself; the name of the tool a model could write over, so the connected ones stand beside it. */
function toolCall(context: IExecuteFunctions, json: IDataObject): IDataObject {
  return { tool: json.tool ?? null, connectedTools: connectedTools(context), toolParameters: json.toolParameters ?? null, toolCallId: json.toolCallId ?? null };
}

function connectedTools(context: IExecuteFunctions): string[] {
  return context.getParentNodes(context.getNode().name, { connectionType: 'ai_tool', depth: 1 }).map(({ name }) => name).sort();
}

function actionOf(context: IExecuteFunctions, itemIndex: number): unknown {
  const value = context.getNodeParameter('action', itemIndex) as unknown;
  if (value === undefined || value === null || value === '') {
    throw new NodeOperationError(context.getNode(), `"What Is to Be Done" ${saidOf(value)}: a person would approve he knows not what.`, { itemIndex, description: 'Look what its expression finds; {{ JSON.stringify($json) }} shows the whole item.' });
  }
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (cause) {
    throw new NodeOperationError(context.getNode(), `"What Is to Be Done" is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { itemIndex, description: 'Write for instance {{ JSON.stringify($json) }}.' });
  }
}
