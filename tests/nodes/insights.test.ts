import type { IDataObject } from 'n8n-workflow';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, runWorkflow } from '../support/run-workflow';
import { sourceOf } from '../support/test-nodes';

let ollama: ModelServer;
let host: ReturnType<typeof useNodeHost>;

beforeEach(async () => {
  ollama = await startOllamaServer({ models: ['qwen3:8b'] });
  host = useNodeHost({ OLLAMA_HOST: ollama.url });
});
afterEach(async () => {
  await ollama.close();
  host.restore();
});

async function ask(parameters: IDataObject, { items = [{}] as IDataObject[], first = [] as Array<{ name: string; type: string; parameters: IDataObject }>, team = undefined as IDataObject | undefined } = {}) {
  const nodes = [{ name: 'Source', type: 'source', parameters: {} }, ...first, { name: 'Insights', type: 'n8n-nodes-aios.insights', parameters, ...(team && { credentials: { aiosTeamApi: { id: 'team', name: 'Team' } } }) }];
  const run = await runWorkflow({ nodes: nodes as never, connections: chain(...nodes.map(({ name }) => name)) }, { nodeTypes: { ...ourNodeTypes, source: sourceOf(items) }, ...(team && { credentials: { team } }) });
  return { run, items: itemsOf(run, 'Insights') };
}
const call = { name: 'Router', type: 'n8n-nodes-aios.llmRouter', parameters: { prompt: 'Hello' } };

describe('Doctor', () => {
  it('is what the node does untouched: one item per check, each saying whether all is well', async () => {
    const { items } = await ask({});
    expect(items.map(({ json }) => json.service)).toEqual(expect.arrayContaining(['node', 'dataFolder', 'store', 'ollama', 'redis']));
    expect(new Set(items.map(({ json }) => json.ok))).toEqual(new Set([true]));
    expect(items.find(({ json }) => json.service === 'ollama')?.json).toMatchObject({ status: 'ok', version: '0.12.0', models: [{ name: 'qwen3:8b', local: true }] });
    expect(items[0]?.pairedItem).toEqual({ item: 0 });
  });

  it('puts what a person reads first into the first columns, filled in every item', async () => {
    const { items } = await ask({});
    const columns = ['title', 'status', 'detail', 'todo', 'version'];
    for (const { json } of items) {
      expect(Object.keys(json).slice(0, columns.length)).toEqual(columns);
      expect(columns.filter((column) => json[column] === undefined)).toEqual([]);
    }
  });

  it('begins with what failed', async () => {
    await ollama.close();
    // By the credential, so that no other Ollama of this machine is found.
    const { items } = await ask({}, { team: { ollamaUrl: ollama.url } });
    expect(items[0]?.json).toMatchObject({ service: 'ollama', status: 'failed', ok: false, todo: expect.stringContaining('Ollama') });
  });

  it('answers where the team itself cannot be opened', async () => {
    process.env.EXECUTIONS_MODE = 'queue';
    const { items } = await ask({ operation: 'doctor' });
    expect(items[0]?.json).toMatchObject({ ok: false, service: 'configuration', status: 'failed', todo: expect.stringContaining('Redis URL') });
    expect(items.length).toBeGreaterThan(5);
  });
});

describe('Stats', () => {
  it('is one item with the figures', async () => {
    const { items } = await ask({ operation: 'stats' }, { first: [call] });
    expect(items).toHaveLength(1);
    expect(items[0]?.json).toMatchObject({ team: 'default', runs: { total: 0 }, calls: { total: 1, local: 1, localShare: 1 }, byModel: [{ key: 'ollama/qwen3:8b' }] });
  });

  it('is one item per model when it is split so', async () => {
    const { items } = await ask({ operation: 'stats', split: 'byModel', since: 'all' }, { first: [call] });
    expect(items.map(({ json }) => json)).toEqual([expect.objectContaining({ model: 'ollama/qwen3:8b', localCalls: 1, failures: 0, since: '1970-01-01T00:00:00.000Z' })]);
  });

  it('says which times can be asked for', async () => {
    const { run } = await ask({ operation: 'stats', since: 'last week' });
    expect(run.data.resultData.error).toMatchObject({ message: expect.stringContaining('"last week"'), description: expect.stringContaining('7d') });
  });
});

it('writes metrics as text', async () => {
  const { items } = await ask({ operation: 'metrics' }, { first: [call] });
  expect(items[0]?.json.text).toContain('aios_model_calls_total{team="default",model="ollama/qwen3:8b",local="true"} 1\n');
});
