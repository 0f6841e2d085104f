import type OpenAI from 'openai';
import type { JsonObject, JsonValue } from '../../kernel';
import type { ModelCall } from '../model-driver';
import type { ChatMessage, OutputSchema } from '../request';

/** How much of the API a request uses. */
export interface RequestForm {
  /** How a demanded schema is told to the server: as `response_format`, or in words. */
  schema: 'native' | 'prompt';
  /** Is the server asked to count tokens (`stream_options`)? */
  counts: boolean;
  /** May it be asked how probable its words are? Only some models can say. */
  sureness: boolean;
}

/** @param official the server is OpenAI's own, which knows fields that others refuse, and the other way round */
export function chatBody(call: ModelCall, form: RequestForm, official: boolean): OpenAI.ChatCompletionCreateParamsStreaming {
  const { schema, tools } = call;
  const messages = call.messages.map(toOpenAiMessage);
  return {
    model: call.model.name,
    messages: schema && form.schema === 'prompt' ? [schemaInWords(schema), ...messages] : messages,
    stream: true,
    ...(form.counts ? { stream_options: { include_usage: true } } : {}),
    ...sampling(call, official),
    ...(call.asksForSureness && form.sureness && !isReasoningModel(call, official) ? { logprobs: true } : {}),
    ...(schema && form.schema === 'native' ? { response_format: { type: 'json_schema' as const, json_schema: { name: schema.name.replace(/[^\w-]/g, '_').slice(0, 64), schema: schema.schema, strict: isStrict(schema.schema) } } } : {}),
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ type: 'function' as const, function: { name: tool.name, description: tool.description, parameters: tool.schema } })), tool_choice: toolChoice(call) } : {}),
  };
}

function sampling(call: ModelCall, official: boolean): Partial<OpenAI.ChatCompletionCreateParamsStreaming> {
  const limit = call.maxOutputTokens === undefined ? undefined : Math.min(call.maxOutputTokens, longestAnswer(call.model.name));
  return {
    ...(call.temperature === undefined || isReasoningModel(call, official) ? {} : { temperature: call.temperature }),
    ...(limit === undefined ? {} : official ? { max_completion_tokens: limit } : { max_tokens: limit }),
  };
}

/** They answer 400 to any temperature, and to the question how probable their words are. */
function isReasoningModel({ model }: ModelCall, official: boolean): boolean {
  return official && /^(o\d|gpt-[5-9])/.test(model.name);
}

// Models of 2023 answer 400 to a larger limit, though their window has room for it.
function longestAnswer(model: string): number {
  return /(^|\/)gpt-(3\.5|4-(turbo|1106|0125|vision))/.test(model) ? 4_096 : Infinity;
}

function toolChoice(call: ModelCall): OpenAI.ChatCompletionToolChoiceOption {
  return typeof call.toolChoice === 'object' ? { type: 'function', function: { name: call.toolChoice.name } } : call.toolChoice;
}

function schemaInWords(schema: OutputSchema): OpenAI.ChatCompletionMessageParam {
  return { role: 'system', content: `Answer with one JSON value and nothing else: no prose, no code fence. It must match this JSON Schema:\n${JSON.stringify(schema.schema)}` };
}

function toOpenAiMessage(message: ChatMessage): OpenAI.ChatCompletionMessageParam {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.toolCallId, content: message.text };
  if (message.role === 'assistant') {
    const calls = message.toolCalls?.map((call) => ({ id: call.id, type: 'function' as const, function: { name: call.name, arguments: JSON.stringify(call.arguments) } }));
    return { role: 'assistant', content: message.text, ...(calls?.length ? { tool_calls: calls } : {}) };
  }
  if (message.role === 'system' || !message.images?.length) return { role: message.role, content: message.text };
  const images = message.images.map((image) => ({ type: 'image_url' as const, image_url: { url: `data:${image.mediaType};base64,${image.base64}` } }));
  return { role: 'user', content: [{ type: 'text', text: message.text }, ...images] };
}

/** Strict mode is taken only where every object closes itself and demands all its properties. */
function isStrict(schema: JsonValue | undefined): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (typeof schema !== 'object' || schema === null) return true;
  const properties = schema.properties as JsonObject | undefined;
  const required = Array.isArray(schema.required) ? schema.required : [];
  if (schema.type === 'object' && (schema.additionalProperties !== false || Object.keys(properties ?? {}).some((name) => !required.includes(name)))) return false;
  return Object.values(schema).every(isStrict);
}
