import { sha256, type JsonObject, type JsonValue } from '../../../kernel';
import { ngramVector } from '../ngram-vectors';
import { sentenceEmbedder } from '../sentence-embedder';
import { startModelServer, type ModelServer, type ModelServerOptions } from './model-server';
import { asList, asObject, pieces, type Ask, type Protocol, type Reply, type ServedModel } from './protocol';

export interface OllamaServerOptions extends ModelServerOptions {
  /** `/api/show` answers 500, as old servers and proxies do. */
  showFails?: boolean;
  /** Instead of vectors of n-grams (see ngram-vectors.ts); `sentenceVectors` are those of a real model. */
  embed?: (texts: string[]) => JsonValue | Promise<JsonValue>;
}

/** Speaks Ollama's API: /api/version, /api/tags, /api/show, /api/embed, /api/chat and /api/generate (NDJSON or whole). */
export function startOllamaServer(options: OllamaServerOptions): Promise<ModelServer> {
  return startModelServer(ollamaProtocol(options), options);
}

const CHAT_PATHS = ['/api/chat', '/api/generate'];

function ollamaProtocol(options: OllamaServerOptions): Protocol {
  const models = options.models.map((model) => (typeof model === 'string' ? { name: model } : model));
  return {
    streamType: 'application/x-ndjson',
    isChat: (path) => CHAT_PATHS.includes(path),
    other: (path, body) => discovery(path, body, models, options),
    readAsk: (body) => {
      const model = String(body.model ?? '');
      if (!models.some((served) => sameName(served.name, model))) return { status: 404, message: `model '${model}' not found` };
      const tools = asList(body.tools).map((tool) => asObject(tool.function)!).map((tool) => ({ name: String(tool.name), schema: asObject(tool.parameters) ?? {} }));
      return { model, stream: body.stream !== false, schema: asObject(body.format), tools, logprobs: body.logprobs === true };
    },
    frames: (reply, ask, path) => [...chunks(reply, ask, path), last(reply, ask.model, path)].map((frame) => `${JSON.stringify(frame)}\n`),
    whole: (reply, ask, path) => {
      const end = last(reply, ask.model, path);
      return path === '/api/generate' ? { ...end, response: reply.text } : { ...end, message: { role: 'assistant', content: reply.text, ...thinkingPart(reply), ...toolPart(reply) } };
    },
    errorBody: (refusal) => ({ error: refusal.message }),
    keyOf: (headers) => String(headers.authorization ?? '').replace(/^Bearer /, ''),
  };
}

async function discovery(path: string, body: JsonObject, models: ServedModel[], { showFails, embed }: OllamaServerOptions): Promise<{ status: number; body: JsonValue } | undefined> {
  if (path === '/' || path === '/api/version') return { status: 200, body: { version: '0.12.0' } };
  if (path === '/api/tags') return { status: 200, body: { models: models.map(tag) } };
  if (path === '/api/embed') return await embeddings(body, models, embed);
  if (path !== '/api/show') return undefined;
  const wanted = String(body.model ?? body.name ?? '');
  const model = models.find((served) => sameName(served.name, wanted));
  if (!model) return { status: 404, body: { error: `model '${wanted}' not found` } };
  if (showFails) return { status: 500, body: { error: 'internal error' } };
  return {
    status: 200,
    body: {
      details: { family: 'sample', parameter_size: model.parameterSize ?? '' },
      model_info: { 'general.architecture': 'sample', 'sample.context_length': model.contextTokens ?? 32_768 },
      // As Ollama says of a model that only embeds.
      capabilities: model.capabilities ?? (model.name.includes('embed') ? ['embedding'] : ['completion', 'tools']),
    },
  };
}

/** What real models were taught to take for a mark of the text's use is no part of it. */
const PURPOSE = /^[\w |:]*?(query|document|text): ?/;

/** What `embed` may be, for real meaning. @returns undefined where the model cannot be loaded */
export async function sentenceVectors(): Promise<OllamaServerOptions['embed']> {
  const embedder = await sentenceEmbedder();
  return embedder && (async (texts) => (await embedder.embed(texts.map((text) => text.replace(PURPOSE, '')), 'document', new AbortController().signal)).map((vector) => [...vector]));
}

async function embeddings(body: JsonObject, models: ServedModel[], embed: OllamaServerOptions['embed']): Promise<{ status: number; body: JsonValue }> {
  const wanted = String(body.model ?? '');
  if (!models.some((served) => sameName(served.name, wanted))) return { status: 404, body: { error: `model "${wanted}" not found, try pulling it first` } };
  const texts = [body.input ?? []].flat().map(String);
  return { status: 200, body: { model: wanted, embeddings: embed ? await embed(texts) : texts.map((text) => [...ngramVector(text.replace(PURPOSE, ''))]), total_duration: 1_000_000, prompt_eval_count: texts.length } };
}

function tag(model: ServedModel): JsonObject {
  return { name: model.name, model: model.name, modified_at: '2026-01-01T00:00:00Z', size: model.sizeBytes ?? 1_000_000, digest: model.digest ?? sha256(model.name), details: { format: 'gguf', family: 'sample', parameter_size: model.parameterSize ?? '', quantization_level: 'Q4_K_M' } };
}

function sameName(served: string, wanted: string): boolean {
  return served === wanted || served === `${wanted}:latest`;
}

function chunks(reply: Reply, { model, logprobs }: Ask, path: string): JsonObject[] {
  const head = { model, created_at: '2026-01-01T00:00:00Z', done: false };
  if (path === '/api/generate') return pieces(reply.text).map((response) => ({ ...head, response }));
  const thinking = pieces(reply.thinking).map((part) => ({ ...head, message: { role: 'assistant', content: '', thinking: part } }));
  const text = pieces(reply.text).map((content) => ({ ...head, message: { role: 'assistant', content }, ...(logprobs && reply.logprob !== undefined && { logprobs: [{ token: content, logprob: reply.logprob }] }) }));
  const tools = reply.toolCalls.length > 0 ? [{ ...head, message: { role: 'assistant', content: '', ...toolPart(reply) } }] : [];
  return [...thinking, ...text, ...tools];
}

function last(reply: Reply, model: string, path: string): JsonObject {
  return {
    model,
    created_at: '2026-01-01T00:00:00Z',
    ...(path === '/api/generate' ? { response: '' } : { message: { role: 'assistant', content: '' } }),
    done: true,
    done_reason: reply.finish === 'length' ? 'length' : 'stop',
    total_duration: 1_000_000,
    prompt_eval_count: reply.promptTokens,
    eval_count: reply.completionTokens,
  };
}

function toolPart(reply: Reply): JsonObject {
  return reply.toolCalls.length === 0 ? {} : { tool_calls: reply.toolCalls.map((call) => ({ function: { name: call.name, arguments: call.arguments } })) };
}

function thinkingPart(reply: Reply): JsonObject {
  return reply.thinking === '' ? {} : { thinking: reply.thinking };
}
