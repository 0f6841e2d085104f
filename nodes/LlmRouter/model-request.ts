import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { JsonObject } from '../../kernel';
import type { ModelRequest, OutputSchema } from '../../router';
import { itemParameter } from '../shared/item-parameter';
import { preferenceOf } from '../shared/own-weights';
import { routerOptions, type RouterOptions } from '../shared/router-options';
import { workflowFact } from '../shared/workflow-fact';
import { writtenPrivacy } from '../shared/written-choice';

interface CompleteOptions extends RouterOptions {
  systemMessage?: string;
}

/** The request the node's parameters describe for one item. */
export function modelRequest(context: IExecuteFunctions, itemIndex: number): ModelRequest {
  const prompt = String(itemParameter(context, 'prompt', itemIndex, '') ?? '').trim();
  if (!prompt) {
    throw new NodeOperationError(context.getNode(), 'The prompt is empty.', { itemIndex, description: 'Write a question into "Prompt", or give the item a field "prompt", "chatInput" or "goal".' });
  }
  const options = context.getNodeParameter('options', itemIndex, {}) as CompleteOptions;
  const { facts, temperature, maxOutputTokens } = routerOptions(options, { context, itemIndex, workflow: workflowFact(context) });
  return {
    messages: [...(options.systemMessage ? [{ role: 'system' as const, text: options.systemMessage }] : []), { role: 'user', text: prompt }],
    schema: outputSchema(context, itemIndex),
    temperature,
    maxOutputTokens,
    facts: {
      ...facts,
      privacy: writtenPrivacy(context, context.getNodeParameter('privacy', itemIndex), itemIndex),
      ...preferenceOf(context, itemIndex),
    },
  };
}

function outputSchema(context: IExecuteFunctions, itemIndex: number): OutputSchema | undefined {
  if (!context.getNodeParameter('asJson', itemIndex, false)) return undefined;
  const written = context.getNodeParameter('schema', itemIndex) as string | JsonObject;
  const schema = typeof written === 'string' ? parsedObject(written) : written;
  if (schema) return { name: 'answer', schema };
  throw new NodeOperationError(context.getNode(), 'The JSON schema is not a JSON object.', { itemIndex, description: 'Correct "JSON Schema"; it begins with { and ends with }.' });
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
