import { randomUUID } from 'node:crypto';
import type { WorkflowBody, WorkflowNode } from '../../cli';

/** A webhook in front of a chain of nodes; `models` hang below the last one as its language model. */
export function webhookWorkflow(path: string, webhookOptions: Record<string, unknown>, steps: WorkflowNode[], model?: WorkflowNode): WorkflowBody {
  const webhook: WorkflowNode = {
    name: 'Webhook',
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2.1,
    webhookId: randomUUID(),
    parameters: { path, httpMethod: 'POST', ...webhookOptions },
  };
  const chain = [webhook, ...steps];
  const main = chain.slice(0, -1).map((node, index) => [node.name, { main: [[{ node: chain[index + 1]!.name, type: 'main', index: 0 }]] }] as const);
  const below = model ? [[model.name, { ai_languageModel: [[{ node: chain.at(-1)!.name, type: 'ai_languageModel', index: 0 }]] }] as const] : [];
  return {
    name: `Test ${path}`,
    nodes: [...chain, ...(model ? [model] : [])].map((node, index) => ({ id: randomUUID(), position: [index * 200, 0], parameters: {}, ...node })),
    connections: Object.fromEntries([...main, ...below]),
    settings: { executionOrder: 'v1' },
    pinData: {},
  };
}

export const routerModel: WorkflowNode = { name: 'Hybrid Router Model', type: 'n8n-nodes-aios.hybridRouterModel', typeVersion: 1, parameters: {} };

export function agent(options: Record<string, unknown> = {}): WorkflowNode {
  return { name: 'AI Agent', type: '@n8n/n8n-nodes-langchain.agent', typeVersion: 3.1, parameters: { promptType: 'define', text: '={{ $json.body.question }}', options } };
}

export const chain: WorkflowNode = {
  name: 'Basic LLM Chain',
  type: '@n8n/n8n-nodes-langchain.chainLlm',
  typeVersion: 1.9,
  parameters: { promptType: 'define', text: '={{ $json.body.question }}' },
};

export const router: WorkflowNode = { name: 'LLM Router', type: 'n8n-nodes-aios.llmRouter', typeVersion: 1, parameters: { operation: 'complete', prompt: '={{ $json.question }}' } };

/** Turns the list `body.questions` of the webhook's call into items. */
export const splitQuestions: WorkflowNode = {
  name: 'Questions',
  type: 'n8n-nodes-base.code',
  typeVersion: 2,
  parameters: { jsCode: 'return $json.body.questions.map((question) => ({ json: { question } }));' },
};

/** One of our memory nodes, as any of its operations, or as the tool n8n makes of it. */
export function memory(parameters: Record<string, unknown>, { type = 'agentMemory', name = 'Agent Memory' } = {}): WorkflowNode {
  return { name, type: `n8n-nodes-aios.${type}`, typeVersion: 1, parameters };
}

/** Hangs a sub-node below another node. */
export function below(body: WorkflowBody, to: string, connection: string, node: WorkflowNode): WorkflowBody {
  return { ...body, nodes: [...body.nodes, { id: randomUUID(), position: [body.nodes.length * 200, 400], parameters: {}, ...node }], connections: { ...body.connections, [node.name]: { [connection]: [[{ node: to, type: connection, index: 0 }]] } } };
}
