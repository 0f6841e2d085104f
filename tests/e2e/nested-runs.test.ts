import type { WorkflowBody, WorkflowNode } from '../../cli';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { sharedInstance } from './shared-instance';

const n8n = sharedInstance();
let ollama: ModelServer;
afterAll(async () => await ollama.close());

/** A specialist whose tool is its own workflow. */
function callingItself(): WorkflowBody {
  const nodes: WorkflowNode[] = [
    { name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
    { name: 'Sub', type: 'n8n-nodes-base.executeWorkflowTrigger', typeVersion: 1.1, parameters: { inputSource: 'passthrough' } },
    { name: 'Specialist', type: 'n8n-nodes-aios.specialistAgent', typeVersion: 1, parameters: { role: 'backend', goal: 'Say hello', toolsStayHere: true } },
    { name: 'ask_the_team', type: '@n8n/n8n-nodes-langchain.toolWorkflow', typeVersion: 2.2, parameters: { description: 'Asks the team', workflowId: { __rl: true, mode: 'id', value: '={{ $workflow.id }}' } } },
  ];
  const toSpecialist = { main: [[{ node: 'Specialist', type: 'main', index: 0 }]] };
  return {
    name: 'Calls itself',
    nodes: nodes.map((node, index) => ({ id: `node-${index}`, position: [index * 200, 0], ...node })),
    connections: { Start: toSpecialist, Sub: toSpecialist, ask_the_team: { ai_tool: [[{ node: 'Specialist', type: 'ai_tool', index: 0 }]] } },
    settings: { executionOrder: 'v1' },
    pinData: {},
  };
}

it('a workflow that is its own tool comes to an end: n8n starts three runs in one another, and the fourth is refused', async () => {
  const heard: string[] = [];
  ollama = await startOllamaServer({
    models: ['qwen3:8b'],
    answerTo: ({ messages, tools }) => {
      const answer = (messages as { role: string; content: string }[]).find(({ role }) => role === 'tool');
      if (answer) heard.push(answer.content);
      return (tools as unknown[] | undefined)?.length && !answer ? { toolCalls: [{ name: 'ask_the_team', arguments: { query: 'x' } }] } : undefined;
    },
  });
  const workflowId = await n8n.createWorkflow(callingItself(), await n8n.createCredential({ ollamaUrl: ollama.url, teamName: 'nested' }));
  await n8n.client.publishWorkflow(workflowId);
  const execution = await n8n.endedExecution(await n8n.runManually(workflowId, 'Start'));
  await n8n.client.unpublishWorkflow(workflowId);
  expect(execution.status).toBe('success');
  expect((await n8n.executionsOf(workflowId)).map(({ status }) => status).sort()).toEqual(['error', 'success', 'success', 'success']);
  expect(heard[0]).toContain('3 runs stand in one another already');
}, 90_000);
