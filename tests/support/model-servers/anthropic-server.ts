import type { JsonObject, JsonValue } from '../../../kernel';
import { startModelServer, type ModelServer, type ModelServerOptions } from './model-server';
import { asList, asObject, pieces, type Ask, type Protocol, type Refusal, type Reply } from './protocol';

export interface AnthropicServerOptions extends ModelServerOptions {
  /** Answers 400 to `output_config`, as old Claude models do. */
  refusesOutputConfig?: boolean;
}

/** Speaks Anthropic's API: /v1/models and /v1/messages (SSE or whole; tools, forced tools, `output_config`). */
export function startAnthropicServer(options: AnthropicServerOptions): Promise<ModelServer> {
  return startModelServer(anthropicProtocol(options), options);
}

function anthropicProtocol(options: AnthropicServerOptions): Protocol {
  const names = options.models.map((model) => (typeof model === 'string' ? model : model.name));
  return {
    streamType: 'text/event-stream',
    isChat: (path) => path === '/v1/messages',
    other: (path) => (path === '/v1/models' ? { status: 200, body: modelList(names) } : undefined),
    readAsk: (body) => readAsk(body, names, options.refusesOutputConfig === true),
    frames: (reply, ask) => events(reply, ask.model).map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`),
    whole: (reply, ask) => ({ ...message(reply, ask.model), content: blocks(reply), stop_reason: stopReason(reply), usage: usage(reply) }),
    errorBody: (refusal) => ({ type: 'error', error: { type: refusal.code ?? errorType(refusal.status), message: refusal.message } }),
    // Newer SDKs send the key as a bearer token.
    keyOf: (headers) => String(headers['x-api-key'] ?? headers.authorization ?? '').replace(/^Bearer /, ''),
  };
}

function modelList(names: string[]): JsonValue {
  const data = names.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }));
  return { data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null };
}

function readAsk(body: JsonObject, names: string[], refusesOutputConfig: boolean): Ask | Refusal {
  const model = String(body.model ?? '');
  if (!names.includes(model)) return { status: 404, message: `model: ${model}` };
  if (typeof body.max_tokens !== 'number') return { status: 400, message: 'max_tokens: Field required' };
  if (refusesOutputConfig && body.output_config) return { status: 400, message: 'output_config: Extra inputs are not permitted' };
  const tools = asList(body.tools).map((tool) => ({ name: String(tool.name), schema: asObject(tool.input_schema) ?? {} }));
  const choice = asObject(body.tool_choice);
  const forcedTool = choice?.type === 'tool' ? String(choice.name) : choice?.type === 'any' ? 'any' : undefined;
  return { model, stream: body.stream === true, schema: asObject(asObject(asObject(body.output_config)?.format)?.schema), tools, forcedTool };
}

function errorType(status: number): string {
  const types: Record<number, string> = { 400: 'invalid_request_error', 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large', 429: 'rate_limit_error', 529: 'overloaded_error' };
  return types[status] ?? 'api_error';
}

function message(reply: Reply, model: string): JsonObject {
  return { id: 'msg_sample', type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: reply.promptTokens, output_tokens: 1 } };
}

function blocks(reply: Reply): JsonObject[] {
  const thinking = reply.thinking === '' ? [] : [{ type: 'thinking', thinking: reply.thinking, signature: 'sample' }];
  const text = reply.text === '' ? [] : [{ type: 'text', text: reply.text }];
  return [...thinking, ...text, ...reply.toolCalls.map((call, index) => ({ type: 'tool_use', id: `toolu_${index}`, name: call.name, input: call.arguments }))];
}

function usage(reply: Reply): JsonObject {
  return { input_tokens: reply.promptTokens, output_tokens: reply.completionTokens };
}

function stopReason(reply: Reply): string {
  if (reply.finish === 'refused') return 'refusal';
  if (reply.finish === 'length') return 'max_tokens';
  return reply.toolCalls.length > 0 ? 'tool_use' : 'end_turn';
}

function events(reply: Reply, model: string): JsonObject[] {
  return [
    { type: 'message_start', message: message(reply, model) },
    ...blocks(reply).flatMap(blockEvents),
    { type: 'message_delta', delta: { stop_reason: stopReason(reply), stop_sequence: null }, usage: usage(reply) },
    { type: 'message_stop' },
  ];
}

function blockEvents(block: JsonObject, index: number): JsonObject[] {
  const delta = (fields: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta: fields });
  const starts: Record<string, JsonObject> = { text: { type: 'text', text: '' }, thinking: { type: 'thinking', thinking: '', signature: '' }, tool_use: { ...block, input: {} } };
  const deltas: Record<string, () => JsonObject[]> = {
    text: () => pieces(String(block.text)).map((text) => delta({ type: 'text_delta', text })),
    thinking: () => pieces(String(block.thinking)).map((thinking) => delta({ type: 'thinking_delta', thinking })),
    tool_use: () => pieces(JSON.stringify(block.input)).map((partial_json) => delta({ type: 'input_json_delta', partial_json })),
  };
  const type = String(block.type);
  return [{ type: 'content_block_start', index, content_block: starts[type]! }, ...deltas[type]!(), { type: 'content_block_stop', index }];
}
