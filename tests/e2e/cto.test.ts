import type { WorkflowBody, WorkflowNode } from '../../cli';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { sharedInstance } from './shared-instance';
import { webhookWorkflow } from './workflow-parts';

const n8n = sharedInstance();
let ollama: ModelServer;
let teamId: string;

async function serve(answers: unknown[]): Promise<void> {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], answers: answers.map((answer) => JSON.stringify(answer)) });
  teamId = await n8n.createCredential({ ollamaUrl: ollama.url });
}
afterEach(async () => await ollama.close());

async function publish(body: WorkflowBody): Promise<string> {
  const workflowId = await n8n.createWorkflow(body, teamId);
  await n8n.client.publishWorkflow(workflowId);
  return workflowId;
}

const call = async (path: string, body: object) => (await (await n8n.callWebhook(path, body)).json()) as Record<string, unknown>;

describe('CTO Agent: Chat', () => {
  it("talks a goal over, remembers it in n8n's own memory, and starts no work", async () => {
    await serve([
      { status: 'asking', goal: 'A shop', reply: 'Gladly.', questions: ['What does it sell?'] },
      { status: 'ready', goal: 'A shop for tea', reply: 'I assume English.', questions: [] },
    ]);
    const cto: WorkflowNode = { name: 'CTO', type: 'n8n-nodes-aios.ctoAgent', typeVersion: 1, parameters: { operation: 'chat', message: '={{ $json.body.text }}', maxRounds: 1 } };
    const body = webhookWorkflow('cto-chat', { responseMode: 'lastNode' }, [cto]);
    body.nodes.push({ name: 'Memory', id: 'memory', position: [400, 300], type: '@n8n/n8n-nodes-langchain.memoryBufferWindow', typeVersion: 1.3, parameters: { sessionIdType: 'customKey', sessionKey: '={{ $json.body.session }}' } });
    Object.assign(body.connections, { Memory: { ai_memory: [[{ node: 'CTO', type: 'ai_memory', index: 0 }]] } });
    await publish(body);

    expect(await call('cto-chat', { text: 'We need a shop', session: 'ada' })).toMatchObject({ status: 'asking', goal: 'A shop', questions: ['What does it sell?'], round: 1, output: expect.stringContaining('1. What does it sell?'), model: 'ollama/qwen3:8b' });
    expect(await call('cto-chat', { text: 'Tea', session: 'ada' })).toMatchObject({ status: 'ready', goal: 'A shop for tea', round: 1, output: 'I assume English.\n\n**Goal:** A shop for tea' });
    const [first, second] = ollama.chatRequests().map((request) => JSON.stringify(request));
    expect(first).not.toContain('Gladly');
    expect(second).toContain('We need a shop');
    expect(second).toContain('Gladly');
    expect(second).toContain('ask nothing more');
  }, 90_000);
});

describe('CTO Agent: Arbitrate', () => {
  const results: WorkflowNode = {
    name: 'Results', type: 'n8n-nodes-base.code', typeVersion: 2,
    parameters: { jsCode: "return ['a = 1', 'a = 2'].slice(0, $json.body.count).map((content, index) => ({ json: { role: ['backend', 'code'][index], summary: 'Mine', artifacts: [{ path: 'app.py', content }] } }));" },
  };
  const cto: WorkflowNode = { name: 'CTO', type: 'n8n-nodes-aios.ctoAgent', typeVersion: 1, parameters: { operation: 'arbitrate', arbitratedGoal: 'a is 2' } };

  it('decides between two items, and says what is missing when they are not two', async () => {
    await serve([{ choice: 'merge', reason: 'Both count.', instructions: null, files: [{ path: 'app.py', content: 'a = 1 + 1' }] }]);
    const workflowId = await publish(webhookWorkflow('cto-arbitrate', { responseMode: 'lastNode' }, [results, cto]));
    expect(await call('cto-arbitrate', { count: 2 })).toMatchObject({ choice: 'merge', reason: 'Both count.', conflicts: ['app.py'], artifacts: [{ path: 'app.py', content: 'a = 1 + 1' }], role: 'cto' });
    const [latest] = await n8n.executionsOf(workflowId);
    const { runData } = (await n8n.endedExecution(latest!.id)).data!.resultData;
    expect(JSON.stringify(runData.CTO)).toContain('"pairedItem":[{"item":0},{"item":1}]');
    await n8n.callWebhook('cto-arbitrate', { count: 1 });
    const failed = (await n8n.executionsOf(workflowId)).find(({ id }) => id !== latest!.id)!;
    expect(JSON.stringify((await n8n.endedExecution(failed.id)).data!.resultData.error)).toContain('but 1 item has come in');
    expect(ollama.chatRequests()).toHaveLength(1);
  }, 90_000);
});
