import { Ollama, type ChatRequest, type ChatResponse } from 'ollama';
import { makeId, throwIfCancelled, type JsonObject } from '../../kernel';
import { estimatePromptTokens } from '../estimate-tokens';
import type { DriverChunk, ModelCall, ModelDriver } from '../model-driver';
import type { ChatMessage, FinishReason } from '../request';
import { ollamaAnswer } from './ollama-answer';
import { listOllamaModels, ollamaClient, ollamaContextTokens, readPulledModels, type PulledModel, type ShowCache } from './ollama-models';
import { foreignError, garbledError, type Service } from './provider-errors';
import { Sureness } from './sureness';
import { ThinkFilter } from './think-filter';
import { ToolCallsInText } from './tool-calls-in-text';

export interface OllamaDriverOptions {
  /** Base address, as `findOllama` returns it. */
  url: string;
  /** Name in ids and statistics; default `ollama`. */
  provider?: string;
  /** Default: true, unless the address is Ollama's own cloud, which never is. */
  local?: boolean;
  /** How long Ollama keeps the model in memory after a call; default `10m`. */
  keepAlive?: string;
}

/** Models of an Ollama server through its own API. The address counts as this machine: the user named it, or it was found here. */
export function ollamaDriver({ url, provider = 'ollama', local = true, keepAlive = '10m' }: OllamaDriverOptions): ModelDriver {
  const service = ollamaService(url);
  const shows: ShowCache = new Map();
  return {
    provider,
    local: local && !isOllamaCloud(url),
    address: url,
    async listModels(signal) {
      try {
        return (await listOllamaModels(service, shows, signal)).map((model) => ({ ...model, id: `${provider}/${model.name}`, provider }));
      } catch (error) {
        throw foreignError(error, service, signal);
      }
    },
    stream: (call, signal) => streamChat(service, call, signal, chatRequest(call, url, keepAlive)),
  };
}

/** An Ollama server as it describes itself. */
export interface OllamaServer {
  version: string;
  models: PulledModel[];
}

/** @throws the provider's error when the server does not tell */
export async function describeOllama(url: string, signal: AbortSignal): Promise<OllamaServer> {
  const service = ollamaService(url);
  const client = ollamaClient(service, signal);
  try {
    const [{ version }, models] = await Promise.all([client.version(), readPulledModels(client, new Map(), signal)]);
    return { version, models };
  } catch (error) {
    throw foreignError(error, service, signal);
  }
}

// The one Ollama that is nobody's own machine, whoever named it.
export function isOllamaCloud(url: string): boolean {
  return URL.canParse(url) && /(^|\.)ollama\.(com|ai)$/i.test(new URL(url).hostname);
}

function ollamaService(address: string): Service {
  const password = URL.canParse(address) ? new URL(address).password : '';
  return {
    title: 'Ollama',
    address,
    secrets: password === '' ? [] : [password, decodeURIComponent(password)],
    keyHint: 'This Ollama stands behind a login: put user and password into its address, like http://user:password@host:11434.',
    missingModelHint: (model) => `Pull it first: ollama pull ${model}`,
    failedHint: 'When it says that memory is missing, take a smaller model and remove the big one (`ollama rm`), or give Ollama more. Otherwise try again, or look at the log of Ollama.',
    downHint: 'Start Ollama (`ollama serve`), or correct the "Ollama URL" in the credential.',
  };
}

async function* streamChat(service: Service, call: ModelCall, signal: AbortSignal, request: ChatRequest & { stream: true }): AsyncGenerator<DriverChunk> {
  throwIfCancelled(signal);
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const asked = { name: call.model.name, nearlyFull: estimatePromptTokens(call) > call.model.contextTokens * 0.9 };
  try {
    const client = new Ollama({ host: service.address, fetch: ollamaAnswer(service, both, asked) });
    yield* readChat(await client.chat(request), call, service);
    throwIfCancelled(signal);
  } catch (error) {
    throw foreignError(error, service, signal, asked);
  } finally {
    // Whoever stops reading early must not leave the model writing on.
    ended.abort();
  }
}

