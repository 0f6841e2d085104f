import { anthropicDriver, findOllama, isThisMachine, ollamaAddresses, ollamaDriver, openAiCompatibleDriver, readOllamaAddress, rehearsalDriver, type DriverChunk, type ModelCall, type ModelDriver } from '../../router';
import { ThinkFilter } from '../../router/drivers/think-filter';
import { readToolArguments } from '../../router/drivers/tool-arguments';
import { startAnthropicServer, startOllamaServer, startOpenAiServer, type ModelServer } from '../support/model-servers';
import { fakeClock } from '../support/fake-clock';

const never = new AbortController().signal;
const SCHEMA = { name: 'answer', schema: { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false } };
const servers: ModelServer[] = [];
const running = async (server: Promise<ModelServer>) => {
  servers.push(await server);
  return servers.at(-1)!;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function say(driver: ModelDriver, more: Partial<ModelCall> = {}): Promise<string> {
  const model = more.model ?? (await driver.listModels(never))[0]!;
  let text = '';
  for await (const chunk of driver.stream({ model, messages: [{ role: 'user', text: 'Hello' }], tools: [], toolChoice: 'auto', ...more }, never)) if (chunk.type === 'text') text += chunk.text;
  return text;
}

describe('how sure a model was of its words', () => {
  const finish = async (driver: ModelDriver, more: Partial<ModelCall> = {}) => {
    const [model] = await driver.listModels(never);
    const call: ModelCall = { model: model!, messages: [{ role: 'user', text: 'Hello' }], tools: [], toolChoice: 'auto', asksForSureness: true, ...more };
    let last: DriverChunk | undefined;
    for await (const chunk of driver.stream(call, never)) last = chunk;
    return last as DriverChunk & { type: 'finish' };
  };
  const answers = [{ text: 'Perhaps tea.', logprob: Math.log(0.5) }];

  it('is read from Ollama and from OpenAI-compatible services where it was asked for', async () => {
    const ollama = await running(startOllamaServer({ models: ['qwen3:8b'], answers: [...answers, ...answers] }));
    const openAi = await running(startOpenAiServer({ models: ['sample'], answers: [...answers, ...answers] }));
    for (const driver of [ollamaDriver({ url: ollama.url }), openAiCompatibleDriver({ baseUrl: `${openAi.url}/v1`, local: true })]) {
      expect((await finish(driver)).sureness).toBe(0.5);
      expect((await finish(driver, { asksForSureness: false })).sureness).toBeUndefined();
    }
  });

  it('is not asked again of a service that refuses the question', async () => {
    const server = await running(startOpenAiServer({ models: ['sample'], refusesLogprobs: true }));
    const driver = openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: true });
    expect((await finish(driver)).reason).toBe('stop');
    expect((await finish(driver)).reason).toBe('stop');
    expect(server.chatRequests().map(({ body }) => body.logprobs)).toEqual([true, undefined, undefined]);
  });
});

describe('arguments nobody can read', () => {
  it.each(['openai', 'anthropic'])('are the fault of the model, not of the service, and what they cost is known (%s)', async (kind) => {
    const answers = [{ toolCalls: [{ name: 'look', arguments: 'nonsense' as never }] }];
    const server = await running(kind === 'openai' ? startOpenAiServer({ models: ['sample'], answers }) : startAnthropicServer({ models: ['claude-sample'], answers }));
    const driver = kind === 'openai' ? openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: true }) : anthropicDriver({ apiKey: 'key', baseUrl: server.url });
    const [model] = await driver.listModels(never);
    const seen: string[] = [];
    const call: ModelCall = { model: model!, messages: [{ role: 'user', text: 'Hello' }], tools: [{ name: 'look', description: '', schema: { type: 'object' } }], toolChoice: 'auto' };
    const read = async () => {
      for await (const chunk of driver.stream(call, never)) seen.push(chunk.type);
    };
    await expect(read()).rejects.toMatchObject({ code: 'BAD_TOOL_CALL' });
    expect(seen).toContain('finish');
    expect(seen).not.toContain('tool-call');
  });
});

