import { CancelledError, errorFacts, throwIfCancelled } from '../../kernel';
import { NoModelError, type ChatMessage, type ModelRequest, type OutputSchema } from '../../router';
import { chatModelError } from './chat-errors';
import { plainMessages } from './chat-messages';
import type { ChainMessage, ModelIdentity } from './chat-reply';

/** Any LangChain chat model, as far as we touch it: by its methods, never by its class. */
export interface ChainModel {
  invoke(messages: object[], options: Record<string, unknown>): Promise<unknown>;
  stream?(messages: object[], options: Record<string, unknown>): Promise<AsyncIterable<unknown>>;
  bindTools?(tools: object[], options?: Record<string, unknown>): ChainModel;
}

/** One question to a wired model. */
export interface ChainQuestion {
  model: ChainModel;
  identity: ModelIdentity;
  request: Pick<ModelRequest, 'messages' | 'tools' | 'schema' | 'toolChoice'>;
  /** For our own router; other models ignore it. */
  aios?: object;
  signal: AbortSignal;
}

/** Asks in the way every vendor understands. A 400 for the schema (older models, simple servers) is answered by asking in an older way, twice at most. */
export async function askChainModel(question: ChainQuestion): Promise<ChainMessage> {
  const { schema } = question.request;
  if (!schema) return await plainCall(question);
  try {
    return await plainCall(question);
  } catch (error) {
    if (!isRefusedRequest(error, question)) throw error;
  }
  try {
    const answer = await forcedToolCall(question, schema);
    if (answer) return answer;
  } catch (error) {
    if (!isRefusedRequest(error, question)) throw error;
  }
  return await promptedCall(question, schema);
}

export async function plainCall(question: ChainQuestion): Promise<ChainMessage> {
  const { model, options } = plainQuestion(question);
  return await invoke(model, question.request.messages, options);
}

/** The model with its tools, and the options that carry everything else; `invoke` and `stream` take the same. */
export function plainQuestion({ model, request: { tools, schema, toolChoice }, aios, signal }: ChainQuestion): { model: ChainModel; options: CallOptions } {
  const asked = tools?.length ? bound(model, tools.map(openAiTool), toolOptions(toolChoice)) : model;
  return { model: asked, options: { signal, ...(aios && { aios }), ...(schema && schemaOptions(schema)) } };
}

type CallOptions = { signal: AbortSignal } & Record<string, unknown>;

/** Ends with the signal even where the model does not look at it, as n8n's Ollama model does while it waits for the first token. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(new CancelledError(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    // An abort that has been is not told again.
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function isRefusedRequest(error: unknown, { identity, signal }: ChainQuestion): boolean {
  return errorFacts(chatModelError(error, identity.name, signal)).code === 'MODEL_REQUEST';
}

async function invoke(model: ChainModel, messages: readonly ChatMessage[], options: CallOptions): Promise<ChainMessage> {
  throwIfCancelled(options.signal);
  return (await unlessStopped(model.invoke(plainMessages(messages), options), options.signal)) as ChainMessage;
}

/** Each vendor takes its own of these and ignores the rest: Ollama, OpenAI, Anthropic. */
function schemaOptions({ name, schema }: OutputSchema): Record<string, unknown> {
  return {
    format: schema,
    response_format: { type: 'json_schema', json_schema: { name, schema, strict: true } },
    outputConfig: { format: { type: 'json_schema', schema } },
  };
}

function openAiTool({ name, description, schema }: { name: string; description: string; schema: object }): object {
  return { type: 'function', function: { name, description, parameters: schema } };
}

function toolOptions(toolChoice: ModelRequest['toolChoice']): { tool_choice: string } | undefined {
  if (toolChoice === undefined || toolChoice === 'auto') return undefined;
  return { tool_choice: toolChoice === 'required' ? 'any' : toolChoice.name };
}

function bound(model: ChainModel, tools: object[], options?: Record<string, unknown>): ChainModel {
  if (model.bindTools) return model.bindTools(tools, options);
  throw new NoModelError('The connected model cannot call tools.', { hint: 'Connect a model that can, or remove the tools from the node.' });
}

/** The answer as the arguments of the one tool there is. `undefined` when the model cannot do that or did not. */
async function forcedToolCall({ model, request, signal }: ChainQuestion, schema: OutputSchema): Promise<ChainMessage | undefined> {
  if (!model.bindTools) return undefined;
  const tool = openAiTool({ name: schema.name, description: 'Gives the answer.', schema: schema.schema });
  const { id, usage_metadata, response_metadata, tool_calls = [] } = await invoke(bound(model, [tool], { tool_choice: schema.name }), request.messages, { signal });
  const answer = tool_calls.find((call) => call.name === schema.name);
  return answer && { id, usage_metadata, response_metadata, text: JSON.stringify(answer.args ?? {}) };
}

async function promptedCall({ model, request, signal }: ChainQuestion, schema: OutputSchema): Promise<ChainMessage> {
  const demand: ChatMessage = { role: 'user', text: `Answer with one JSON object of this JSON Schema and nothing else:\n${JSON.stringify(schema.schema)}` };
  return await invoke(model, [...request.messages, demand], { signal });
}
