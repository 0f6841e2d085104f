import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { eventually } from '../support/n8n-instance';
import { sharedInstance } from './shared-instance';
import { agent, router, routerModel, splitQuestions, webhookWorkflow } from './workflow-parts';

const n8n = sharedInstance();
const CLOSED_WITHIN_MS = 1_000;
let ollama: ModelServer;

afterEach(async () => await ollama.close());

describe('stopping an execution', () => {
  it('closes every model call of a node that works on several items', async () => {
    ollama = await startOllamaServer({ models: ['qwen3:8b'], faults: () => ({ kind: 'stall-before-first-token' }) });
    await expectStopped(webhookWorkflow('stop-router', { responseMode: 'onReceived' }, [splitQuestions, router]), 'stop-router', 2);
  }, 150_000);

  it('closes the call of a model that has begun to answer', async () => {
    ollama = await startOllamaServer({ models: ['qwen3:8b'], faults: () => ({ kind: 'stall-mid-stream' }) });
    await expectStopped(webhookWorkflow('stop-router-mid', { responseMode: 'onReceived' }, [splitQuestions, router]), 'stop-router-mid', 2);
  }, 150_000);

  it("closes the model call of n8n's AI Agent", async () => {
    ollama = await startOllamaServer({ models: ['qwen3:8b'], faults: () => ({ kind: 'stall-before-first-token' }) });
    await expectStopped(webhookWorkflow('stop-agent', { responseMode: 'onReceived' }, [agent()], routerModel), 'stop-agent', 1);
  }, 150_000);
});

async function expectStopped(body: Parameters<typeof n8n.createWorkflow>[0], path: string, calls: number): Promise<void> {
  const workflowId = await n8n.createWorkflow(body, await n8n.createCredential({ ollamaUrl: ollama.url, teamName: path }));
  await n8n.client.publishWorkflow(workflowId);
  await (await n8n.callWebhook(path, { question: 'One?', questions: ['One?', 'Two?', 'Three?'] })).text();
  await eventually(`${calls} model calls are under way`, 60_000, async () => ollama.chatRequests().length >= calls && ollama.openSockets() >= calls);
  const [running] = await n8n.client.listExecutions({ workflowId, status: 'running' });

  const stoppedAtMs = Date.now();
  const stopped = n8n.client.stopExecution(running!.id);
  await eventually('every socket is closed', 30_000, async () => ollama.openSockets() === 0);
  const closedAfterMs = Date.now() - stoppedAtMs;
  await stopped;

  expect(closedAfterMs).toBeLessThanOrEqual(CLOSED_WITHIN_MS);
  expect((await n8n.endedExecution(running!.id)).status).toBe('canceled');
  // Nothing falls back or tries again after a stop: items that had not begun never ask.
  expect(ollama.openSockets()).toBe(0);
}