describe('Ollama', () => {
  it('reads abilities, context and size, and leaves out models that only embed', async () => {
    const server = await running(startOllamaServer({ models: [{ name: 'llava:13b', capabilities: ['completion', 'vision'], contextTokens: 4_096 }, { name: 'nomic-embed-text', capabilities: ['embedding'] }] }));
    const models = await ollamaDriver({ url: server.url }).listModels(never);
    expect(models).toHaveLength(1);
    expect(models[0]).toMatchObject({ id: 'ollama/llava:13b', local: true, abilities: { tools: false, vision: true }, contextTokens: 4_096, price: { promptUsdPerMTok: 0 } });
  });

  it('assumes tools and 8k where /api/show fails', async () => {
    const server = await running(startOllamaServer({ models: ['qwen3:8b'], showFails: true }));
    expect(await ollamaDriver({ url: server.url }).listModels(never)).toMatchObject([{ abilities: { tools: true }, contextTokens: 8_192 }]);
  });

  it('does not take for local what Ollama sends on to its cloud', async () => {
    const server = await running(startOllamaServer({ models: ['gpt-oss:120b-cloud', 'qwen3:8b'] }));
    const models = await ollamaDriver({ url: server.url }).listModels(never);
    expect(models.map(({ name, local, price }) => [name, local, price === null])).toEqual([['gpt-oss:120b-cloud', false, true], ['qwen3:8b', true, false]]);
    expect(ollamaDriver({ url: 'https://ollama.com' }).local).toBe(false);
  });

  it('grows num_ctx in steps and never shrinks it', async () => {
    const server = await running(startOllamaServer({ models: [{ name: 'qwen3:8b', contextTokens: 20_000 }] }));
    const driver = ollamaDriver({ url: server.url });
    const words = (count: number) => ({ messages: [{ role: 'user' as const, text: 'word '.repeat(count) }] });
    for (const count of [1, 4_000, 1, 14_000]) await say(driver, words(count));
    expect(server.chatRequests().map(({ body }) => (body.options as { num_ctx: number }).num_ctx)).toEqual([4_096, 8_192, 8_192, 20_000]);
  });

  it.each([1, 2, 3])('loads the model at most three times for fifty mixed prompts, each time with a larger context (seed %i)', async (seed) => {
    const server = await running(startOllamaServer({ models: [{ name: 'qwen3:8b', contextTokens: 131_072 }] }));
    const driver = ollamaDriver({ url: server.url });
    const [model] = await driver.listModels(never);
    const counts = Array.from({ length: 50 }, (_, index) => Math.round(10 * 2_000 ** (((index * 37 * seed) % 50) / 49)));
    // The worst order: always a little longer.
    if (seed === 3) counts.sort((a, b) => a - b);
    for (const count of counts) await say(driver, { model, messages: [{ role: 'user', text: 'word '.repeat(count) }] });
    const values = server.chatRequests().map(({ body }) => (body.options as { num_ctx: number }).num_ctx);
    expect(values).toHaveLength(50);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values).size).toBeLessThanOrEqual(3);
    expect(server.chatRequests().every(({ body }) => body.keep_alive === '10m')).toBe(true);
  });

  it('keeps the model loaded and passes options on', async () => {
    const server = await running(startOllamaServer({ models: ['qwen3:8b'] }));
    await say(ollamaDriver({ url: server.url, keepAlive: '1h' }), { temperature: 0.2, maxOutputTokens: 50, schema: SCHEMA, messages: [{ role: 'user', text: 'See', images: [{ mediaType: 'image/png', base64: 'AAAA' }] }] });
    expect(server.chatRequests()[0]!.body).toMatchObject({ keep_alive: '1h', stream: true, format: SCHEMA.schema, options: { temperature: 0.2, num_predict: 50 }, messages: [{ role: 'user', images: ['AAAA'] }] });
  });

  it('says what to do when the machine has too little memory for the model', async () => {
    const message = 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)';
    const server = await running(startOllamaServer({ models: ['qwen3:8b'], faults: [{ kind: 'status', status: 500, message }] }));
    await expect(say(ollamaDriver({ url: server.url }))).rejects.toMatchObject({ code: 'PROVIDER_DOWN', message: expect.stringContaining(message), hint: expect.stringContaining('smaller model') });
  });

  it('offers only the demanded tool', async () => {
    const server = await running(startOllamaServer({ models: ['qwen3:8b'] }));
    const tool = (name: string) => ({ name, description: name, schema: { type: 'object' } });
    await say(ollamaDriver({ url: server.url }), { tools: [tool('a'), tool('b')], toolChoice: { name: 'b' } });
    expect(server.chatRequests()[0]!.body.tools).toMatchObject([{ function: { name: 'b' } }]);
  });

  it('logs in with the name and password of its address, and shows neither', async () => {
    const server = await running(startOllamaServer({ models: ['qwen3:8b'], apiKey: 'nobody' }));
    const url = server.url.replace('//', '//ada:geheim99@');
    const error = await ollamaDriver({ url }).listModels(never).catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'MODEL_AUTH' });
    expect(String(error)).not.toContain('geheim99');
    expect(server.requests[0]!.headers.authorization).toBe(`Basic ${Buffer.from('ada:geheim99').toString('base64')}`);
  });

  it('keeps <think> blocks out of the answer', async () => {
    const server = await running(startOllamaServer({ models: ['qwen3:8b'], answers: ['<think>secret thoughts</think>\n\nYes, <think> is a tag.'] }));
    expect(await say(ollamaDriver({ url: server.url }))).toBe('Yes, <think> is a tag.');
  });
});

