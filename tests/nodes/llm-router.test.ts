import type { ICredentialsDecrypted, ICredentialTestFunctions, IDataObject } from 'n8n-workflow';
import { startAnthropicServer, startOllamaServer, type ModelServer, type ModelServerOptions } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, startWorkflow, type RunOptions } from '../support/run-workflow';
import { sourceOf } from '../support/test-nodes';

let ollama: ModelServer;
let host: ReturnType<typeof useNodeHost>;

async function serve(options: Partial<ModelServerOptions> = {}) {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], ...options });
  host = useNodeHost({ OLLAMA_HOST: ollama.url });
}
afterEach(async () => {
  await ollama.close();
  host.restore();
});

function start(items: IDataObject[], parameters: IDataObject = {}, options: Partial<RunOptions> & { credentialId?: string } = {}) {
  const { credentialId, ...runOptions } = options;
  const credentials = credentialId ? { aiosTeamApi: { id: credentialId, name: 'AIOS Team' } } : undefined;
  return startWorkflow(
    {
      nodes: [
        { name: 'Source', type: 'source', parameters: {} },
        { name: 'Router', type: 'n8n-nodes-aios.llmRouter', parameters: parameters as never, credentials },
      ],
      connections: chain('Source', 'Router'),
    },
    { ...runOptions, nodeTypes: { ...ourNodeTypes, source: sourceOf(items) } },
  );
}

