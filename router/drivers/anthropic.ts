import Anthropic from '@anthropic-ai/sdk';
import { makeId, throwIfCancelled } from '../../kernel';
import { ModelRequestError, ToolCallError } from '../errors';
import { estimatePromptTokens } from '../estimate-tokens';
import { knownModel } from '../known-models';
import type { CatalogModel, DriverChunk, ModelCall, ModelDriver } from '../model-driver';
import type { FinishReason } from '../request';
import { estimateStrength } from '../strength';
import { messageBody, schemaToolName, type SchemaForm } from './anthropic-request';
import { steadyFetch } from './patient-fetch';
import { foreignError, garbledError, type Service } from './provider-errors';
import { readToolArguments } from './tool-arguments';

export interface AnthropicDriverOptions {
  apiKey: string;
  /** Default https://api.anthropic.com */
  baseUrl?: string;
}

const ANTHROPIC_URL = 'https://api.anthropic.com';
const NO_LIMIT_MS = 2 ** 31 - 1;
const USUAL_CONTEXT_TOKENS = 200_000;
/** Answer length asked for when the caller set none; models that allow less are asked for less. */
const USUAL_ANSWER_TOKENS = 16_000;
/** Every Claude model since 3.5 allows this much; asked for where the list does not say. */
const SAFE_ANSWER_TOKENS = 8_192;

/** Claude models through Anthropic's own API. Never local, whatever stands at `baseUrl`: such an address is a gateway to the cloud. */
export function anthropicDriver(options: AnthropicDriverOptions): ModelDriver {
  const service = anthropicService(options);
  const client = new Anthropic({
    apiKey: options.apiKey,
    // The environment may hold a token for other programs; what is not configured here is not sent.
    authToken: null,
    baseURL: service.address,
    maxRetries: 0,
    timeout: NO_LIMIT_MS,
    logLevel: 'off',
    fetch: steadyFetch,
  });
  const connection: Connection = { client, service, answerLimits: new Map(), refusers: new Set() };
  return {
    provider: 'anthropic',
    local: false,
    address: service.address,
    async listModels(signal) {
      try {
        return await listClaudeModels(connection, signal);
      } catch (error) {
        throw foreignError(error, service, signal);
      }
    },
    stream: (call, signal) => streamWithFallback(connection, call, signal),
  };
}

interface Connection {
  client: Anthropic;
  service: Service;
  /** Longest answer in tokens by model name, as far as the list said so. */
  answerLimits: Map<string, number>;
  /** Models that answered 400 to `output_config`. */
  refusers: Set<string>;
}

async function listClaudeModels(connection: Connection, signal: AbortSignal): Promise<CatalogModel[]> {
  const models: CatalogModel[] = [];
  for await (const model of connection.client.models.list({ limit: 1_000 }, { signal })) {
    if (model.lifecycle === 'retired') continue;
    if (model.max_tokens) connection.answerLimits.set(model.id, model.max_tokens);
    const known = knownModel('anthropic', model.id);
    models.push({
      id: `anthropic/${model.id}`,
      provider: 'anthropic',
      name: model.id,
      local: false,
      abilities: { tools: true, json: true, vision: true },
      contextTokens: model.max_input_tokens ?? known.contextTokens ?? USUAL_CONTEXT_TOKENS,
      price: known.price,
      strength: estimateStrength(model.id),
    });
  }
  return models;
}

// Old Claude models answer 400 to output_config: a tool they must call then stands for the schema, once and for all for this model.
async function* streamWithFallback(connection: Connection, call: ModelCall, signal: AbortSignal): AsyncGenerator<DriverChunk> {
  const { refusers } = connection;
  const native = call.schema !== undefined && !refusers.has(call.model.id);
  try {
    yield* streamMessage(connection, call, native ? 'native' : 'tool', signal);
  } catch (error) {
    // A 400 comes before the first chunk, so nothing is said twice.
    if (!native || !(error instanceof ModelRequestError)) throw error;
    yield* streamMessage(connection, call, 'tool', signal);
    refusers.add(call.model.id);
  }
}

