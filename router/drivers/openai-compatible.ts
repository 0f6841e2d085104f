import type { IncomingMessage } from 'node:http';
import OpenAI from 'openai';
import { makeId, throwIfCancelled } from '../../kernel';
import { ModelRequestError, ToolCallError } from '../errors';
import { estimatePromptTokens } from '../estimate-tokens';
import { knownProvider } from '../known-models';
import type { DriverChunk, ModelCall, ModelDriver } from '../model-driver';
import type { FinishReason, ToolCall } from '../request';
import { jsonEvents } from './event-stream';
import { listOpenAiModels } from './openai-models';
import { chatBody, type RequestForm } from './openai-request';
import { patientFetch, steadyFetch } from './patient-fetch';
import { postJson } from './post-json';
import { answerError, type AskedModel, foreignError, type ForeignAnswer, garbledError, type Service } from './provider-errors';
import { Sureness } from './sureness';
import { ThinkFilter } from './think-filter';
import { ToolCallsInText } from './tool-calls-in-text';
import { readToolArguments } from './tool-arguments';

export interface OpenAiCompatibleOptions {
  /** Up to and including `/v1`, for instance http://localhost:1234/v1; default https://api.openai.com/v1 */
  baseUrl?: string;
  /** Many local servers need none. */
  apiKey?: string;
  /** Does the service run on this machine? See `isThisMachine`. */
  local: boolean;
  /** Default: `openai`, `openrouter`… where the address is known, otherwise `openai-compatible`. */
  provider?: string;
}

const OPENAI_URL = 'https://api.openai.com/v1';
// The router owns all limits; the SDK's own (10 minutes) would cut a slow local model. This is the longest a timer can wait.
const NO_LIMIT_MS = 2 ** 31 - 1;

