import { makeId, silentLogger, systemClock } from '../../kernel';
import { anthropicDriver, createRouter, ollamaDriver, openAiCompatibleDriver, openSqliteLedger, type ModelDriver } from '../../router';
import { startAnthropicServer, startOllamaServer, startOpenAiServer, type ModelServer } from '../support/model-servers';
import { scriptedModel } from '../support/scripted-model';
import { openTestTeam, type TestTeam } from './open-agents';
import { runPipeline } from './run-pipeline';

let team: TestTeam;
let server: ModelServer;
afterEach(async () => {
  team?.close();
  await server?.close();
});

const SERVICES: Array<[name: string, start: () => Promise<ModelServer>, driver: (url: string) => ModelDriver, model: string]> = [
  ['Ollama', () => startOllamaServer({ models: ['qwen3:8b'] }), (url) => ollamaDriver({ url }), 'ollama/qwen3:8b'],
  ['Anthropic', () => startAnthropicServer({ models: ['claude-sonnet-4-5'], apiKey: 'key-for-tests' }), (url) => anthropicDriver({ apiKey: 'key-for-tests', baseUrl: url }), 'anthropic/claude-sonnet-4-5'],
  ['an OpenAI-compatible service', () => startOpenAiServer({ models: ['gpt-5-mini'] }), (url) => openAiCompatibleDriver({ baseUrl: `${url}/v1`, local: true }), 'openai-compatible/gpt-5-mini'],
];

it.each(SERVICES)('a goal becomes files with %s and a model that knows nothing but schemas', async (_, start, driver, model) => {
  server = await start();
  team = openTestTeam(scriptedModel([]));
  const router = createRouter({ services: [driver(server.url)], ledger: openSqliteLedger(team.database, systemClock), clock: systemClock, makeId, log: silentLogger });
  const outcome = await runPipeline(team, { goal: 'Write a greeting' }, team.call(), team.withModel(router));
  expect(outcome).toMatchObject({ status: 'done', model });
  expect(outcome.files).toHaveLength(1);
  expect(server.chatRequests()).toHaveLength(4);
});
