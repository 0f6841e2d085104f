import { systemClock } from '../../kernel';
import { probeModel, type ProbeProgress, type ProbeResult } from '../../insights';
import { ollamaDriver, type CatalogModel, type ModelDriver } from '../../router';
import { fakeClock } from '../support/fake-clock';
import { startOllamaServer, type ModelServer, type OllamaServerOptions } from '../support/model-servers';

const TOOL_CALL = { toolCalls: [{ name: 'current_weather', arguments: { city: 'Lisbon' } }] };
const BOOK = { json: { title: 'The Ferry', pages: 212, tags: ['sea', 'work'] } };
const KNOWN = 'The code word is heron-4711.';
const NUMBERS = { text: 'one, two, three', completionTokens: 150 };

let server: ModelServer;
afterEach(async () => await server.close());

async function probe(options: Partial<OllamaServerOptions>, contextTokens = 32_768): Promise<{ result: ProbeResult; progress: ProbeProgress[] }> {
  server = await startOllamaServer({ models: [{ name: 'qwen3:8b', contextTokens }], tokenDelayMs: 1, ...options });
  const driver = ollamaDriver({ url: server.url });
  const [model] = await driver.listModels(new AbortController().signal);
  const progress: ProbeProgress[] = [];
  const result = await probeModel({ model: model!, driver, digest: 'sha' }, { clock: systemClock, signal: new AbortController().signal, onProgress: (step) => void progress.push(step) });
  return { result, progress };
}

describe('a trial of a model', () => {
  it('finds what the model can do', async () => {
    const { result, progress } = await probe({ answers: [TOOL_CALL, BOOK, KNOWN, KNOWN, KNOWN, KNOWN, NUMBERS] });
    expect(result).toMatchObject({ digest: 'sha', model: 'ollama/qwen3:8b', tools: 'passed', schema: 'passed', usableContextTokens: 32_768, notes: [] });
    expect(result.tokensPerSecond).toBeGreaterThan(0);
    expect(progress.map(({ step, said }) => said ?? step)).toEqual(['tools', 'passed', 'schema', 'passed', 'context', '32768 tokens', 'speed', expect.stringMatching(/tokens\/s$/)]);
  });

  it('asks with the windows 4k, 8k, 16k and 32k, each filled but not overfull', async () => {
    await probe({ answers: [TOOL_CALL, BOOK, KNOWN, KNOWN, KNOWN, KNOWN, NUMBERS] });
    const asked = server.chatRequests().slice(2, 6).map(({ body }) => ({ window: (body.options as { num_ctx: number }).num_ctx, characters: JSON.stringify(body.messages).length }));
    expect(asked.map(({ window }) => window)).toEqual([4_096, 8_192, 16_384, 32_768]);
    // English has about 4.5 characters a token.
    for (const { window, characters } of asked) expect(characters / 4.5 / window).toBeGreaterThan(0.5);
    for (const { window, characters } of asked) expect(characters / 4.5 / window).toBeLessThan(0.95);
  });

  it('stops at the first window whose beginning is forgotten', async () => {
    const { result } = await probe({ answers: [TOOL_CALL, BOOK, KNOWN, 'I do not know.', NUMBERS] });
    expect(result.usableContextTokens).toBe(4_096);
    expect(server.chatRequests()).toHaveLength(5);
  });

  it('asks no window larger than the model claims', async () => {
    const { result } = await probe({ answers: [TOOL_CALL, BOOK, KNOWN, KNOWN, NUMBERS] }, 8_192);
    expect(result.usableContextTokens).toBe(8_192);
  });

  it.each([
    ['text instead of a tool call', 'It is sunny in Lisbon.'],
    ['a call of a tool that is not there', { toolCalls: [{ name: 'search', arguments: { city: 'Lisbon' } }] }],
    ['a call without its argument', { toolCalls: [{ name: 'current_weather', arguments: {} }] }],
  ])('does not take %s for tool use', async (_what, answer) => expect((await probe({ answers: [answer, BOOK] }, 4_096)).result.tools).toBe('failed'));

  it.each([['prose', 'A book about ferries.'], ['a missing field', { json: { title: 'The Ferry', tags: ['sea', 'work'] } }], ['a wrong type', { json: { title: 'The Ferry', pages: 'many', tags: ['sea', 'work'] } }]])(
    'does not take %s for an answer in the demanded shape',
    async (_what, answer) => expect((await probe({ answers: [TOOL_CALL, answer] }, 4_096)).result.schema).toBe('failed'),
  );

  it('goes on with the next question when one fails, and notes why', async () => {
    const { result } = await probe({ faults: [{ kind: 'status', status: 500, message: 'model runner has stopped' }], answers: [BOOK, KNOWN, NUMBERS] }, 4_096);
    expect(result).toMatchObject({ tools: 'notRun', schema: 'passed', usableContextTokens: 4_096, notes: [expect.stringContaining('model runner has stopped')] });
  });
});

describe('a model that does not answer', () => {
  const model: CatalogModel = { id: 'ollama/slow', provider: 'ollama', name: 'slow', local: true, abilities: { tools: true, json: true, vision: false }, contextTokens: 8_192, price: null, strength: 0.5 };
  const silent: ModelDriver = {
    provider: 'ollama',
    local: true,
    listModels: async () => [model],
    async *stream(_call, signal) {
      yield await new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  beforeEach(async () => void (server = await startOllamaServer({ models: [] })));

  it('costs its deadline per question, no more', async () => {
    const clock = fakeClock();
    const asked = probeModel({ model, driver: silent, digest: 'sha' }, { clock, signal: new AbortController().signal, onProgress: () => {}, questionMs: 60_000 });
    for (let question = 0; question < 4; question += 1) await clock.advanceAndSettle(60_000);
    expect(await asked).toMatchObject({ tools: 'notRun', schema: 'notRun', usableContextTokens: 0, tokensPerSecond: null, notes: expect.arrayContaining(['No answer to the prompt of 4096 tokens within 60 s.']) });
  });

  it('is left when the user stops the trial', async () => {
    const stop = new AbortController();
    const asked = probeModel({ model, driver: silent, digest: 'sha' }, { clock: fakeClock(), signal: stop.signal, onProgress: () => stop.abort() });
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