describe('ThinkFilter', () => {
  it.each([['<think>a</think>b', 'b'], ['<think>a</think> <think>c</think> b', 'b'], ['plain', 'plain'], ['<thi', '<thi'], ['<think>never closed', ''], ['a <think>b</think>', 'a <think>b</think>'], ['', '']])('%j becomes %j in pieces of any size', (given, expected) => {
    for (const size of [1, 2, 3, 100]) {
      const filter = new ThinkFilter();
      const parts = Array.from({ length: Math.ceil(given.length / size) }, (_, index) => filter.push(given.slice(index * size, (index + 1) * size)));
      expect(parts.join('') + filter.end()).toBe(expected);
    }
  });
});

describe('Anthropic', () => {
  it('makes an old model answer through a tool, and remembers that', async () => {
    const server = await running(startAnthropicServer({ models: ['claude-3-haiku'], refusesOutputConfig: true }));
    const driver = anthropicDriver({ apiKey: 'key-123456', baseUrl: server.url });
    for (let time = 0; time < 2; time += 1) expect(JSON.parse(await say(driver, { schema: SCHEMA }))).toEqual({ answer: 'answer' });
    expect(server.chatRequests().map(({ body }) => Boolean(body.output_config))).toEqual([true, false, false]);
  });

  it('is never local and joins turns of one side', async () => {
    const server = await running(startAnthropicServer({ models: ['claude-sonnet-4-5'] }));
    const driver = anthropicDriver({ apiKey: 'key-123456', baseUrl: server.url });
    await say(driver, { messages: [{ role: 'system', text: 'Be kind.' }, { role: 'user', text: 'One' }, { role: 'user', text: 'Two', images: [{ mediaType: 'image/png', base64: 'AAAA' }] }], temperature: 1.7 });
    expect(driver.local).toBe(false);
    expect(server.chatRequests()[0]!.body).toMatchObject({ system: 'Be kind.', temperature: 1, messages: [{ role: 'user', content: [{ text: 'One' }, { type: 'image' }, { text: 'Two' }] }] });
  });

  it('tells a refusal apart', async () => {
    const server = await running(startAnthropicServer({ models: ['claude-sonnet-4-5'], answers: [{ text: '', finish: 'refused' }] }));
    const driver = anthropicDriver({ apiKey: 'key-123456', baseUrl: server.url });
    const [model] = await driver.listModels(never);
    const chunks = [];
    for await (const chunk of driver.stream({ model: model!, messages: [{ role: 'user', text: 'x' }], tools: [], toolChoice: 'required' }, never)) chunks.push(chunk);
    expect(chunks.at(-1)).toMatchObject({ reason: 'refused' });
  });
});

