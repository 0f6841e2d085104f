import type { WorkflowNode } from '../../../cli';
import { agent, router } from '../../e2e/workflow-parts';

/** A node that is measured, and how it comes to its model. */
export interface Target {
  name: string;
  node: WorkflowNode;
  /** n8n's own chat model below it; unset: the team's router. */
  model?: 'openAi' | 'anthropic' | 'ollama';
  /** What the team's router may reach. */
  service: 'openAi' | 'anthropic' | 'ollama';
  /** Items at work at the same time by the node's defaults; unset: n8n's business. */
  atOnce?: number;
  /** What an item must say that answers question `index`. */
  answered(item: Record<string, unknown>, marker: string): boolean;
}

const specialist: WorkflowNode = { name: 'Specialist Agent', type: 'n8n-nodes-aios.specialistAgent', typeVersion: 1, parameters: { operation: 'work', goal: '={{ $json.question }}' } };
const llmChain: WorkflowNode = { name: 'Basic LLM Chain', type: '@n8n/n8n-nodes-langchain.chainLlm', typeVersion: 1.9, parameters: { promptType: 'define', text: '={{ $json.question }}' } };
const aiAgent: WorkflowNode = { ...agent(), parameters: { promptType: 'define', text: '={{ $json.question }}', options: {} } };

const says = (item: Record<string, unknown>, marker: string): boolean => JSON.stringify(item).includes(`answer to ${marker}.`);

/** Items of one node at work at once: nodes/shared/for-each-item.ts. */
const LANES = 16;
/** Calls at once to one service: router/places.ts. */
const PLACES = { cloud: 16, local: 2 };

export function targets(): Target[] {
  const ours = (node: WorkflowNode, name: string): Target[] => [
    { name: `${name}, team's router, cloud`, node, service: 'anthropic', atOnce: Math.min(LANES, PLACES.cloud), answered: says },
    { name: `${name}, team's router, local host`, node, service: 'ollama', atOnce: Math.min(LANES, PLACES.local), answered: says },
  ];
  return [
    { name: "n8n's AI Agent", node: aiAgent, model: 'anthropic', service: 'anthropic', answered: says },
    { name: 'Basic LLM Chain', node: llmChain, model: 'anthropic', service: 'anthropic', answered: says },
    { name: 'Specialist Agent, same model node', node: specialist, model: 'anthropic', service: 'anthropic', atOnce: LANES, answered: says },
    ...ours(router, 'LLM Router'),
    ...ours(specialist, 'Specialist Agent'),
  ];
}

/** n8n's chat models, each below the node that is measured. */
export function chatModel(kind: NonNullable<Target['model']>, credential: { id: string; name: string }): WorkflowNode {
  const base = { id: 'model', name: 'Chat Model', position: [600, 400] as [number, number] };
  if (kind === 'ollama') return { ...base, type: '@n8n/n8n-nodes-langchain.lmChatOllama', typeVersion: 1, parameters: { model: 'qwen3:8b', options: {} }, credentials: { ollamaApi: credential } };
  if (kind === 'anthropic') return { ...base, type: '@n8n/n8n-nodes-langchain.lmChatAnthropic', typeVersion: 1.3, parameters: { model: { __rl: true, mode: 'id', value: 'claude-sonnet-4-5' }, options: {} }, credentials: { anthropicApi: credential } };
  return { ...base, type: '@n8n/n8n-nodes-langchain.lmChatOpenAi', typeVersion: 1.3, parameters: { model: { __rl: true, mode: 'id', value: 'gpt-4o' }, responsesApiEnabled: false, options: {} }, credentials: { openAiApi: credential } };
}
