import type { IDataObject } from 'n8n-workflow';
import { startAnthropicServer, startOllamaServer, type ModelServer } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, startWorkflow } from '../support/run-workflow';
import { sourceOf } from '../support/test-nodes';

let ollama: ModelServer;
let cloud: ModelServer;
let host: ReturnType<typeof useNodeHost>;

beforeEach(async () => {
  ollama = await startOllamaServer({ models: ['qwen3:8b'] });
  cloud = await startAnthropicServer({ models: ['claude-sonnet-4-5'] });
  host = useNodeHost({ OLLAMA_HOST: ollama.url });
});
afterEach(async () => {
  await Promise.all([ollama.close(), cloud.close()]);
  host.restore();
});

/** Three questions for the best answer, one after the other; the names of the models that answered. */
async function ask(credential: IDataObject, options: IDataObject = {}) {
  const names = ['First', 'Second', 'Third'];
  const node = (name: string) => ({ name, type: 'n8n-nodes-aios.llmRouter', parameters: { prompt: 'Hello', preset: 'best', options } as never, credentials: { aiosTeamApi: { id: 'team', name: 'Team' } } });
  const stats = { name: 'Stats', type: 'n8n-nodes-aios.insights', parameters: { operation: 'stats', split: 'byWorkflow' }, credentials: { aiosTeamApi: { id: 'team', name: 'Team' } } };
  const nodes = [{ name: 'Source', type: 'source', parameters: {} }, ...names.map(node), stats];
  const team = { ollamaUrl: ollama.url, anthropicApiKey: 'key', anthropicBaseUrl: cloud.url, ...credential };
  const run = await startWorkflow({ name: 'Sales report', nodes: nodes as never, connections: chain(...nodes.map(({ name }) => name)) }, { nodeTypes: { ...ourNodeTypes, source: sourceOf([{}]) }, credentials: { team } }).finished;
  return { error: run.data.resultData.error, models: names.map((name) => itemsOf(run, name)[0]?.json.provider), stats: itemsOf(run, 'Stats').map(({ json }) => json) };
}

it('answers on local models when the daily budget of the credential is used up', async () => {
  expect((await ask({ dailyBudgetUsd: '0.0001' })).models).toEqual(['ollama', 'ollama', 'ollama']);
  expect((await ask({ dailyBudgetUsd: '5', teamName: 'rich' })).models).toEqual(['anthropic', 'anthropic', 'anthropic']);
});

it('fails with the numbers where it is to stop, and asks for a person where it is to ask', async () => {
  const stopped = await ask({ monthlyBudgetUsd: '0', whenBudgetUsedUp: 'stop' });
  expect(stopped.error).toMatchObject({ message: expect.stringMatching(/^The monthly budget of the team \(\d{4}-\d{2} UTC\): \$0\.00 of \$0\.00 are spent/), description: expect.stringContaining('"Monthly Budget (USD)"'), type: 'BUDGET_EXCEEDED' });
  const asked = await ask({ dailyBudgetUsd: '0', whenBudgetUsedUp: 'ask' });
  expect(asked.error).toMatchObject({ message: expect.stringContaining('A person must decide about money.'), type: 'BUDGET_NEEDS_PERSON' });
  expect(cloud.requests.filter(({ path }) => path.includes('messages'))).toEqual([]);
});

it('keeps the budget of one call', async () => {
  expect((await ask({}, { callBudgetUsd: 0.0001 })).models).toEqual(['ollama', 'ollama', 'ollama']);
});

it('counts for the workflow, by its id and with its name', async () => {
  const { stats } = await ask({});
  expect(stats).toEqual([expect.objectContaining({ workflow: 'test-workflow', name: 'Sales report', cloudCalls: 3, costUsd: expect.any(Number) })]);
});

it('refuses a budget that is no number, and names the field', async () => {
  expect((await ask({ dailyBudgetUsd: 'much' })).error).toMatchObject({ message: expect.stringContaining('"dailyBudgetUsd" (environment: AIOS_DAILY_BUDGET_USD) is no number of US dollars') });
});
