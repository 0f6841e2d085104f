import type { WorkflowNode } from '../../cli';
import { startOllamaServer, startOpenAiServer, type ModelServer } from '../support/model-servers';
import { itemsOf } from '../support/n8n-instance';
import { sharedInstance } from './shared-instance';
import { agent, routerModel, webhookWorkflow } from './workflow-parts';

const n8n = sharedInstance();
const HERE = 'Bees dance to show each other the way to flowers.';
const THERE = 'Here is the proof, step by step, as you asked for it.';
const SIMPLE = 'Why do bees dance?';
const HARD = 'Prove that every uniformly continuous function on a bounded interval is bounded, derive the error bound of the trapezoidal rule step by step, and compare three proofs of the fundamental theorem of calculus in detail.';
const CARD = '4111 1111 1111 1111';

let ollama: ModelServer;
let cloud: ModelServer;
let teamId: string;
let cloudId: string;

beforeEach(async () => {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], answers: Array.from({ length: 5 }, () => HERE) });
  teamId = await n8n.createCredential({ ollamaUrl: ollama.url });
});

afterEach(async () => {
  await Promise.all([ollama.close(), cloud.close()]);
});

async function serveCloud(options: Partial<Parameters<typeof startOpenAiServer>[0]> = {}): Promise<void> {
  cloud = await startOpenAiServer({ models: ['gpt-4o'], answers: Array.from({ length: 5 }, () => THERE), ...options });
  cloudId = (await n8n.client.createCredential(`OpenAI ${cloud.url}`, 'openAiApi', { apiKey: 'sk-sample-1234567890', url: `${cloud.url}/v1` })).id;
}

/** An AI Agent on the router, n8n's own OpenAI model below the router, and perhaps a calculator beside it. */
async function published(path: string, { webhook = { responseMode: 'lastNode' }, agentOptions = {}, parameters = {}, tool = false } = {}): Promise<string> {
  const openAi: WorkflowNode = {
    name: 'OpenAI Chat Model', type: '@n8n/n8n-nodes-langchain.lmChatOpenAi', typeVersion: 1.3, id: 'openai', position: [600, 400],
    parameters: { model: { __rl: true, mode: 'id', value: 'gpt-4o' }, responsesApiEnabled: false, options: {} },
    credentials: { openAiApi: { id: cloudId, name: `OpenAI ${cloud.url}` } },
  };
  const calculator: WorkflowNode = { name: 'Calculator', type: '@n8n/n8n-nodes-langchain.toolCalculator', typeVersion: 1, id: 'calculator', position: [400, 400], parameters: {} };
  const body = webhookWorkflow(path, webhook, [agent(agentOptions)], { ...routerModel, parameters });
  body.nodes.push(openAi, ...(tool ? [calculator] : []));
  Object.assign(body.connections, {
    [openAi.name]: { ai_languageModel: [[{ node: routerModel.name, type: 'ai_languageModel', index: 0 }]] },
    ...(tool && { [calculator.name]: { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] } }),
  });
  const workflowId = await n8n.createWorkflow(body, teamId);
  await n8n.client.publishWorkflow(workflowId);
  return workflowId;
}

const ask = async (path: string, question: string) => (await (await n8n.callWebhook(path, { question })).json()) as { output?: string };

describe("n8n's own chat model below the Hybrid Router Model", () => {
  it('answers what is hard, the local model what is simple, and what is secret stays here', async () => {
    await serveCloud();
    await published('connected');
    expect(await ask('connected', SIMPLE)).toMatchObject({ output: HERE });
    expect(cloud.chatRequests()).toHaveLength(0);
    expect(await ask('connected', HARD)).toMatchObject({ output: THERE });
    expect(cloud.chatRequests()).toHaveLength(1);
    expect(await ask('connected', `${HARD} It is for the holder of card ${CARD}.`)).toMatchObject({ output: HERE });
    expect(JSON.stringify(cloud.requests)).not.toContain(CARD);
  }, 90_000);

  it('is shown on the canvas as the model that answered, with why', async () => {
    await serveCloud();
    const workflowId = await published('connected-shown', { parameters: { preset: 'best' } });
    await ask('connected-shown', HARD);
    const [latest] = await n8n.executionsOf(workflowId);
    const { runData } = (await n8n.endedExecution(latest!.id)).data!.resultData;
    expect(JSON.stringify(runData[routerModel.name])).toContain('"model":"n8n/gpt-4o"');
    expect(runData['OpenAI Chat Model']).toHaveLength(1);
  }, 60_000);

  it('calls the tools of the agent, and streams its answer', async () => {
    await serveCloud({ answers: [{ toolCalls: [{ name: 'Calculator', arguments: { input: '17*7*24' } }] }, 'It is 2856 hours, all in all.'] });
    await published('connected-stream', { webhook: { responseMode: 'streaming' }, agentOptions: { enableStreaming: true }, parameters: { preset: 'best' }, tool: true });
    const response = await n8n.callWebhook('connected-stream', { question: 'How many hours are 17 weeks?' });
    const texts = (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as { type: string; content?: string }).filter(({ type }) => type === 'item').map(({ content }) => content);
    expect(texts.join('')).toContain('It is 2856 hours, all in all.');
    expect(texts.length).toBeGreaterThan(1);
    expect(JSON.stringify(cloud.chatRequests().at(-1)!.body)).toContain('2856');
  }, 60_000);

  it.each([
    ['limits the rate', { kind: 'status', status: 429 }],
    ['refuses the key', { kind: 'status', status: 401 }],
    ['fails', { kind: 'status', status: 500 }],
    ['breaks off', { kind: 'end-mid-stream' }],
  ] as const)('gives way to the local model when it %s', async (how, fault) => {
    await serveCloud({ faults: () => fault });
    const path = `connected-${how.replaceAll(' ', '-')}`;
    const workflowId = await published(path, { parameters: { preset: 'best' } });
    expect(await ask(path, HARD)).toMatchObject({ output: HERE });
    expect(cloud.chatRequests().length).toBeLessThanOrEqual(2);
    const [latest] = await n8n.executionsOf(workflowId);
    const execution = await n8n.endedExecution(latest!.id);
    expect({ status: execution.status, items: itemsOf(execution, 'AI Agent') }).toEqual({ status: 'success', items: [expect.objectContaining({ output: HERE })] });
  }, 60_000);
});
