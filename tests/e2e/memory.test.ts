import type { WorkflowNode } from '../../cli';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { itemsOf } from '../support/n8n-instance';
import { sharedInstance } from './shared-instance';
import { agent, routerModel, webhookWorkflow } from './workflow-parts';

const n8n = sharedInstance();
let ollama: ModelServer;
let credentialId: string;
let teams = 0;

async function serve(answers: Parameters<typeof startOllamaServer>[0]['answers']) {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], answers });
  credentialId = await n8n.createCredential({ ollamaUrl: ollama.url, teamName: `memory-${++teams}-${process.pid}` });
}
afterEach(async () => await ollama.close());

const memory = (parameters: Record<string, unknown>, type = 'agentMemory', name = 'Agent Memory'): WorkflowNode => ({ name, type: `n8n-nodes-aios.${type}`, typeVersion: 1, parameters }) as WorkflowNode;

async function published(body: ReturnType<typeof webhookWorkflow>): Promise<void> {
  await n8n.client.publishWorkflow(await n8n.createWorkflow(body, credentialId));
}

const post = async (path: string, body: Record<string, unknown>) => (await (await n8n.callWebhook(path, body)).json()) as Record<string, unknown>;

it('what one workflow remembers another workflow and an agent with a tool recall', async () => {
  await serve([{ toolCalls: [{ name: 'Agent_Memory', arguments: { query: 'opening hours Saturday' } }] }, 'It opens at 9.']);
  await published(webhookWorkflow('memory-remember', { responseMode: 'lastNode' }, [memory({ operation: 'remember', text: '={{ $json.body.text }}' })]));
  await published(webhookWorkflow('memory-recall', { responseMode: 'lastNode' }, [memory({ operation: 'recall', query: '={{ $json.body.question }}' })]));
  expect(await post('memory-remember', { text: 'The library opens at 9 on Saturdays.' })).toMatchObject({ remembered: 1 });
  expect(await post('memory-recall', { question: 'When does the library open on a Saturday?' })).toMatchObject({ text: 'The library opens at 9 on Saturdays.', why: 'shares words' });

  const tool = memory({ operation: 'recall', query: "={{ $fromAI('query', 'what to look for', 'string') }}" }, 'agentMemoryTool');
  const body = webhookWorkflow('memory-agent', { responseMode: 'lastNode' }, [agent()], routerModel);
  body.nodes.push({ id: 'tool', position: [400, 400], ...tool } as never);
  Object.assign(body.connections, { [tool.name]: { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] } });
  await published(body);
  expect(await post('memory-agent', { question: 'When does the library open?' })).toMatchObject({ output: 'It opens at 9.' });
  expect(JSON.stringify(ollama.chatRequests().at(-1)!.body)).toContain('The library opens at 9 on Saturdays.');
}, 180_000);

it('no model can forget, whatever the workflow of its tool says', async () => {
  await serve([{ toolCalls: [{ name: 'Agent_Memory', arguments: {} }] }, 'I could not.']);
  const tool = memory({ operation: 'forget', what: 'count' }, 'agentMemoryTool');
  const body = webhookWorkflow('memory-forget', { responseMode: 'lastNode' }, [agent()], routerModel);
  body.nodes.push({ id: 'tool', position: [400, 400], ...tool } as never);
  Object.assign(body.connections, { [tool.name]: { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] } });
  await published(body);
  await post('memory-forget', { question: 'Forget all.' });
  expect(JSON.stringify(ollama.chatRequests().at(-1)?.body ?? '')).not.toContain('"found');
  const types = ((await (await fetch(`${n8n.facts.url}/types/nodes.json`, { headers: { cookie: n8n.facts.cookie } })).json()) as Array<{ name: string; properties: unknown }>).find(({ name }) => name === 'n8n-nodes-aios.agentMemoryTool')!;
  expect(JSON.stringify(types.properties)).not.toMatch(/"(forget|handOff)"/);
}, 180_000);

