import { existsSync, readFileSync } from 'node:fs';
import type { JsonObject } from '../../../kernel';
import type { WorkflowBody, WorkflowNode } from '../../../cli';
import { splitQuestions, webhookWorkflow } from '../../e2e/workflow-parts';
import { startAnthropicServer, startOllamaServer, startOpenAiServer, type ModelServer } from '../../support/model-servers';
import { eventually, itemsOf, N8nInstance, startN8nInstance } from '../../support/n8n-instance';
import { chatModel, type Target } from './targets';

export interface Measured {
  name: string;
  /** Of the node alone, as n8n counts it; the best of the rounds. */
  nodeMs: number;
  /** Processor time of n8n's process from the webhook to the end of the execution, the looking for its end included; the best of the rounds; 0 where the system does not tell. */
  processorMs: number;
  atOnce?: number;
  idealMs?: number;
  /** Items that came out of place, with another item's answer or with a wrong partner. */
  misplaced: number;
}

interface Options {
  items: number;
  rounds: number;
  latencyMs: number;
  /** Of n8n, for its processor time. */
  processId?: number;
}

export interface AgentsBench {
  measure(target: Target, options: Options): Promise<Measured>;
  close(): Promise<void>;
}

/** One n8n and one stub for all that is measured. */
export async function startAgentsBench(latencyMs: number): Promise<AgentsBench> {
  const [facts, bench] = await Promise.all([startN8nInstance(), startStubs(latencyMs)]);
  const n8n = new N8nInstance(facts);
  return {
    measure: async (target, options) => await bench.measure(n8n, target, { ...options, processId: facts.processId }),
    async close() {
      await facts.stop();
      await bench.close();
    },
  };
}

/** The stubs alone, for an n8n that is there already. */
export async function startStubs(latencyMs: number): Promise<{ measure(n8n: N8nInstance, ...rest: Parameters<AgentsBench['measure']>): Promise<Measured>; close(): Promise<void> }> {
  const served = { firstTokenDelayMs: latencyMs, answerTo: echo };
  const [openAi, anthropic, ollama] = await Promise.all([startOpenAiServer({ models: ['gpt-4o'], ...served }), startAnthropicServer({ models: ['claude-sonnet-4-5'], ...served }), startOllamaServer({ models: ['qwen3:8b'], ...served })]);
  return {
    measure: async (n8n, target, options) => await measured(n8n, { openAi, anthropic, ollama }, target, options),
    async close() {
      await Promise.all([openAi.close(), anthropic.close(), ollama.close()]);
    },
  };
}

type Servers = Record<Target['service'], ModelServer>;

/** The answer to the question a request carries, in the shape it asks for: only by it can be seen whose answer an item got. */
function echo(body: JsonObject): { text: string } {
  const said = JSON.stringify(body);
  const text = `This is the answer to ${/question-\d+-end/.exec(said)?.[0] ?? 'nothing'}.`;
  const wantsResult = /aios_result|"artifacts"/.test(said);
  return { text: wantsResult ? JSON.stringify({ status: 'done', reason: null, summary: text, artifacts: [{ path: 'answer.md', content: text }] }) : text };
}

let workflows = 0;

async function measured(n8n: N8nInstance, servers: Servers, target: Target, { items, rounds, latencyMs, processId }: Options): Promise<Measured> {
  const path = `bench-agents-${++workflows}`;
  const workflowId = await n8n.createWorkflow(await workflowOf(n8n, servers, target, path), await teamCredential(n8n, servers, target.service));
  await n8n.client.publishWorkflow(workflowId);
  await run(n8n, workflowId, path, target, 4);
  const found: Array<{ nodeMs: number; misplaced: number; processorMs: number }> = [];
  for (let round = 0; round < rounds; round++) {
    const beforeMs = processorMsOf(processId);
    const one = await run(n8n, workflowId, path, target, items);
    found.push({ ...one, processorMs: processorMsOf(processId) - beforeMs });
  }
  const idealMs = target.atOnce === undefined ? undefined : Math.ceil(items / target.atOnce) * latencyMs;
  return { name: target.name, nodeMs: Math.min(...found.map(({ nodeMs }) => nodeMs)), processorMs: Math.min(...found.map(({ processorMs }) => processorMs)), atOnce: target.atOnce, idealMs, misplaced: Math.max(...found.map(({ misplaced }) => misplaced)) };
}

