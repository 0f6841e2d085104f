import { AiosError, CancelledError, errorFacts, throwIfCancelled } from '../../kernel';
import { mayLeaveMachine } from '../../privacy';
import { DeadlineExceededError, ModelStalledError, NoModelError, SecretNeedsLocalModelError, privacyRaiser, type ChatMessage, type JudgedRequest, type ModelReply, type ModelRequest, type OutputSchema } from '../../router';
import type { AgentModel } from '../agents';
import { chatModelError } from './chat-errors';
import { plainMessages } from './chat-messages';
import { modelReply, type ChainMessage, type ModelIdentity } from './chat-reply';

/** Any LangChain chat model, as far as we touch it: by its methods, never by its class. */
export interface ChainModel {
  invoke(messages: object[], options: Record<string, unknown>): Promise<unknown>;
  bindTools?(tools: object[], options?: Record<string, unknown>): ChainModel;
}

export interface ConnectedModelOptions {
  /** The author vouches that the model runs on this machine. */
  local: boolean;
  /** Our own router obeys privacy, budget and schema by itself and reports its decision. */
  isOurRouter: boolean;
}

/** A wired model shows us no tokens while it works, so only the whole call can be limited: as long as a local model may take to its first token. */
const CALL_LIMIT_MS = 600_000;

/** A chat model wired to a node, asked the way every vendor understands. */
export function connectedModel(chatModel: object, options: ConnectedModelOptions): AgentModel {
  const model = chatModel as ChainModel;
  const identity = identityOf(chatModel, options.local);
  const raisePrivacy = privacyRaiser();
  return {
    async complete(asked, signal) {
      throwIfCancelled(signal);
      // Our own router keeps its own limits, and privacy and budget too.
      if (options.isOurRouter) return await translated(asked, identity, signal, async () => modelReply(await plainCall({ model, identity, request: asked, signal }), asked, identity));
      const request = await raisePrivacy(asked, signal);
      assertAllowed(request, identity);
      return await withinTime(request, identity, signal, (limited) => translated(request, identity, limited, () => ask({ model, identity, request, signal: limited })));
    },
  };
}

async function translated<T>({ facts }: ModelRequest, { name }: ModelIdentity, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const translation = chatModelError(error, name, signal);
    // Vendors quote the prompt in some errors.
    throw translation instanceof AiosError && !mayLeaveMachine(facts.privacy) ? translation.withoutQuote() : translation;
  }
}