describe('Complete', () => {
  it('answers each item, with the model, its tokens and its cost', async () => {
    await serve({ answers: [{ text: 'A workflow is a list of steps.', promptTokens: 12, completionTokens: 7 }] });
    const run = await start([{}]).finished;
    expect(itemsOf(run, 'Router')[0]).toMatchObject({
      json: { text: 'A workflow is a list of steps.', model: 'ollama/qwen3:8b', provider: 'ollama', local: true, tokens: 19, costUsd: 0, finishReason: 'stop', decision: { preset: 'localFirst', privacy: 'internal' } },
      pairedItem: { item: 0 },
    });
  });

  it('answers in JSON of the given shape', async () => {
    await serve();
    const schema = { type: 'object', properties: { mood: { type: 'string', enum: ['good', 'bad'] } }, required: ['mood'], additionalProperties: false };
    const run = await start([{}], { asJson: true, schema: JSON.stringify(schema) }).finished;
    expect(['good', 'bad']).toContain((itemsOf(run, 'Router')[0]?.json.data as IDataObject).mood);
  });

  it("tells n8n's OpenTelemetry of all its calls together, and not a word of them", async () => {
    await serve({ answers: [{ text: 'Well, no.', promptTokens: 12, completionTokens: 7 }, { text: 'Well, yes.', promptTokens: 8, completionTokens: 3 }] });
    const run = await start([{ prompt: 'About bees?' }, { prompt: 'About ants?' }]).finished;
    const { tracing } = run.data.resultData.runData.Router![0]!.metadata!;
    expect(tracing).toMatchObject({ 'gen_ai.response.model': 'ollama/qwen3:8b', 'gen_ai.provider.name': 'ollama', 'gen_ai.usage.input_tokens': 20, 'gen_ai.usage.output_tokens': 10, 'aios.calls': 2, 'aios.local': true, 'aios.privacy': 'internal', 'aios.cost_usd': 0 });
    expect((tracing!['aios.call_id'] as string).split(', ')).toHaveLength(2);
    expect(JSON.stringify(tracing)).not.toMatch(/bees|ants|Well/);
  });

  it('gives an equal question the answer it got before, where that is wished', async () => {
    await serve({ answers: ['The first answer.', 'The second answer.'] });
    const ask = async (options: IDataObject) => itemsOf(await start([{ prompt: 'What is tea?' }], { options }).finished, 'Router')[0]!.json;
    await ask({ reuseMinutes: 60 });
    expect(await ask({ reuseMinutes: 60 })).toMatchObject({ text: 'The first answer.', costUsd: 0, tokens: 0, decision: { cached: true } });
    expect(await ask({})).toMatchObject({ text: 'The second answer.', decision: { cached: false } });
  });

  it('says so when the answer is not JSON', async () => {
    await serve({ answers: ['Sorry, no.'] });
    const { error } = (await start([{}], { asJson: true }).finished).data.resultData;
    expect(error).toMatchObject({ message: expect.stringContaining('not JSON'), type: 'ANSWER_NOT_JSON' });
  });

  it('streams the answer to whoever watches', async () => {
    await serve({ answers: ['One two three four five six seven.'] });
    const running = start([{}], {}, { streaming: true });
    const run = await running.finished;
    expect(running.chunks.map(({ type }) => type)).toEqual(['begin', ...running.chunks.slice(1, -1).map(() => 'item'), 'end']);
    expect(running.chunks.filter(({ type }) => type === 'item').length).toBeGreaterThan(1);
    expect(running.chunks.map(({ content }) => content ?? '').join('')).toBe('One two three four five six seven.');
    expect(itemsOf(run, 'Router')[0]?.json.text).toBe('One two three four five six seven.');
  });

  it('keeps the items apart', async () => {
    await serve();
    const run = await start([{ prompt: 'first' }, { prompt: 'second' }, { prompt: 'third' }]).finished;
    const asked = ollama.chatRequests().map(({ body }) => (body.messages as Array<{ content: string }>).at(-1)!.content).sort();
    expect(asked).toEqual(['first', 'second', 'third']);
    expect(itemsOf(run, 'Router').map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
  });
});

describe('Explain', () => {
  it('says which model would answer, and asks none', async () => {
    await serve();
    const run = await start([{}], { operation: 'explain' }).finished;
    expect(itemsOf(run, 'Router')[0]?.json).toMatchObject({ model: 'ollama/qwen3:8b', local: true, costUsd: null, candidates: [expect.objectContaining({ model: 'ollama/qwen3:8b' })] });
    expect(ollama.chatRequests()).toEqual([]);
  });

  it('shows the weights it went by, those of the node made to sum to 1', async () => {
    await serve();
    const run = await start([{}], { operation: 'explain', preset: 'own', weights: { speed: 0.6, local: 0.2 } }).finished;
    expect(itemsOf(run, 'Router')[0]?.json).toMatchObject({ preset: 'own', weights: { speed: 0.75, local: 0.25, fit: 0, cheapness: 0, strength: 0 } });
  });
});

describe('Calibrate', () => {
  const calibrate = async (items: IDataObject[], calibration?: string) => {
    const run = await start(items, { operation: 'calibrate', ...(calibration !== undefined && { calibration }) }).finished;
    return { items: itemsOf(run, 'Router'), error: run.data.resultData.error };
  };

  it('says in words how many outcomes are missing, once for all items', async () => {
    await serve();
    const { items } = await calibrate([{}, {}, {}], 'apply');
    expect(items).toEqual([{ json: expect.objectContaining({ status: 'tooFew', outcomes: 0, inForce: null, message: expect.stringMatching(/^Too few outcomes to learn from: 0 of 100\. 100 more are needed/) }), pairedItem: { item: 0 } }]);
    expect(ollama.chatRequests()).toEqual([]);
  });

  it('changes nothing before it is told to', async () => {
    await serve();
    expect((await calibrate([{}])).items[0]?.json).toMatchObject({ status: 'tooFew', inForce: null });
    expect((await calibrate([{}], 'undo')).items[0]?.json).toMatchObject({ status: 'nothingToUndo', message: 'Nothing to undo: no calibration is in force.' });
  });

  it('lets no item and no model choose what is done', async () => {
    await serve();
    for (const chosen of ['={{ $json.step }}', "={{ $fromAI('step', 'what to do', 'string') }}", 'forget']) {
      expect((await calibrate([{ step: 'apply' }], chosen)).error).toMatchObject({ message: expect.stringContaining('must be chosen in the node') });
    }
    const run = await start([{ operation: 'calibrate' }], { operation: '={{ $json.operation }}' }).finished;
    expect(itemsOf(run, 'Router')[0]?.json.status).toBeUndefined();
  });
});

describe('privacy', () => {
  it('a secret prompt goes to no cloud model, even when no local one answers', async () => {
    await serve({ models: [] });
    const anthropic = await startAnthropicServer({ models: ['claude-sonnet-4-5'] });
    try {
      const credentials = { c1: { ollamaUrl: ollama.url, anthropicApiKey: 'sk-ant-test-key', anthropicBaseUrl: anthropic.url } };
      const run = await start([{}], { privacy: 'secret' }, { credentialId: 'c1', credentials }).finished;
      expect(run.data.resultData.error).toMatchObject({ type: 'SECRET_NEEDS_LOCAL_MODEL', description: expect.stringMatching(/\S/) });
      expect(anthropic.chatRequests()).toEqual([]);
      const open = await start([{}], { privacy: 'internal' }, { credentialId: 'c1', credentials }).finished;
      expect(itemsOf(open, 'Router')[0]?.json).toMatchObject({ provider: 'anthropic', local: false });
    } finally {
      await anthropic.close();
    }
  });
});

describe('the credential', () => {
  const test = (data: IDataObject) => {
    const { aiosTeamApiTest } = ourNodeTypes['n8n-nodes-aios.llmRouter']!.methods!.credentialTest!;
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    return aiosTeamApiTest!.call({ logger } as unknown as ICredentialTestFunctions, { id: '1', name: 'AIOS Team', type: 'aiosTeamApi', data } as unknown as ICredentialsDecrypted<never>);
  };

  it('names what answered', async () => {
    await serve();
    expect(await test({ teamName: 'default', ollamaUrl: ollama.url })).toEqual({ status: 'OK', message: expect.stringMatching(/Ollama.*qwen3|Ollama.*1 model/) });
  });

  it('names what did not', async () => {
    await serve();
    expect(await test({ ollamaUrl: 'http://127.0.0.1:9', searxngUrl: '' })).toEqual({ status: 'Error', message: expect.stringContaining('127.0.0.1:9') });
  });

  it('with a value it cannot have fails the node and names the field', async () => {
    await serve();
    const credentials = { bad: { teamName: 'not a name!' } };
    const { error } = (await start([{}], {}, { credentialId: 'bad', credentials }).finished).data.resultData;
    expect(error).toMatchObject({ type: 'INVALID_INPUT', message: expect.stringContaining('teamName') });
  });
});
