import type { JsonObject, JsonValue } from '../../../kernel';
import { startModelServer, type ModelServer, type ModelServerOptions } from './model-server';
import { asList, asObject, pieces, type Ask, type Protocol, type Refusal, type Reply } from './protocol';

export interface OpenAiServerOptions extends ModelServerOptions {
  /** Answers 400 to `response_format` of type json_schema, as many compatible servers do. */
  refusesJsonSchema?: boolean;
  /** Answers 422 to `stream_options`, as strict servers of an older API do. */
  refusesStreamOptions?: boolean;
  /** Answers 400 to `logprobs`. */
  refusesLogprobs?: boolean;
}

/** Speaks the OpenAI-compatible API: /v1/models and /v1/chat/completions (SSE or whole; tools, response_format). */
export function startOpenAiServer(options: OpenAiServerOptions): Promise<ModelServer> {
  return startModelServer(openAiProtocol(options), options);
}

function openAiProtocol(options: OpenAiServerOptions): Protocol {
  const names = options.models.map((model) => (typeof model === 'string' ? model : model.name));
  return {
    streamType: 'text/event-stream',
    isChat: (path) => path.endsWith('/chat/completions'),
    other: (path) => (path.endsWith('/models') ? { status: 200, body: { object: 'list', data: names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'sample' })) } } : undefined),
    readAsk: (body) => readAsk(body, names, options),
    frames: (reply, ask) => [...events(reply, ask).map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'],
    whole: (reply, ask) => ({
      id: 'chatcmpl-sample', object: 'chat.completion', created: 0, model: ask.model, usage: usage(reply),
      choices: [{ index: 0, finish_reason: finishReason(reply), message: { role: 'assistant', content: reply.text === '' ? null : reply.text, ...toolPart(reply) } }],
    }),
    errorBody: (refusal) => ({ error: { message: refusal.message, type: 'invalid_request_error', param: null, code: refusal.code ?? null } }),
    keyOf: (headers) => String(headers.authorization ?? '').replace(/^Bearer /, ''),
  };
}

function readAsk(body: JsonObject, names: string[], { refusesJsonSchema, refusesStreamOptions, refusesLogprobs }: OpenAiServerOptions): Ask | Refusal {
  const model = String(body.model ?? '');
  if (!names.includes(model)) return { status: 404, code: 'model_not_found', message: `The model '${model}' does not exist` };
  const format = asObject(body.response_format);
  if (refusesJsonSchema && format?.type === 'json_schema') return { status: 400, message: 'response_format json_schema is not supported' };
  if (refusesStreamOptions && body.stream_options !== undefined) return { status: 422, message: 'stream_options: extra fields are not permitted' };
  if (refusesLogprobs && body.logprobs === true) return { status: 400, message: 'logprobs are not supported' };
  const tools = asList(body.tools).map((tool) => asObject(tool.function)!).map((tool) => ({ name: String(tool.name), schema: asObject(tool.parameters) ?? {} }));
  const choice = asObject(body.tool_choice);
  const forcedTool = choice ? String(asObject(choice.function)?.name) : body.tool_choice === 'required' ? 'any' : undefined;
  return { model, stream: body.stream === true, schema: asObject(asObject(format?.json_schema)?.schema), tools, forcedTool, logprobs: body.logprobs === true };
}

function finishReason(reply: Reply): string {
  if (reply.finish === 'refused') return 'content_filter';
  if (reply.finish === 'length') return 'length';
  return reply.toolCalls.length > 0 ? 'tool_calls' : 'stop';
}

function usage(reply: Reply): JsonObject {
  return { prompt_tokens: reply.promptTokens, completion_tokens: reply.completionTokens, total_tokens: reply.promptTokens + reply.completionTokens };
}

function toolPart(reply: Reply): JsonObject {
  if (reply.toolCalls.length === 0) return {};
  return { tool_calls: reply.toolCalls.map((call, index) => ({ index, id: `call_${index}`, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.arguments) } })) };
}

function events(reply: Reply, { model, logprobs }: Ask): JsonObject[] {
  const head = { id: 'chatcmpl-sample', object: 'chat.completion.chunk', created: 0, model };
  const choice = (delta: JsonValue, finish: JsonValue = null): JsonObject => ({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });
  return [
    choice({ role: 'assistant', content: '' }),
    ...pieces(reply.thinking).map((part) => choice({ reasoning_content: part })),
    ...pieces(reply.text).map((content) => withLogprob(choice({ content }), content, logprobs ? reply.logprob : undefined)),
    ...reply.toolCalls.flatMap((call, index) => toolDeltas(call, index).map((delta) => choice({ tool_calls: [delta] }))),
    choice({}, finishReason(reply)),
    { ...head, choices: [], usage: usage(reply) },
  ];
}

function withLogprob(event: JsonObject, token: string, logprob: number | undefined): JsonObject {
  if (logprob === undefined) return event;
  return { ...event, choices: asList(event.choices).map((choice) => ({ ...choice, logprobs: { content: [{ token, logprob, bytes: null, top_logprobs: [] }], refusal: null } })) };
}

function toolDeltas(call: { name: string; arguments: JsonObject }, index: number): JsonObject[] {
  const opening = { index, id: `call_${index}`, type: 'function', function: { name: call.name, arguments: '' } };
  return [opening, ...pieces(JSON.stringify(call.arguments)).map((part) => ({ index, function: { arguments: part } }))];
}