describe('OpenAI-compatible', () => {
  it('writes the schema into the prompt where json_schema is refused, and remembers that', async () => {
    const server = await running(startOpenAiServer({ models: ['tiny-1b'], refusesJsonSchema: true, answers: [{ json: { answer: 'a' } }, { json: { answer: 'b' } }] }));
    const driver = openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: true });
    expect([await say(driver, { schema: SCHEMA }), await say(driver, { schema: SCHEMA })]).toEqual(['{"answer":"a"}', '{"answer":"b"}']);
    expect(server.chatRequests().map(({ body }) => Boolean(body.response_format))).toEqual([true, false, false]);
    expect(JSON.stringify(server.chatRequests()[1]!.body.messages)).toContain('additionalProperties');
  });

  it('asks without stream_options where they are refused, and remembers that', async () => {
    const server = await running(startOpenAiServer({ models: ['old'], refusesStreamOptions: true }));
    const driver = openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: true });
    for (const more of [{}, {}, { schema: SCHEMA }, { schema: SCHEMA }]) expect(await say(driver, more)).not.toBe('');
    const sent = server.chatRequests().map(({ body }) => [body.stream_options !== undefined, body.response_format !== undefined]);
    expect(sent).toEqual([[true, false], [false, false], [false, false], [true, true], [true, false], [false, true], [false, true]]);
  });

  it('lists chat models only, free where local, priced where known', async () => {
    const server = await running(startOpenAiServer({ models: ['gpt-4o', 'text-embedding-3-small', 'whisper-1', 'tts-1', 'dall-e-3', 'gpt-4o-realtime-preview', 'omni-moderation-latest', 'gpt-image-1'] }));
    const names = (await openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: true }).listModels(never)).map(({ name }) => name);
    expect(names).toEqual(['gpt-4o']);
    const [unknown] = await openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: false }).listModels(never);
    expect(unknown!.price).toBeNull();
  });

  it('sends no authorization without a key, the key with one, and asks for usage', async () => {
    const server = await running(startOpenAiServer({ models: ['a-7b'] }));
    await say(openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: true }), { maxOutputTokens: 9, temperature: 0 });
    await say(openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: true, apiKey: 'sk-12345678' }), { messages: [{ role: 'user', text: 'See', images: [{ mediaType: 'image/png', base64: 'AAAA' }] }] });
    const [without, withKey] = server.chatRequests();
    expect(without!.headers.authorization).toBeUndefined();
    expect(without!.body).toMatchObject({ max_tokens: 9, temperature: 0, stream_options: { include_usage: true } });
    expect(withKey!.headers.authorization).toBe('Bearer sk-12345678');
    expect(JSON.stringify(withKey!.body)).toContain('data:image/png;base64,AAAA');
  });

  it.each([['gpt-4-turbo', 4_096], ['openai/gpt-3.5-turbo', 4_096], ['gpt-4o', 16_000], ['gpt-4.1', 16_000]])('asks %s for at most %i tokens where it may say 16,000', async (name, expected) => {
    const server = await running(startOpenAiServer({ models: [name] }));
    await say(openAiCompatibleDriver({ baseUrl: `${server.url}/v1`, local: false, apiKey: 'sk-12345678' }), { maxOutputTokens: 16_000 });
    expect(server.chatRequests()[0]!.body.max_tokens).toBe(expected);
  });

  it('knows providers by their address', () => {
    expect(openAiCompatibleDriver({ local: false, apiKey: 'x' }).provider).toBe('openai');
    expect(openAiCompatibleDriver({ local: false, apiKey: 'x', baseUrl: 'https://openrouter.ai/api/v1' }).provider).toBe('openrouter');
    expect(openAiCompatibleDriver({ local: false, baseUrl: 'https://llm.example.org/v1' }).provider).toBe('openai-compatible');
  });

  it('mends slightly broken tool arguments and gives up on others', () => {
    expect(readToolArguments("{'a': 1,}")).toEqual({ a: 1 });
    expect(readToolArguments('')).toEqual({});
    expect(readToolArguments('[1]')).toBeUndefined();
  });
});

