import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { eventually } from '../support/n8n-instance';
import { sharedInstance } from './shared-instance';

interface TaskView {
  runId: string;
  status: string;
  tasks: { id: string; status: string; attempts: number; model: string | null }[];
  artifacts: { path: string; bytes: number; sha256: string }[];
  report?: string;
  usage: { localCalls: number; cloudCalls: number; promptTokens: number; completionTokens: number };
  error?: { message: string };
}

const n8n = sharedInstance();
const authorization = { authorization: `Bearer ${n8n.facts.token}` };
let ollama: ModelServer;
let workflowId: string;

beforeAll(async () => {
  ollama = await startOllamaServer({ models: ['qwen3:8b'] });
  const credentialId = await n8n.createCredential({ ollamaUrl: ollama.url, teamName: 'http-api' });
  workflowId = await n8n.importTemplate('04-http-api', credentialId);
  await n8n.client.publishWorkflow(workflowId);
}, 60_000);

afterAll(async () => {
  await n8n.client.unpublishWorkflow(workflowId);
  await ollama.close();
});

describe('the HTTP interface of template 04', () => {
  it('refuses a request without the token and starts nothing', async () => {
    const before = await n8n.executionsOf(workflowId);
    for (const headers of [{}, { authorization: 'Bearer wrong' }] as Array<Record<string, string>>) {
      const response = await n8n.callWebhook('aios/tasks', { goal: 'Write a haiku.' }, headers);
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(await response.json()).toMatchObject({ status: 401 });
    }
    expect(await n8n.executionsOf(workflowId)).toEqual(before);
  });

  it('says what is wrong with a body that is no goal', async () => {
    for (const body of [{}, { goal: '' }, { goal: 'x'.repeat(1_000_000) }, '"just text"']) {
      const response = await n8n.callWebhook('aios/tasks', body, authorization);
      expect([400, 413, 422]).toContain(response.status);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('turns a goal into a report and files, by way of plan, work and review', async () => {
    const response = await n8n.callWebhook('aios/tasks', { goal: 'Write a small web page about bees.' }, authorization);
    expect(response.status).toBe(202);
    const { runId, statusUrl } = (await response.json()) as { runId: string; statusUrl: string };
    const run = await endedRun(statusUrl);

    expect(run).toMatchObject({ runId, status: 'done' });
    expect(run.error).toBeUndefined();
    expect(run.tasks.length).toBeGreaterThan(0);
    expect(run.tasks.map(({ status }) => status)).not.toContain('running');
    expect(run.report).toEqual(expect.stringMatching(/\S/));
    expect(run.usage.localCalls).toBeGreaterThanOrEqual(3);
    expect(run.usage.cloudCalls).toBe(0);
    expect(run.artifacts.length).toBeGreaterThan(0);
    for (const artifact of run.artifacts) await expectFile(runId, artifact);
  }, 90_000);

  it('tells what the team did, as figures and as metrics, to nobody without the token', async () => {
    const get = (path: string, headers: Record<string, string> = authorization) => fetch(`${n8n.facts.url}/webhook/aios/${path}`, { headers });
    expect(await (await get('stats?since=1h')).json()).toMatchObject({ team: 'http-api', runs: { done: 1 }, calls: { cloud: 0, localShare: 1 } });
    const metrics = await get('metrics');
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await metrics.text()).toContain('aios_runs{team="http-api",status="done"} 1\n');
    expect((await get('stats', {})).status).toBe(401);
  });

  it('answers the same request twice with the same run', async () => {
    const headers = { ...authorization, 'idempotency-key': 'the-same-order' };
    const runIds = await Promise.all([1, 2].map(async () => ((await (await n8n.callWebhook('aios/tasks', { goal: 'Write a note.' }, headers)).json()) as { runId: string }).runId));
    expect(runIds[0]).toBe(runIds[1]);
    await endedRun(`${n8n.facts.url}/webhook/aios/tasks?id=${runIds[0]}`);
  }, 90_000);
});

async function endedRun(statusUrl: string): Promise<TaskView> {
  return await eventually('the run has ended', 80_000, async () => {
    const response = await fetch(statusUrl, { headers: authorization });
    expect(response.status).toBe(200);
    const run = (await response.json()) as TaskView;
    return ['queued', 'running'].includes(run.status) ? undefined : run;
  });
}

/** The file is served over HTTP and lies on the disk, byte for byte the same. */
async function expectFile(runId: string, { path, bytes, sha256 }: TaskView['artifacts'][number]): Promise<void> {
  const response = await fetch(`${n8n.facts.url}/webhook/aios/artifacts?${new URLSearchParams({ id: runId, path })}`, { headers: authorization });
  expect(response.status).toBe(200);
  const served = Buffer.from(await response.arrayBuffer());
  expect(served).toHaveLength(bytes);
  expect(sha256Of(served)).toBe(sha256);
  const onDisk = filesBelow(join(n8n.facts.userFolder, '.n8n', 'aios')).filter((file) => file.endsWith(join('/', path)));
  expect(onDisk.map((file) => sha256Of(readFileSync(file)))).toContain(sha256);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
