import { silentLogger } from '../../kernel';
import { anthropicDriver, ollamaDriver, openAiCompatibleDriver, type Preset } from '../../router';
import { startAnthropicServer, startOllamaServer, startOpenAiServer, type Fault, type ModelServer } from '../support/model-servers';
import { requestOf, routerOver } from './scripted-driver';

const SECRET = 'the vault code is 7391-umbrella';
const FAULTS: Array<Fault | undefined> = [
  undefined, { kind: 'status', status: 400 }, { kind: 'status', status: 401 }, { kind: 'status', status: 404 }, { kind: 'status', status: 413 }, { kind: 'status', status: 429, retryAfterS: 1 },
  { kind: 'status', status: 500 }, { kind: 'reset' }, { kind: 'reset-mid-stream' }, { kind: 'end-mid-stream' }, { kind: 'garbled' }, { kind: 'empty' },
];
const PRESETS: Preset[] = ['localFirst', 'best', 'cheapest'];

/** A cloud that must never hear anything: stronger, larger and healthy, so that every rule but one speaks for it. */
async function drained(chunks: AsyncIterable<unknown>): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}

describe('a secret', () => {
  const servers: ModelServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it.each(FAULTS.flatMap((fault) => PRESETS.map((preset) => [fault ? `${fault.kind} ${'status' in fault ? fault.status : ''}` : 'no fault', preset, fault] as const)))('stays on this machine: %s, %s', async (_name, preset, fault) => {
    const ollama = await startOllamaServer({ models: ['qwen3:8b', 'qwen3:1b'], faults: (index) => (fault ? (index < 6 ? fault : undefined) : undefined) });
    const traps = [await startAnthropicServer({ models: ['claude-opus-4-5'] }), await startOpenAiServer({ models: ['gpt-4o'] })];
    servers.push(ollama, ...traps);
    const { router } = routerOver([ollamaDriver({ url: ollama.url }), anthropicDriver({ apiKey: 'key-123456', baseUrl: traps[0]!.url }), openAiCompatibleDriver({ baseUrl: `${traps[1]!.url}/v1`, apiKey: 'key-123456', local: false })]);
    const never = new AbortController().signal;
    const request = (facts = {}) => requestOf({ privacy: 'secret', preset, ...facts }, { messages: [{ role: 'user', text: SECRET }] });
    const outcomes = await Promise.allSettled([
      router.complete(request(), never),
      router.complete(request({ model: 'anthropic/claude-opus-4-5', escalateFrom: 'ollama/qwen3:8b' }), never),
      drained(router.stream(request(), never)),
    ]);
    if (!fault) expect(outcomes.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(ollama.chatRequests().length).toBeGreaterThan(0);
    for (const trap of traps) {
      expect(trap.requests.length).toBeGreaterThan(0); // it was there, and was asked for its models
      expect(trap.chatRequests()).toHaveLength(0);
      expect(JSON.stringify(trap.requests)).not.toContain(SECRET);
    }
  });

  it('is not in the error when a provider quotes it; a request that is not secret keeps those words', async () => {
    const ollama = await startOllamaServer({ models: ['qwen3:8b'], faults: () => ({ kind: 'status', status: 400, message: `cannot read "${SECRET}"` }) });
    servers.push(ollama);
    const { router } = routerOver([ollamaDriver({ url: ollama.url })]);
    const failure = async (privacy: 'secret' | 'internal') => await router.complete(requestOf({ privacy }, { messages: [{ role: 'user', text: SECRET }] }), new AbortController().signal).catch((error: unknown) => error as Error);
    const error = (await failure('secret')) as Error;
    expect(error).toMatchObject({ code: 'MODEL_REQUEST', message: expect.stringContaining('(400): (not shown: the request is secret)') });
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${JSON.stringify(error.cause)}`).not.toContain(SECRET);
    expect(((await failure('internal')) as Error).message).toContain(SECRET);
  });

  it('is not written to the log when a provider quotes it', async () => {
    const ollama = await startOllamaServer({ models: ['qwen3:8b'], faults: () => ({ kind: 'status', status: 400, message: `cannot read "${SECRET}"` }) });
    servers.push(ollama);
    const lines: string[] = [];
    const log = { ...silentLogger, warn: (...line: unknown[]) => void lines.push(JSON.stringify(line)) };
    const { router } = routerOver([ollamaDriver({ url: ollama.url })], { log });
    const ask = async (privacy: 'secret' | 'internal') => await router.complete(requestOf({ privacy }, { messages: [{ role: 'user', text: SECRET }] }), new AbortController().signal).catch(() => undefined);
    await ask('secret');
    expect(lines.join()).toContain('MODEL_REQUEST');
    expect(lines.join()).not.toContain(SECRET);
    await ask('internal');
    expect(lines.join()).toContain(SECRET);
  });
});