describe('the rehearsal', () => {
  it('answers from scripts, else from the schema, and says what it is', async () => {
    const driver = rehearsalDriver({ scripts: { plan: (messages) => ({ goal: messages[0]!.text }) } });
    expect(JSON.parse(await say(driver, { schema: { name: 'plan', schema: {} } }))).toEqual({ goal: 'Hello' });
    expect(JSON.parse(await say(driver, { schema: SCHEMA }))).toEqual({ answer: '[rehearsal] answer' });
    expect(JSON.parse(await say(driver, { schema: { ...SCHEMA, name: 'constructor' } }))).toEqual({ answer: '[rehearsal] answer' });
    expect(await say(driver)).toMatch(/^\[rehearsal\].*Hello/);
  });
});

it('a refusal quotes the sentence of the answer and not its JSON, and names the field to look at', async () => {
  const { url } = await running(startAnthropicServer({ models: ['claude-sonnet-4-5'], apiKey: 'right' }));
  await expect(anthropicDriver({ apiKey: 'wrong', baseUrl: url }).listModels(never)).rejects.toMatchObject({ message: expect.stringMatching(/refused the key \(401\): invalid api key$/), hint: expect.stringContaining('"Anthropic API Key"') });
});

describe('findOllama', () => {
  it.each([['0.0.0.0', 'http://127.0.0.1:11434'], ['0.0.0.0:8080', 'http://127.0.0.1:8080'], ['box', 'http://box:11434'], [':9999', 'http://127.0.0.1:9999'], ['https://models.lan', 'https://models.lan'], ['http://localhost:11434/', 'http://localhost:11434'], ['[::1]:5', 'http://[::1]:5']])('reads %s as %s', (given, expected) => {
    expect(readOllamaAddress(given)).toBe(expected);
  });

  it('tries OLLAMA_HOST before the usual addresses, and only the configured one when there is one', () => {
    expect(ollamaAddresses({ ollamaHost: 'localhost' })).toEqual(['http://localhost:11434', 'http://127.0.0.1:11434', 'http://host.docker.internal:11434', 'http://ollama:11434']);
    expect(ollamaAddresses({ configured: 'box', ollamaHost: 'localhost' })).toEqual(['http://box:11434']);
  });

  it('takes the first that answers and tells what the others said', async () => {
    const other = await running(startOpenAiServer({ models: ['x'] }));
    const first = await running(startOllamaServer({ models: [] }));
    const second = await running(startOllamaServer({ models: [] }));
    const usualAddresses = ['http://127.0.0.1:9', other.url, first.url, second.url];
    expect(await findOllama({ usualAddresses })).toEqual({ url: first.url, tried: [{ url: 'http://127.0.0.1:9', why: 'nothing listens at this address' }, { url: other.url, why: 'answered 404' }] });
  });

  it('gives a silent address its time and no more', async () => {
    const clock = fakeClock();
    const silent = await running(startOllamaServer({ models: [] }));
    const search = findOllama({ configured: `${silent.url}`, clock, deadlineMs: 1_500 });
    clock.advance(1_500);
    expect(await search).toMatchObject({ tried: [{ url: silent.url, why: 'no answer within 1500 ms' }] });
  });
});

describe('isThisMachine', () => {
  it.each(['http://localhost:1234/v1', 'http://127.0.0.1', 'http://[::1]:8000', 'http://10.1.2.3', 'http://172.16.0.1', 'http://172.31.255.1', 'http://192.168.1.5', 'http://169.254.1.1', 'http://host.docker.internal:1234', 'http://vllm:8000', 'http://box.local', 'http://[fd00::1]', 'http://[fe80::1]', 'http://[::ffff:192.168.0.1]'])('%s is', (url) => {
    expect(isThisMachine(url)).toBe(true);
  });

  it.each(['https://api.openai.com/v1', 'https://openrouter.ai', 'http://172.32.0.1', 'http://8.8.8.8', 'http://11.0.0.1', 'http://localhost.example.com', 'http://[2001:db8::1]', 'http://[::ffff:8.8.8.8]', 'http://127.0.0.1.nip.io', 'http://10.evil.com', 'ftp://localhost', 'nonsense', 'http://user:localhost@evil.com'])('%s is not', (url) => {
    expect(isThisMachine(url)).toBe(false);
  });
});