/** @throws {DeadlineExceededError} when the run's time is up @throws {ModelStalledError} when the model takes longer than any should */
async function withinTime<T>({ facts }: ModelRequest, { name }: ModelIdentity, signal: AbortSignal, call: (limited: AbortSignal) => Promise<T>): Promise<T> {
  const deadlineMs = facts.deadlineS === undefined ? Infinity : facts.deadlineS * 1_000;
  const limitMs = Math.min(CALL_LIMIT_MS, deadlineMs);
  const limit = AbortSignal.timeout(Math.ceil(limitMs));
  try {
    return await call(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    const message = `The connected model ${name} gave no answer within ${Math.round(limitMs / 1_000)} s.`;
    if (deadlineMs <= CALL_LIMIT_MS) throw new DeadlineExceededError(message, { hint: 'Give the run more time, or connect a faster model.', cause: error });
    throw new ModelStalledError(message, { hint: 'Check that its server is at work, or connect a faster model.', cause: error });
  }
}

/** @throws {SecretNeedsLocalModelError} before anything has left @throws {NoModelError} when a budget could not be kept */
function assertAllowed({ facts, raisedBy }: JudgedRequest, { name, local }: ModelIdentity): void {
  if (local) return;
  if (!mayLeaveMachine(facts.privacy)) {
    throw new SecretNeedsLocalModelError(`The item is secret${raisedBy ? ` (${raisedBy.join(', ')} found in it)` : ''}, and nobody has said that the connected model ${name} runs on this machine.`, {
      hint: 'Switch on "Model Runs on My Own Machine" if it does, connect Hybrid Router Model, or leave Model unconnected.',
    });
  }
  if (facts.budgetUsd !== undefined) {
    throw new NoModelError(`The run may cost at most $${facts.budgetUsd}, but the price of the connected model ${name} is not known.`, {
      hint: 'Connect Hybrid Router Model or leave Model unconnected, so that the team can keep the budget; or set no budget.',
    });
  }
}

interface Question {
  model: ChainModel;
  identity: ModelIdentity;
  request: JudgedRequest;
  signal: AbortSignal;
}

/** A 400 for the schema (older models, simple servers) is answered by asking in an older way, twice at most. */
async function ask(question: Question): Promise<ModelReply> {
  const { request, identity } = question;
  if (!request.schema) return modelReply(await plainCall(question), request, identity);
  try {
    return modelReply(await plainCall(question), request, identity);
  } catch (error) {
    if (!isRefusedRequest(error, question)) throw error;
  }
  try {
    const reply = await forcedToolCall(question, request.schema);
    if (reply) return reply;
  } catch (error) {
    if (!isRefusedRequest(error, question)) throw error;
  }
  return modelReply(await promptedCall(question, request.schema), request, identity);
}

function isRefusedRequest(error: unknown, { identity, signal }: Question): boolean {
  return errorFacts(chatModelError(error, identity.name, signal)).code === 'MODEL_REQUEST';
}

async function plainCall({ model, request, signal }: Question): Promise<ChainMessage> {
  const { messages, tools, schema, toolChoice, facts } = request;
  const asked = tools?.length ? bound(model, tools.map(openAiTool)) : model;
  const aios = { ...facts, ...(schema && { schema }), ...(toolChoice && { toolChoice }) };
  return await invoke(asked, messages, { signal, aios, ...(schema && schemaOptions(schema)) });
}

/** Ends with the signal even where the model does not look at it, as n8n's Ollama model does while it waits for the first token. */
async function invoke(model: ChainModel, messages: readonly ChatMessage[], options: { signal: AbortSignal } & Record<string, unknown>): Promise<ChainMessage> {
  // An abort that has been is not told again.
  throwIfCancelled(options.signal);
  let onAbort = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(new CancelledError(options.signal.reason));
    options.signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return (await Promise.race([model.invoke(plainMessages(messages), options), stopped])) as ChainMessage;
  } finally {
    options.signal.removeEventListener('abort', onAbort);
  }
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

function bound(model: ChainModel, tools: object[], options?: Record<string, unknown>): ChainModel {
  if (model.bindTools) return model.bindTools(tools, options);
  throw new NoModelError('The connected model cannot call tools.', { hint: 'Connect a model that can, or remove the tools from the node.' });
}

/** The answer as the arguments of the one tool there is. `undefined` when the model cannot do that or did not. */
async function forcedToolCall({ model, identity, request, signal }: Question, schema: OutputSchema): Promise<ModelReply | undefined> {
  if (!model.bindTools) return undefined;
  const tool = openAiTool({ name: schema.name, description: 'Gives the answer.', schema: schema.schema });
  const message = await invoke(bound(model, [tool], { tool_choice: schema.name }), request.messages, { signal });
  const reply = modelReply(message, request, identity);
  const answer = reply.toolCalls.find((call) => call.name === schema.name);
  if (!answer) return undefined;
  return { ...reply, text: JSON.stringify(answer.arguments), toolCalls: [], finishReason: 'stop' };
}

async function promptedCall({ model, request, signal }: Question, schema: OutputSchema): Promise<ChainMessage> {
  const demand: ChatMessage = { role: 'user', text: `Answer with one JSON object of this JSON Schema and nothing else:\n${JSON.stringify(schema.schema)}` };
  return await invoke(model, [...request.messages, demand], { signal });
}

function identityOf(chatModel: object, local: boolean): ModelIdentity {
  const { model, modelName, _llmType } = chatModel as { model?: unknown; modelName?: unknown; _llmType?: () => string };
  const name = [model, modelName].find((candidate) => typeof candidate === 'string' && candidate !== '') as string | undefined;
  const provider = typeof _llmType === 'function' ? _llmType.call(chatModel) : 'connected';
  return { name: name ?? provider, provider, local };
}
