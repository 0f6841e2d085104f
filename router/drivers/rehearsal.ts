import { makeId, throwIfCancelled, type JsonObject, type JsonValue } from '../../kernel';
import { estimatePromptTokens } from '../estimate-tokens';
import type { CatalogModel, DriverChunk, ModelCall, ModelDriver } from '../model-driver';
import type { ChatMessage } from '../request';
import { valueForSchema } from '../value-for-schema';

/** What a script makes of a conversation: the whole answer as JSON. */
export type RehearsalScript = (messages: readonly ChatMessage[]) => JsonValue;

/** The one model of the rehearsal. */
export const REHEARSAL_MODEL: CatalogModel = {
  id: 'rehearsal/rehearsal',
  provider: 'rehearsal',
  name: 'rehearsal',
  local: true,
  isScripted: true,
  abilities: { tools: true, json: true, vision: true },
  contextTokens: 1_000_000,
  price: { promptUsdPerMTok: 0, completionUsdPerMTok: 0 },
  strength: 0.5,
};

/**
 * A stand-in for a model, for trying the pack and for tests of workflows: it answers from scripts, not from thought, and says so.
 *
 * @param scripts by the name of the schema they answer; a schema without a script is filled from the schema alone
 */
export function rehearsalDriver({ scripts = {} }: { scripts?: Record<string, RehearsalScript> } = {}): ModelDriver {
  return {
    provider: 'rehearsal',
    local: true,
    listModels: async () => [REHEARSAL_MODEL],
    async *stream(call, signal) {
      throwIfCancelled(signal);
      yield* rehearse(call, scripts);
    },
  };
}

function* rehearse(call: ModelCall, scripts: Record<string, RehearsalScript>): Generator<DriverChunk> {
  const promptTokens = estimatePromptTokens(call);
  const tool = demandedTool(call);
  if (tool) {
    yield { type: 'tool-call', call: { id: makeId(), name: tool.name, arguments: valueForSchema(tool.schema, labelled) as JsonObject } };
    yield { type: 'finish', reason: 'tool-calls', usage: { promptTokens, completionTokens: 1 } };
    return;
  }
  const text = answerText(call, scripts);
  for (const piece of text.match(/[\s\S]{1,80}/g) ?? []) yield { type: 'text', text: piece };
  yield { type: 'finish', reason: 'stop', usage: { promptTokens, completionTokens: Math.ceil(text.length / 4) } };
}

function demandedTool(call: ModelCall): ModelCall['tools'][number] | undefined {
  const { toolChoice, tools } = call;
  if (toolChoice === 'auto') return undefined;
  return toolChoice === 'required' ? tools[0] : tools.find((tool) => tool.name === toolChoice.name);
}

function answerText(call: ModelCall, scripts: Record<string, RehearsalScript>): string {
  const { schema, messages } = call;
  if (schema) {
    const script = Object.hasOwn(scripts, schema.name) ? scripts[schema.name] : undefined;
    return JSON.stringify(script ? script(messages) : valueForSchema(schema.schema, labelled));
  }
  const question = messages.findLast((message) => message.role === 'user')?.text.trim() ?? '';
  return `[rehearsal] No model was asked. You said: ${question.slice(0, 200)}${question.length > 200 ? '…' : ''}`;
}

function labelled(propertyName: string): string {
  return `[rehearsal] ${propertyName}`;
}