async function workflowOf(n8n: N8nInstance, servers: Servers, { node, model }: Target, path: string): Promise<WorkflowBody> {
  return webhookWorkflow(path, { responseMode: 'onReceived' }, [splitQuestions, node], model && (await chatModelNode(n8n, servers, model)));
}

async function chatModelNode(n8n: N8nInstance, servers: Servers, kind: NonNullable<Target['model']>): Promise<WorkflowNode> {
  const { url } = servers[kind];
  const data = { openAi: { apiKey: 'sk-sample-1234567890', url: `${url}/v1` }, anthropic: { apiKey: 'sk-ant-sample-1234567890', url }, ollama: { baseUrl: url } }[kind];
  const name = `${kind} ${path()}`;
  return chatModel(kind, { id: (await n8n.client.createCredential(name, `${kind}Api`, data)).id, name });
}

const path = (): string => String(++workflows);

async function teamCredential(n8n: N8nInstance, servers: Servers, service: Target['service']): Promise<string> {
  const { url } = servers[service];
  // An address of nobody for the others: what is not measured must not answer.
  const nobody = 'http://127.0.0.1:9';
  const fields: Record<Target['service'], Record<string, string>> = { openAi: { ollamaUrl: nobody, openAiBaseUrl: `${url}/v1` }, anthropic: { ollamaUrl: nobody, anthropicApiKey: 'sk-ant-sample-1234567890', anthropicBaseUrl: url }, ollama: { ollamaUrl: url } };
  return await n8n.createCredential({ teamName: `bench-${service.toLowerCase()}`, ...fields[service] });
}

async function run(n8n: N8nInstance, workflowId: string, webhook: string, target: Target, items: number): Promise<{ nodeMs: number; misplaced: number }> {
  const before = new Set((await n8n.executionsOf(workflowId)).map(({ id }) => id));
  const questions = Array.from({ length: items }, (_, index) => `What is the answer to question-${index}-end?`);
  await n8n.callWebhook(webhook, { questions });
  const started = await eventually('the execution has begun', 30_000, async () => (await n8n.executionsOf(workflowId)).find(({ id }) => !before.has(id)));
  const execution = await n8n.endedExecution(started.id, 600_000);
  const nodeRun = execution.data?.resultData.runData[target.node.name]?.at(-1) as { executionTime?: number; data?: { main?: Array<Array<{ pairedItem?: unknown }>> }; error?: { message?: string } } | undefined;
  if (execution.status !== 'success' || nodeRun?.executionTime === undefined) throw new RangeError(`${target.name} ended as ${execution.status}: ${nodeRun?.error?.message ?? 'no error was kept'}`);
  const answers = itemsOf(execution, target.node.name);
  const partners = (nodeRun.data?.main?.[0] ?? []).map(({ pairedItem }) => partnerOf(pairedItem));
  const right = questions.filter((_, index) => answers[index] !== undefined && target.answered(answers[index], `question-${index}-end`) && partners[index] === index);
  return { nodeMs: nodeRun.executionTime, misplaced: items - right.length };
}

function partnerOf(paired: unknown): number | undefined {
  const one: unknown = Array.isArray(paired) ? paired[0] : paired;
  return typeof one === 'number' ? one : (one as { item?: number } | undefined)?.item;
}

/** On a machine that is shared, time on the clock says more about the others; this says what the node costs. */
function processorMsOf(processId: number | undefined): number {
  const file = `/proc/${processId}/stat`;
  if (!existsSync(file)) return 0;
  // Behind the name in brackets; fields 14 and 15 of the line are user and system time in hundredths of a second.
  const fields = readFileSync(file, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