async function* streamMessage(connection: Connection, call: ModelCall, form: SchemaForm, signal: AbortSignal): AsyncGenerator<DriverChunk> {
  throwIfCancelled(signal);
  const { client, service, answerLimits } = connection;
  const ended = new AbortController();
  const allowed = answerLimits.get(call.model.name) ?? SAFE_ANSWER_TOKENS;
  const maxTokens = Math.min(call.maxOutputTokens ?? USUAL_ANSWER_TOKENS, allowed);
  const asked = { name: call.model.name, nearlyFull: estimatePromptTokens(call) > call.model.contextTokens * 0.9 };
  try {
    // Not messages.create: it writes its opinion on older models to the console.
    const events = await client.post<AsyncIterable<Anthropic.RawMessageStreamEvent>>('/v1/messages', { body: messageBody(call, form, maxTokens), stream: true, signal: AbortSignal.any([signal, ended.signal]) });
    yield* readMessage(events, call, form, service, signal);
  } catch (error) {
    throw foreignError(error, service, signal, asked);
  } finally {
    // Whoever stops reading early must not leave the model writing on.
    ended.abort();
  }
}

async function* readMessage(events: AsyncIterable<Anthropic.RawMessageStreamEvent>, call: ModelCall, form: SchemaForm, service: Service, signal: AbortSignal): AsyncGenerator<DriverChunk> {
  const message = new MessageInProgress(call.schema && form === 'tool' ? schemaToolName(call.schema) : undefined, service);
  for await (const event of events) yield* message.read(event);
  // The SDK ends an aborted stream without an error.
  throwIfCancelled(signal);
  yield message.finish();
  // After the end: what such an answer cost is booked all the same.
  if (message.unreadable !== undefined) throw new ToolCallError(message.unreadable);
}

class MessageInProgress {
  private readonly usage = { promptTokens: 0, completionTokens: 0 };
  /** A tool that was called with arguments nobody can read. */
  unreadable: string | undefined;
  private stopReason: string | undefined;
  private ended = false;
  private tool: { id: string; name: string; json: string } | undefined;

  /** @param answerTool the tool whose arguments are the answer itself */
  constructor(private readonly answerTool: string | undefined, private readonly service: Service) {}

  *read(event: Anthropic.RawMessageStreamEvent): Generator<DriverChunk> {
    if (event.type === 'message_start') this.count(event.message.usage);
    if (event.type === 'content_block_start') this.tool = event.content_block.type === 'tool_use' ? { id: event.content_block.id, name: event.content_block.name, json: '' } : undefined;
    if (event.type === 'content_block_stop' && this.tool) yield* this.closeTool(this.tool);
    if (event.type === 'message_delta') {
      this.stopReason = event.delta.stop_reason ?? this.stopReason;
      this.count(event.usage);
    }
    if (event.type === 'message_stop') this.ended = true;
    if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta' && this.tool) this.tool.json += event.delta.partial_json;
    const text = event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : '';
    // Beside a tool that is the answer, any talk would spoil it.
    yield text !== '' && this.answerTool === undefined ? { type: 'text', text } : { type: 'progress' };
  }

  finish(): DriverChunk {
    if (!this.ended) throw garbledError(this.service, 'the stream ended before the answer did');
    return { type: 'finish', reason: this.finishReason(), usage: this.usage };
  }

  private *closeTool(tool: { id: string; name: string; json: string }): Generator<DriverChunk> {
    this.tool = undefined;
    if (tool.name === this.answerTool) return yield { type: 'text', text: tool.json };
    const values = readToolArguments(tool.json);
    if (!values) return void (this.unreadable ??= tool.name);
    yield { type: 'tool-call', call: { id: tool.id || makeId(), name: tool.name, arguments: values } };
  }

  private count(usage: { input_tokens?: number | null; output_tokens?: number | null; cache_read_input_tokens?: number | null; cache_creation_input_tokens?: number | null }): void {
    const prompt = (usage.input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
    this.usage.promptTokens = Math.max(this.usage.promptTokens, prompt);
    this.usage.completionTokens = Math.max(this.usage.completionTokens, usage.output_tokens ?? 0);
  }

  private finishReason(): FinishReason {
    if (this.stopReason === 'refusal') return 'refused';
    if (this.stopReason === 'max_tokens' || this.stopReason === 'model_context_window_exceeded') return 'length';
    return this.stopReason === 'tool_use' && this.answerTool === undefined ? 'tool-calls' : 'stop';
  }
}

function anthropicService(options: AnthropicDriverOptions): Service {
  return {
    title: 'Anthropic',
    address: options.baseUrl ?? ANTHROPIC_URL,
    secrets: [options.apiKey],
    keyHint: 'Check the field "Anthropic API Key" of the credential.',
    missingModelHint: () => 'Choose a model Anthropic lists for your key.',
    downHint: 'Check the network, and "Anthropic URL" (ANTHROPIC_BASE_URL) if you set it.',
  };
}