/** Any service that speaks the OpenAI chat-completions API: OpenAI itself, vLLM, LM Studio, LiteLLM, OpenRouter… */
export function openAiCompatibleDriver(options: OpenAiCompatibleOptions): ModelDriver {
  const baseUrl = options.baseUrl ?? OPENAI_URL;
  const provider = options.provider ?? knownProvider(baseUrl) ?? 'openai-compatible';
  const service = openAiService(baseUrl, provider, options.apiKey);
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey: options.apiKey ?? 'none',
    // The environment may hold these for other programs; what is not configured here is not sent.
    organization: null,
    project: null,
    ...(options.apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    maxRetries: 0,
    timeout: NO_LIMIT_MS,
    logLevel: 'off',
    fetch: options.local ? patientFetch : steadyFetch,
  });
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/chat/completions`);
  const headers: Record<string, string> = { accept: 'text/event-stream, application/json', 'user-agent': 'n8n-nodes-aios', ...(options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }) };
  // Not by the SDK: asking and reading events through it takes twice the time.
  const chat: Connection['chat'] = async (body, signal) => await postJson(url, body, { headers, signal, connection: options.local ? 'own' : 'kept' });
  const formsTaken = new Map<string, RequestForm>();
  return {
    provider,
    local: options.local,
    address: baseUrl,
    async listModels(signal) {
      try {
        return await listOpenAiModels(client, { provider, local: options.local, knownAs: knownProvider(baseUrl) }, signal);
      } catch (error) {
        throw foreignError(error, service, signal);
      }
    },
    stream: (call, signal) => streamWithFallback({ chat, service, official: provider === 'openai', formsTaken }, call, signal),
  };
}

interface Connection {
  chat(body: object, signal: AbortSignal): Promise<IncomingMessage>;
  service: Service;
  official: boolean;
  /** Simpler forms that models took after a 400 to the full one, by model and whether a schema was demanded. */
  formsTaken: Map<string, RequestForm>;
}

const FULL_FORM: RequestForm = { schema: 'native', counts: true, sureness: true };
const SIMPLER_FORMS: readonly RequestForm[] = [
  { schema: 'native', counts: true, sureness: false },
  { schema: 'prompt', counts: true, sureness: false },
  { schema: 'native', counts: false, sureness: false },
  { schema: 'prompt', counts: false, sureness: false },
];

/** OpenAI's own API knows `stream_options`; where no schema is demanded its two forms are one. */
function simplerForms(call: ModelCall, official: boolean): RequestForm[] {
  const isSimpler = ({ schema, counts }: RequestForm) => schema === 'prompt' || !counts || call.asksForSureness === true;
  return SIMPLER_FORMS.filter((form) => isSimpler(form) && (form.counts || !official) && (call.schema !== undefined || form.schema === 'native'));
}

// Many compatible servers know neither json_schema nor stream_options and say 400: a simpler form is then used, once and for all for this model.
async function* streamWithFallback(connection: Connection, call: ModelCall, signal: AbortSignal): AsyncGenerator<DriverChunk> {
  const { formsTaken, official } = connection;
  const key = `${call.model.id} ${call.schema ? 'schema' : 'text'}${call.asksForSureness ? ' sureness' : ''}`;
  const known = formsTaken.get(key);
  const forms = known ? [known] : [FULL_FORM, ...simplerForms(call, official)];
  let refusal: unknown;
  for (const form of forms) {
    try {
      yield* streamChat(connection, call, form, signal);
      if (form !== FULL_FORM) formsTaken.set(key, form);
      return;
    } catch (error) {
      // A 400 comes before the first chunk, so nothing is said twice.
      if (!(error instanceof ModelRequestError)) throw error;
      // The first refusal is about the request as it should be.
      refusal ??= error;
    }
  }
  throw refusal;
}

async function* streamChat(connection: Connection, call: ModelCall, form: RequestForm, signal: AbortSignal): AsyncGenerator<DriverChunk> {
  throwIfCancelled(signal);
  const { chat, service } = connection;
  try {
    // Read to its end, or closed where nobody reads on: iterating a socket's answer does that.
    const answer = await chat(chatBody(call, form, connection.official), signal);
    if (answer.statusCode! >= 300) throw answerError(await refusalIn(answer), service, askedModel(call));
    yield* readChat(jsonEvents(answer, service), call, service, signal);
  } catch (error) {
    throw foreignError(error, service, signal, askedModel(call));
  }
}

function askedModel({ model, ...call }: ModelCall): AskedModel {
  return { name: model.name, nearlyFull: estimatePromptTokens(call) > model.contextTokens * 0.9 };
}

async function refusalIn(answer: IncomingMessage): Promise<ForeignAnswer> {
  const text = Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>)).toString();
  const { code, type } = errorIn(text);
  return { status: answer.statusCode!, text, code: [code, type].find((value) => typeof value === 'string') as string | undefined, retryAfter: answer.headers['retry-after'] };
}

function errorIn(text: string): { code?: unknown; type?: unknown } {
  try {
    return (JSON.parse(text) as { error?: object } | null)?.error ?? {};
  } catch {
    return {};
  }
}

/** What stands in an event: a piece of the answer, or why there will be no more of it. */
type ChatEvent = OpenAI.ChatCompletionChunk & { error?: unknown };

async function* readChat(batches: AsyncIterable<ChatEvent[]>, call: ModelCall, service: Service, signal: AbortSignal): AsyncGenerator<DriverChunk> {
  const thoughts = new ThinkFilter();
  const written = new ToolCallsInText(call.schema ? [] : call.tools.map(({ name }) => name));
  const tools = new ToolCallPieces();
  const sureness = new Sureness();
  let finish: string | undefined;
  let usage: OpenAI.CompletionUsage | undefined;
  let characters = 0;
  for await (const parts of batches) {
    let text = '';
    for (const part of parts) {
      if (part.error) throw answerError({ status: 500, text: JSON.stringify({ error: part.error }) }, service);
      usage = part.usage ?? usage;
      const choice = part.choices?.[0];
      finish = choice?.finish_reason ?? finish;
      for (const piece of choice?.delta?.tool_calls ?? []) tools.add(piece);
      const shown = written.push(thoughts.push(choice?.delta?.content ?? ''));
      // Thoughts are not what is said.
      if (shown !== '') sureness.add(choice?.logprobs?.content);
      text += shown;
    }
    characters += text.length;
    yield text === '' ? { type: 'progress' } : { type: 'text', text };
  }
  throwIfCancelled(signal);
  if (finish === undefined) throw garbledError(service, 'the stream ended before the answer did');
  const last = written.push(thoughts.end());
  const end = written.end({ isCutOff: finish === 'length' });
  // Beside a proper call, a written one is the same again.
  const calls = tools.isEmpty() ? end.calls : [];
  if (last + end.text !== '') yield { type: 'text', text: last + end.text };
  const { called, unreadable } = tools.read();
  for (const call of called) yield { type: 'tool-call', call };
  for (const { name, arguments: values } of calls) yield { type: 'tool-call', call: { id: makeId(), name, arguments: values } };
  // Servers that do not count are counted for: zero would book a paid call as free.
  const counted = { promptTokens: usage?.prompt_tokens ?? estimatePromptTokens(call), completionTokens: usage?.completion_tokens ?? Math.ceil(characters / 4) };
  yield { type: 'finish', reason: finishReason(finish, tools.isEmpty() && calls.length === 0), usage: counted, sureness: sureness.value() };
  // After the end: what such an answer cost is booked all the same.
  if (unreadable !== undefined) throw new ToolCallError(unreadable);
}

function finishReason(reason: string, noTools: boolean): FinishReason {
  if (reason === 'content_filter') return 'refused';
  if (reason === 'length') return 'length';
  return noTools ? 'stop' : 'tool-calls';
}

/** Tool calls arrive in pieces, told apart by their index. */
class ToolCallPieces {
  private readonly pieces = new Map<number, { id: string; name: string; arguments: string }>();

  add(piece: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall): void {
    const known = this.pieces.get(piece.index) ?? { id: '', name: '', arguments: '' };
    this.pieces.set(piece.index, {
      id: known.id || (piece.id ?? ''),
      name: known.name || (piece.function?.name ?? ''),
      arguments: known.arguments + (piece.function?.arguments ?? ''),
    });
  }

  isEmpty(): boolean {
    return this.pieces.size === 0;
  }

  /** All calls that can be read, and the tool of the first that cannot. */
  read(): { called: ToolCall[]; unreadable?: string } {
    const all = [...this.pieces.values()].map(({ id, name, arguments: text }) => ({ id: id || makeId(), name, arguments: readToolArguments(text) }));
    return { called: all.filter((call): call is ToolCall => call.arguments !== undefined), unreadable: all.find((call) => call.arguments === undefined)?.name };
  }
}

function openAiService(address: string, provider: string, apiKey: string | undefined): Service {
  return {
    title: provider === 'openai' ? 'OpenAI' : `The OpenAI-compatible service${provider === 'openai-compatible' ? '' : ` (${provider})`}`,
    address,
    secrets: apiKey === undefined ? [] : [apiKey],
    keyHint: 'Check the field "OpenAI-Compatible API Key" of the credential.',
    missingModelHint: (model) => `Load or deploy "${model}" in that service, or choose a model it lists.`,
    downHint: 'Check the "OpenAI-compatible URL" in the credential (environment: OPENAI_BASE_URL) and that the service runs.',
  };
}