it('Team Session Memory gives an agent the turns before, tool calls included, and keeps conversations apart', async () => {
  await serve([{ toolCalls: [{ name: 'Calculator', arguments: { input: '6*7' } }] }, 'It is 42, Ada.', 'You are Ada.', 'I do not know you.']);
  const session: WorkflowNode = { name: 'Team Session Memory', type: 'n8n-nodes-aios.teamSessionMemory', typeVersion: 1, parameters: { sessionId: '={{ $json.body.sessionId }}' }, id: 'session', position: [400, 400] } as never;
  const calculator: WorkflowNode = { name: 'Calculator', type: '@n8n/n8n-nodes-langchain.toolCalculator', typeVersion: 1, id: 'calculator', position: [600, 400], parameters: {} } as never;
  const body = webhookWorkflow('memory-session', { responseMode: 'lastNode' }, [agent()], routerModel);
  body.nodes.push(session as never, calculator as never);
  Object.assign(body.connections, {
    [session.name]: { ai_memory: [[{ node: 'AI Agent', type: 'ai_memory', index: 0 }]] },
    [calculator.name]: { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
  });
  await published(body);
  expect(await post('memory-session', { sessionId: 'a', question: 'I am Ada. What is 6 times 7?' })).toMatchObject({ output: 'It is 42, Ada.' });
  expect(await post('memory-session', { sessionId: 'a', question: 'Who am I?' })).toMatchObject({ output: 'You are Ada.' });
  const second = JSON.stringify(ollama.chatRequests().at(-1)!.body);
  for (const part of ['I am Ada.', '6*7', 'It is 42, Ada.']) expect(second).toContain(part);
  await post('memory-session', { sessionId: 'b', question: 'Who am I?' });
  expect(JSON.stringify(ollama.chatRequests().at(-1)!.body)).not.toContain('Ada');
}, 180_000);

it('template 12: asked twice, the second question has the first answer as its context', async () => {
  await serve(['PostgreSQL, because the shop needs transactions.', 'As I knew: PostgreSQL.']);
  const workflowId = await n8n.importTemplate('12-memory-across-workflows', credentialId);
  const asked = async () => itemsOf(await n8n.endedExecution(await n8n.runManually(workflowId, 'When clicking ‘Execute workflow’')), 'Reply')[0];
  expect(await asked()).toMatchObject({ text: 'PostgreSQL, because the shop needs transactions.', knownBefore: 0 });
  expect(await asked()).toMatchObject({ text: 'As I knew: PostgreSQL.', knownBefore: 1 });
  expect(JSON.stringify(ollama.chatRequests()[0]!.body)).not.toContain('> Answer: PostgreSQL');
  expect(JSON.stringify(ollama.chatRequests()[1]!.body)).toContain('> Answer: PostgreSQL, because the shop needs transactions.');
}, 180_000);

it("template 13: documents of n8n's loader and splitter are remembered once, and a question is answered with sources", async () => {
  await serve(['20 cents a day [1].', '20 cents a day [1].']);
  const workflowId = await n8n.importTemplate('13-rag-documents', credentialId);
  for (const merged of [false, true]) {
    const execution = await n8n.endedExecution(await n8n.runManually(workflowId, 'When clicking ‘Execute workflow’'));
    const kept = itemsOf(execution, 'Remember Documents') as Array<{ remembered: number; merged: number }>;
    expect(kept).toHaveLength(2);
    for (const document of kept) expect([document.remembered > 1, document.merged]).toEqual([true, merged ? document.remembered : 0]);
    expect(itemsOf(execution, 'With Sources')).toEqual([{ text: '20 cents a day [1].', sources: expect.arrayContaining([expect.objectContaining({ source: 'Lending', text: expect.stringContaining('late book costs 20 cents') })]) }]);
  }
  expect(JSON.stringify(ollama.chatRequests()[0]!.body)).toContain('late book costs 20 cents');
}, 180_000);