async function* readChat(parts: AsyncIterable<ChatResponse>, call: ModelCall, service: Service): AsyncGenerator<DriverChunk> {
  const thoughts = new ThinkFilter();
  const written = new ToolCallsInText(call.schema ? [] : offeredTools(call).map(({ name }) => name));
  const sureness = new Sureness();
  let called = false;
  for await (const part of parts) {
    const text = written.push(thoughts.push(part.message?.content ?? ''));
    if (text !== '') sureness.add(part.logprobs);
    if (text !== '') yield { type: 'text', text };
    for (const { function: { name, arguments: values } } of part.message?.tool_calls ?? []) {
      called = true;
      yield { type: 'tool-call', call: { id: makeId(), name, arguments: (values ?? {}) as JsonObject } };
    }
    if (part.done) {
      const last = written.push(thoughts.end());
      const end = written.end({ isCutOff: part.done_reason === 'length' });
      // Beside a proper call, a written one is the same again.
      const calls = called ? [] : end.calls;
      if (last + end.text !== '') yield { type: 'text', text: last + end.text };
      for (const { name, arguments: values } of calls) yield { type: 'tool-call', call: { id: makeId(), name, arguments: values } };
      yield { type: 'finish', reason: finishReason(part.done_reason, called || calls.length > 0), usage: { promptTokens: part.prompt_eval_count ?? 0, completionTokens: part.eval_count ?? 0 }, sureness: sureness.value() };
      return;
    }
    if (text === '') yield { type: 'progress' };
  }
  throw garbledError(service, 'the stream ended before the answer did');
}

function finishReason(reason: string | undefined, called: boolean): FinishReason {
  if (reason === 'length') return 'length';
  return called ? 'tool-calls' : 'stop';
}

function chatRequest(call: ModelCall, address: string, keepAlive: string): ChatRequest & { stream: true } {
  const options = {
    num_ctx: ollamaContextTokens(address, call),
    ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
    ...(call.maxOutputTokens === undefined ? {} : { num_predict: call.maxOutputTokens }),
  };
  const tools = offeredTools(call);
  return {
    model: call.model.name,
    messages: [...demandNote(call), ...call.messages.map(toOllamaMessage)],
    stream: true,
    keep_alive: keepAlive,
    options,
    ...(call.asksForSureness ? { logprobs: true } : {}),
    ...(call.schema ? { format: call.schema.schema } : {}),
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ type: 'function', function: { name: tool.name, description: tool.description, parameters: tool.schema } })) } : {}),
  } as ChatRequest & { stream: true };
}

// Ollama has no tool_choice: a demanded tool is the only one offered, and the model is told to call it.
function offeredTools(call: ModelCall): ModelCall['tools'] {
  const { toolChoice } = call;
  return typeof toolChoice === 'object' ? call.tools.filter((tool) => tool.name === toolChoice.name) : call.tools;
}

function demandNote(call: ModelCall): Array<{ role: string; content: string }> {
  if (call.toolChoice === 'auto' || call.tools.length === 0) return [];
  const which = typeof call.toolChoice === 'object' ? `the tool "${call.toolChoice.name}"` : 'one of the tools';
  return [{ role: 'system', content: `Answer by calling ${which}.` }];
}

function toOllamaMessage(message: ChatMessage): NonNullable<ChatRequest['messages']>[number] {
  if (message.role === 'tool') return { role: 'tool', content: message.text, tool_name: message.toolName };
  if (message.role === 'assistant') {
    const calls = message.toolCalls?.map((call) => ({ function: { name: call.name, arguments: call.arguments } }));
    return { role: 'assistant', content: message.text, ...(calls?.length ? { tool_calls: calls } : {}) };
  }
  return { role: message.role, content: message.text, ...(message.images?.length ? { images: message.images.map((image) => image.base64) } : {}) };
}

