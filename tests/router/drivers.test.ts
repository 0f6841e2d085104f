import { CancelledError, type JsonObject } from '../../kernel';
import {
  ContextOverflowError, ModelAuthError, ModelNotFoundError, ModelRequestError, ProviderDownError, RateLimitedError,
  anthropicDriver, ollamaDriver, openAiCompatibleDriver, type DriverChunk, type ModelCall, type ModelDriver,
} from '../../router';
import { startAnthropicServer, startOllamaServer, startOpenAiServer, type Fault, type ModelServer, type ModelServerOptions } from '../support/model-servers';

const KEY = 'sk-test-key-0123456789';

interface Vendor {
  start(options: Partial<ModelServerOptions>): Promise<ModelServer>;
  open(server: ModelServer, apiKey?: string): ModelDriver;
  model: string;
}

const VENDORS: Record<string, Vendor> = {
  ollama: { start: (options) => startOllamaServer({ models: ['qwen3:8b'], ...options }), open: (server) => ollamaDriver({ url: server.url }), model: 'qwen3:8b' },
  anthropic: { start: (options) => startAnthropicServer({ models: ['claude-sonnet-4-5'], ...options }), open: (server, apiKey = KEY) => anthropicDriver({ apiKey, baseUrl: server.url }), model: 'claude-sonnet-4-5' },
  'openai-compatible (cloud)': { start: (options) => startOpenAiServer({ models: ['gpt-4o-mini'], ...options }), open: (server, apiKey = KEY) => openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, apiKey, local: false }), model: 'gpt-4o-mini' },
  'openai-compatible (local)': { start: (options) => startOpenAiServer({ models: ['qwen3-8b'], ...options }), open: (server) => openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, apiKey: KEY, local: true }), model: 'qwen3-8b' },
};

const SCHEMA: JsonObject = { type: 'object', properties: { answer: { type: 'integer', minimum: 7 } }, required: ['answer'], additionalProperties: false };
const LOOK_UP = { name: 'look_up', description: 'Looks something up.', schema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] } };

