import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebhookContext } from 'n8n-core';
import { NodeHelpers, type IWebhookData, type IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { startOllamaServer } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { itemsOf, runWorkflow, workflowOf, type WorkflowJson } from '../support/run-workflow';
import { passThrough, sourceOf } from '../support/test-nodes';

const TOKEN = 'token-of-the-test';
const trigger = ourNodeTypes['n8n-nodes-aios.teamApiTrigger']!;
const template = JSON.parse(readFileSync(join(__dirname, '../../workflows/04-http-api.json'), 'utf8')) as WorkflowJson;

let host: ReturnType<typeof useNodeHost>;
beforeEach(() => {
  host = useNodeHost({ OLLAMA_HOST: 'http://127.0.0.1:9', AIOS_API_TOKEN: TOKEN });
});
afterEach(() => host.restore());

interface Call {
  route: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  parameters?: object;
}

/** Calls the node through n8n-core's own webhook functions; the request and response are as Express gives them. */
async function call({ route, body = '', headers = {}, query = {}, parameters = {} }: Call) {
  const answer = { status: 0, headers: {} as Record<string, string>, body: '' };
  const response = {
    status: (status: number) => ((answer.status = status), response),
    set: (set: Record<string, string>) => (Object.assign(answer.headers, set), response),
    send: (sent: Buffer) => ((answer.body = sent.toString()), response),
  };
  const request = { headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers }, query, rawBody: Buffer.from(body), ip: '203.0.113.7' };
  const workflow = workflowOf({ nodes: [{ name: 'Team API', type: 'n8n-nodes-aios.teamApiTrigger', parameters: parameters as never, webhookId: 'w' }], connections: {} }, ourNodeTypes);
  const node = workflow.getNode('Team API')!;
  node.parameters = NodeHelpers.getNodeParameters(trigger.description.properties, node.parameters, true, false, node, trigger.description)!;
  const webhookDescription = trigger.description.webhooks!.find(({ name }) => (name as string) === route)!;
  const additionalData = { httpRequest: request, httpResponse: response, webhookBaseUrl: 'http://127.0.0.1:5678/webhook', variables: {} } as unknown as IWorkflowExecuteAdditionalData;
  const context = new WebhookContext(workflow, node, additionalData, 'webhook', { webhookDescription } as IWebhookData, [], null);
  const returned = await trigger.webhook!.call(context);
  return { ...answer, json: () => JSON.parse(answer.body) as Record<string, never>, returned };
}

it('serves every path under a name of the HTTP interface, and n8n answers none of them itself', () => {
  const webhooks = trigger.description.webhooks!;
  expect(webhooks.map(({ name, httpMethod, path, isFullPath, responseMode }) => [name, httpMethod, path, isFullPath, responseMode])).toEqual([
    ['createTask', 'POST', 'aios/tasks', true, 'onReceived'],
    ['readTask', 'GET', 'aios/tasks', true, 'onReceived'],
    ['artifact', 'GET', 'aios/artifacts', true, 'onReceived'],
    ['events', 'GET', 'aios/events', true, 'onReceived'],
    ['stats', 'GET', 'aios/stats', true, 'onReceived'],
    ['metrics', 'GET', 'aios/metrics', true, 'onReceived'],
    ['approvals', 'GET', 'aios/approvals', true, 'onReceived'],
    ['decideApproval', 'POST', 'aios/approvals/decide', true, 'onReceived'],
    ['approvalPage', 'GET', 'aios/approvals/page', true, 'onReceived'],
    ['approvalForm', 'POST', 'aios/approvals/page', true, 'onReceived'],
    ['control', 'POST', 'aios/control', true, 'onReceived'],
  ]);
});

