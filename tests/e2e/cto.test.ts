import { readTemplates, type WorkflowBody, type WorkflowNode } from '../../cli';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { eventually, itemsOf } from '../support/n8n-instance';
import { sharedInstance } from './shared-instance';
import { webhookWorkflow } from './workflow-parts';

const CHAT = 'When chat message received';
const n8n = sharedInstance();
let ollama: ModelServer;
let teamId: string;

async function serve(answers: unknown[]): Promise<void> {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], answers: answers.map((answer) => JSON.stringify(answer)) });
  teamId = await n8n.createCredential({ ollamaUrl: ollama.url });
}
afterEach(async () => await ollama.close());

async function publish(body: WorkflowBody, credentialId = teamId): Promise<string> {
  const workflowId = await n8n.createWorkflow(body, credentialId);
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
  }, 180_000);
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
  }, 180_000);
});

describe('the templates of both', () => {
  it('14 asks back in the chat, then hands the goal to the team and shows the report', async () => {
    ollama = await startOllamaServer({
      models: ['qwen3:8b'],
      answers: [{ json: { status: 'asking', goal: 'A shop', reply: 'Gladly.', questions: ['What does it sell?'] } }, { json: { status: 'ready', goal: 'A shop for tea', reply: 'Thank you.', questions: [] } }],
    });
    const credentialId = await n8n.createCredential({ ollamaUrl: ollama.url, teamName: 'talk' });
    const template = readTemplates().find(({ name }) => name === '14-talk-it-over')!.body;
    const nodes = template.nodes.map((node) => (node.name === CHAT ? { ...node, parameters: { ...node.parameters, public: true } } : node));
    // n8n may give a webhook another id when it is imported.
    const { nodes: imported } = await n8n.client.readWorkflow(await publish({ ...template, nodes }, credentialId));
    const { webhookId } = imported.find(({ name }) => name === CHAT)!;
    // A moment after publishing n8n may not know the chat yet; its page says when.
    await eventually('the chat is there', 60_000, async () => (await fetch(`${n8n.facts.url}/webhook/${webhookId!}/chat`)).ok);
    const say = async (chatInput: string) => await (await n8n.callWebhook(`${webhookId!}/chat`, { action: 'sendMessage', sessionId: 'ada', chatInput })).text();

    const asked = await say('We need a shop');
    expect(asked).toContain('What does it sell?');
    expect(asked).not.toContain('CTO Plan');
    const begun = await say('Tea');
    expect(begun).toContain('A shop for tea');
    expect(begun).toContain('output of the node **CTO Report**');
  }, 180_000);

  it('15 has one job done twice and decided by the CTO', async () => {
    await serve([]);
    const execution = await n8n.endedExecution(await n8n.runManually(await n8n.importTemplate('15-two-answers', teamId), 'When clicking ‘Execute workflow’'));
    expect(execution.status).toBe('success');
    expect(itemsOf(execution, 'Both Answers')).toMatchObject([{ role: 'backend', status: 'done' }, { role: 'code', status: 'done' }]);
    expect(itemsOf(execution, 'CTO Rules')).toMatchObject([{ role: 'cto', choice: expect.stringMatching(/^(first|second|merge|rework)$/), reason: expect.stringMatching(/\S/) }]);
  }, 180_000);
});