describe.each(Object.entries(VENDORS))('the driver for %s', (_name, vendor) => {
  let server: ModelServer;
  let driver: ModelDriver;
  const never = new AbortController().signal;
  const begin = async (options: Partial<ModelServerOptions> = {}) => {
    server = await vendor.start(options);
    driver = vendor.open(server);
  };
  const callFor = async (more: Partial<ModelCall> = {}): Promise<ModelCall> => ({ model: (await driver.listModels(never))[0]!, messages: [{ role: 'user', text: 'Hello' }], tools: [], toolChoice: 'auto', ...more });
  const ask = async (more: Partial<ModelCall> = {}, signal = never) => await collect(driver.stream(await callFor(more), signal));
  const withFault = async (fault: Fault) => {
    // Twice: a refused request may be asked again in a simpler form.
    await begin({ faults: [fault, fault] });
    return ask();
  };
  afterEach(() => server.close());

  it('streams text and counts tokens as the provider does', async () => {
    await begin({ answers: [{ text: 'Good day to you', thinking: 'hm', promptTokens: 21, completionTokens: 9 }] });
    const { text, chunks, finish } = await ask();
    expect(text).toBe('Good day to you');
    // What comes in one piece of the network is one chunk; on this machine that may be all of it.
    expect(chunks.filter(({ type }) => type === 'text').length).toBeGreaterThan(0);
    expect(chunks.length).toBeGreaterThan(1);
    expect(finish).toEqual({ type: 'finish', reason: 'stop', usage: { promptTokens: 21, completionTokens: 9 } });
  });

  it('asks for a schema in the API\'s own way', async () => {
    await begin();
    const { text } = await ask({ schema: { name: 'answer', schema: SCHEMA } });
    expect(JSON.parse(text)).toEqual({ answer: 7 });
  });

  it('offers tools and reads calls', async () => {
    await begin({ answers: [{ toolCalls: [{ name: 'look_up', arguments: { word: 'tea' } }] }, 'It is a drink.'] });
    const first = await ask({ tools: [LOOK_UP] });
    expect(first.toolCalls).toEqual([{ id: expect.stringMatching(/./), name: 'look_up', arguments: { word: 'tea' } }]);
    expect(first.finish.reason).toBe('tool-calls');
    const call = first.toolCalls[0]!;
    const second = await ask({ tools: [LOOK_UP], messages: [{ role: 'system', text: 'Be short.' }, { role: 'user', text: 'Tea?' }, { role: 'assistant', text: '', toolCalls: [call] }, { role: 'tool', toolCallId: call.id, toolName: 'look_up', text: 'a drink' }] });
    expect(second.text).toBe('It is a drink.');
    expect(JSON.stringify(server.chatRequests()[1]!.body)).toContain('a drink');
  });

  it('says when the answer was cut by its length', async () => {
    await begin({ answers: [{ text: 'Once upon', finish: 'length' }] });
    expect((await ask()).finish.reason).toBe('length');
  });

  it.each([
    [401, ModelAuthError], [403, ModelAuthError], [402, ModelAuthError], [404, ModelNotFoundError], [400, ModelRequestError],
    [413, ContextOverflowError], [429, RateLimitedError], [500, ProviderDownError], [503, ProviderDownError], [529, ProviderDownError],
  ])('turns status %i into %p', async (status, type) => {
    await expect(withFault({ kind: 'status', status, message: `no, ${KEY} is wrong` })).rejects.toBeInstanceOf(type);
  });

  it.each([[401, 'provider'], [402, 'model'], [403, 'model']])('tells by status %i whether the %s is refused', async (status, concerns) => {
    await expect(withFault({ kind: 'status', status })).rejects.toMatchObject({ concerns });
  });

  it('tells no secret in an error', async () => {
    const error = await withFault({ kind: 'status', status: 401, message: `the key ${KEY} is wrong` }).catch((caught: unknown) => caught as Error);
    expect(error).toBeInstanceOf(ModelAuthError);
    expect(`${String(error)} ${JSON.stringify(error)} ${JSON.stringify((error as Error).cause)}`).not.toContain(KEY);
  });

  it('knows how long a rate limit lasts', async () => {
    await expect(withFault({ kind: 'status', status: 429, retryAfterS: 7 })).rejects.toMatchObject({ retryAfterMs: 7_000 });
  });

  it.each(['reset', 'reset-mid-stream', 'end-mid-stream', 'garbled'] as const)('calls a provider down after: %s', async (kind) => {
    await expect(withFault({ kind })).rejects.toBeInstanceOf(ProviderDownError);
  });

  it('never follows a redirect', async () => {
    const trap = await vendor.start({});
    await expect(withFault({ kind: 'redirect', to: `${trap.url}/api/chat` })).rejects.toBeInstanceOf(ProviderDownError);
    expect(trap.requests).toHaveLength(0);
    await trap.close();
  });

  it('names the address where nobody listens', async () => {
    await begin();
    const call = await callFor();
    await server.close();
    await expect(collect(driver.stream(call, never))).rejects.toMatchObject({ code: 'PROVIDER_DOWN', message: expect.stringContaining(server.url) });
    await expect(driver.listModels(never)).rejects.toBeInstanceOf(ProviderDownError);
  });

  it.each(['stall-before-first-token', 'stall-mid-stream'] as const)('closes its socket when stopped: %s', async (kind) => {
    await begin({ faults: [{ kind }] });
    const stop = new AbortController();
    const answer = ask({}, stop.signal);
    const refused = expect(answer).rejects.toBeInstanceOf(CancelledError);
    await until(() => server.chatRequests().length === 1 && server.openSockets() === 1);
    stop.abort();
    await refused;
    await until(() => server.openSockets() === 0);
  });

  it('closes its socket when nobody reads on', async () => {
    await begin({ faults: [{ kind: 'stall-mid-stream' }] });
    for await (const chunk of driver.stream(await callFor(), never)) if (chunk.type === 'text') break;
    await until(() => server.openSockets() === 0);
  });

  it('makes no request when it was stopped before', async () => {
    await begin();
    const call = await callFor();
    await expect(collect(driver.stream(call, AbortSignal.abort()))).rejects.toBeInstanceOf(CancelledError);
    expect(server.chatRequests()).toHaveLength(0);
  });
});

async function collect(stream: AsyncIterable<DriverChunk>) {
  const chunks: DriverChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const finish = chunks.at(-1) as Extract<DriverChunk, { type: 'finish' }>;
  const toolCalls = chunks.flatMap((chunk) => (chunk.type === 'tool-call' ? [chunk.call] : []));
  return { chunks, finish, toolCalls, text: chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('') };
}

/** Real sockets close in their own time: looks until it is so, at most a second. */
async function until(isSo: () => boolean): Promise<void> {
  const endMs = Date.now() + 1_000;
  while (!isSo() && Date.now() < endMs) await new Promise((resolve) => setImmediate(resolve));
  expect(isSo()).toBe(true);
}