it('starts an execution for a new goal, and lets nothing of the request into it', async () => {
  const { status, headers, json, returned } = await call({ route: 'createTask', body: JSON.stringify({ goal: 'Write a haiku.' }) });
  expect([status, headers['content-type']]).toEqual([202, expect.stringContaining('application/json')]);
  const { runId } = json();
  expect(json().statusUrl).toBe(`http://127.0.0.1:5678/webhook/aios/tasks?id=${runId}`);
  expect(returned).toEqual({ noWebhookResponse: true, workflowData: [[{ json: { runId, goal: 'Write a haiku.' } }]] });
});

it('starts one execution for a request that is sent twice', async () => {
  const twice = { route: 'createTask', body: JSON.stringify({ goal: 'Once.' }), headers: { 'idempotency-key': 'k1' } };
  const first = await call(twice);
  const second = await call(twice);
  expect(second.json().runId).toBe(first.json().runId);
  expect(second.returned.workflowData).toBeUndefined();
});

it.each([
  ['no token', { headers: { authorization: '' } }, 401],
  ['a wrong token', { headers: { authorization: 'Bearer guess' } }, 401],
  ['a body that is no JSON', { body: 'hello' }, 400],
  ['an empty goal', { body: '{"goal":" "}' }, 400],
  ['a multipart body', { body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 415],
])('refuses %s as a problem, without an execution', async (_, more, expected) => {
  const { status, headers, returned } = await call({ route: 'createTask', body: '{"goal":"x"}', ...more });
  expect([status, headers['content-type']]).toEqual([expected, expect.stringContaining('application/problem+json')]);
  expect(returned).toEqual({ noWebhookResponse: true });
});

it('holds every request to the limits of the node', async () => {
  const parameters = { hasBudget: true, maxBudgetUsd: 0.5, minPrivacy: 'secret' };
  const { runId } = (await call({ route: 'createTask', body: JSON.stringify({ goal: 'x', privacy: 'public', budgetUsd: 9 }), parameters })).json();
  const { openTeam } = await import('../../team');
  const { team, release } = await openTeam(undefined, { userFolder: host.userFolder, environment: process.env, log() {} });
  try {
    expect((await team.runs.read(runId!)).run.limits).toMatchObject({ privacy: 'secret', budgetUsd: 0.5 });
  } finally {
    release();
  }
});

it('answers even when the team cannot be opened, and never throws', async () => {
  process.env.EXECUTIONS_MODE = 'queue';
  const { status, headers, returned } = await call({ route: 'readTask', query: { id: 'x' } });
  expect([status, headers['content-type'], returned]).toEqual([503, 'application/problem+json', { noWebhookResponse: true }]);
});

it('template 04: a posted goal ends in a finished run with files to fetch', async () => {
  const ollama = await startOllamaServer({ models: ['qwen3:8b'] });
  process.env.OLLAMA_HOST = ollama.url;
  try {
    const { json, returned } = await call({ route: 'createTask', body: JSON.stringify({ goal: 'Write a haiku.' }) });
    const { runId } = json();
    const nodeTypes = { ...ourNodeTypes, 'n8n-nodes-aios.teamApiTrigger': sourceOf(returned.workflowData![0]!.map((item) => item.json)), 'n8n-nodes-base.executeWorkflowTrigger': passThrough, 'n8n-nodes-base.set': passThrough, 'n8n-nodes-base.stickyNote': passThrough };
    const run = await runWorkflow(template, { nodeTypes, startNode: 'Team API' });
    expect(itemsOf(run, 'CTO Report')[0]?.json).toMatchObject({ runId, status: 'done' });

    const view = (await call({ route: 'readTask', query: { id: runId! } })).json() as unknown as { status: string; goal: string; artifacts: Array<{ path: string; bytes: number }> };
    expect(view).toMatchObject({ status: 'done', goal: 'Write a haiku.' });
    const file = await call({ route: 'artifact', query: { id: runId!, path: view.artifacts[0]!.path } });
    expect([file.status, Buffer.byteLength(file.body)]).toEqual([200, view.artifacts[0]!.bytes]);
    expect((await call({ route: 'events', query: { id: runId!, after: '0' } })).body).toContain('run.finished');
  } finally {
    await ollama.close();
  }
});
