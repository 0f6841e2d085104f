import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { itemsOf } from '../support/n8n-instance';
import { sharedInstance } from './shared-instance';
import { agent, chain, routerModel, webhookWorkflow } from './workflow-parts';

const n8n = sharedInstance();
const ANSWER = 'Bees dance to show each other the way to flowers.';
let ollama: ModelServer;
let credentialId: string;

beforeEach(async () => {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], answers: [ANSWER, ANSWER] });
  credentialId = await n8n.createCredential({ ollamaUrl: ollama.url });
});

afterEach(async () => await ollama.close());

describe("Hybrid Router Model below n8n's own nodes", () => {
  it('answers an AI Agent', async () => {
    await published(webhookWorkflow('agent', { responseMode: 'lastNode' }, [agent()], routerModel));
    const response = await n8n.callWebhook('agent', { question: 'Why do bees dance?' });
    expect(await response.json()).toMatchObject({ output: ANSWER });
    expect(JSON.stringify(ollama.chatRequests()[0]!.body)).toContain('Why do bees dance?');
  }, 60_000);

  it('streams to the caller of an AI Agent', async () => {
    await published(webhookWorkflow('agent-stream', { responseMode: 'streaming' }, [agent({ enableStreaming: true })], routerModel));
    const response = await n8n.callWebhook('agent-stream', { question: 'Why do bees dance?' });
    const chunks = (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as { type: string; content?: string });
    const texts = chunks.filter(({ type }) => type === 'item').map(({ content }) => content);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join('')).toContain(ANSWER);
  }, 60_000);

  it('answers a Basic LLM Chain', async () => {
    await published(webhookWorkflow('chain', { responseMode: 'lastNode' }, [chain], routerModel));
    const response = await n8n.callWebhook('chain', { question: 'Why do bees dance?' });
    expect(await response.json()).toMatchObject({ text: ANSWER });
  }, 60_000);

  it('hands the tool calls of template 03 to the agent, and the results back to the model', async () => {
    await ollama.close();
    ollama = await startOllamaServer({ models: ['qwen3:8b'], answers: [{ toolCalls: [{ name: 'Calculator', arguments: { input: '17*7*24' } }] }, 'It is 2856 hours.'] });
    const workflowId = await n8n.importTemplate('03-ai-agent-with-router', await n8n.createCredential({ ollamaUrl: ollama.url }));
    const execution = await n8n.endedExecution(await n8n.runManually(workflowId, 'When clicking ‘Execute workflow’'));
    expect(execution.status).toBe('success');
    expect(itemsOf(execution, 'AI Agent')).toEqual([expect.objectContaining({ output: 'It is 2856 hours.' })]);
    expect(JSON.stringify(ollama.chatRequests().at(-1)!.body)).toContain('2856');
  }, 60_000);
});

async function published(body: Parameters<typeof n8n.createWorkflow>[0]): Promise<void> {
  await n8n.client.publishWorkflow(await n8n.createWorkflow(body, credentialId));
}
