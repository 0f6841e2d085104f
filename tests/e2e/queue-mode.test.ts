import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, runAios } from '../../cli';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { eventually, N8nInstance } from '../support/n8n-instance';
import { startPostgresServer, type PostgresServer } from '../support/postgres-server';
import { queueModeEnvironment, startQueueModeN8n, type QueueModeN8n } from '../support/queue-mode-n8n';
import { recordingTerminal } from '../support/recording-terminal';
import { startRedisServer } from '../support/redis-server';
import { describeWithServices, postgresServer, redisServer } from '../support/services';

interface TaskView {
  runId: string;
  status: string;
  tasks: { status: string }[];
  artifacts: { path: string; bytes: number }[];
  error?: { message: string };
}

describeWithServices([redisServer, postgresServer], 'n8n in queue mode', () => {
  let postgres: PostgresServer;
  let redis: Awaited<ReturnType<typeof startRedisServer>>;
  let ollama: ModelServer;
  let n8n: QueueModeN8n;
  let dataDir: string;
  const authorization = () => ({ authorization: `Bearer ${n8n.facts.token}` });

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'aios-shared-'));
    [postgres, redis, ollama] = await Promise.all([startPostgresServer(), startRedisServer('--appendonly', 'yes', '--dir', dataDir), startOllamaServer({ models: ['qwen3:8b'] })]);
    n8n = await startQueueModeN8n({ environment: { ...queueModeEnvironment({ postgres, redisPort: redis.port }), AIOS_DATA_DIR: join(dataDir, 'aios') } });
  }, 400_000);

  afterAll(async () => {
    await n8n?.stop();
    await Promise.all([postgres?.stop(), redis?.stop(), ollama?.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  it('does a goal posted to the webhook process in a worker, with the Redis of n8n itself', async () => {
    const main = new N8nInstance(n8n.facts);
    const workflowId = await main.importTemplate('04-http-api', await main.createCredential({ ollamaUrl: ollama.url }));
    await main.client.publishWorkflow(workflowId);

    const response = await fetch(`${n8n.webhook.url}/webhook/aios/tasks`, { method: 'POST', headers: { ...authorization(), 'content-type': 'application/json' }, body: JSON.stringify({ goal: 'Write a small web page about bees.' }) });
    expect([response.status, await response.clone().text()]).toEqual([202, expect.stringContaining('runId')]);
    const { runId } = (await response.json()) as { runId: string };
    const run = await endedRun(n8n.webhook.url, runId);

    expect(run).toMatchObject({ runId, status: 'done' });
    expect(run.artifacts.length).toBeGreaterThan(0);
    expect(await runAt(n8n.main.url, runId)).toEqual(run);
    for (const url of [n8n.webhook.url, n8n.main.url]) expect(await artifactBytes(url, runId, run.artifacts[0]!.path)).toBe(run.artifacts[0]!.bytes);
    expect(readFileSync(join(n8n.folder, 'worker-1', 'n8n.log'), 'utf8')).toContain('Worker started execution');
    expect(existsSync(join(dataDir, 'aios', 'default', 'team.sqlite'))).toBe(false);
  }, 200_000);

  it('keeps a run waiting for a person while webhook process and worker are killed, and goes on in a worker when he decides at the webhook process', async () => {
    const adaToken = await newApprover('ada');
    const main = new N8nInstance(n8n.facts);
    await main.runManually(await main.importTemplate('07-approvals', await main.createCredential({ ollamaUrl: ollama.url })), 'When clicking ‘Execute workflow’');
    const { approval, runId } = await eventually('a plan waits', 60_000, async () => {
      const { approvals } = await waiting();
      return approvals[0] && { approval: approvals[0], runId: approvals[0].runId };
    });
    await eventually('its run waits', 60_000, async () => (await runAt(n8n.webhook.url, runId)).status === 'waiting');
    const killed = [n8n.webhook, n8n.workers[0]!];
    for (const { processId } of killed) process.kill(processId, 'SIGKILL');
    const [webhook] = await Promise.all(killed.map((n8nProcess) => n8n.restart(n8nProcess)));
    n8n.webhook = webhook!;

    const decision = { id: approval.id, hash: approval.hash, decision: 'approve' };
    const decide = async (token: string) => (await fetch(`${n8n.webhook.url}/webhook/aios/approvals/decide`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(decision) })).status;
    expect(await decide(n8n.facts.token)).toBe(403);
    expect(await decide(adaToken)).toBe(200);
    expect(await endedRun(n8n.webhook.url, runId)).toMatchObject({ runId, status: 'done' });
    expect(await decide(adaToken)).toBe(409);
  }, 300_000);

  async function newApprover(name: string): Promise<string> {
    const terminal = recordingTerminal();
    const environment = { ...queueModeEnvironment({ postgres, redisPort: redis.port }), EXECUTIONS_MODE: 'queue' };
    const code = await runAios(['approver', 'add', name, '--data', n8n.facts.userFolder], commands, { terminal, environment, signal: new AbortController().signal });
    expect([code, terminal.said.join()]).toEqual([0, expect.any(String)]);
    return terminal.out.join('\n');
  }

  async function waiting(): Promise<{ approvals: { id: string; hash: string; runId: string }[] }> {
    return (await (await fetch(`${n8n.webhook.url}/webhook/aios/approvals`, { headers: authorization() })).json()) as { approvals: { id: string; hash: string; runId: string }[] };
  }

  async function endedRun(url: string, runId: string): Promise<TaskView> {
    return await eventually('the run has ended', 80_000, async () => {
      const run = await runAt(url, runId);
      return ['queued', 'running', 'waiting'].includes(run.status) ? undefined : run;
    });
  }

  async function runAt(url: string, runId: string): Promise<TaskView> {
    const response = await fetch(`${url}/webhook/aios/tasks?id=${runId}`, { headers: authorization() });
    expect(response.status).toBe(200);
    return (await response.json()) as TaskView;
  }

  async function artifactBytes(url: string, runId: string, path: string): Promise<number> {
    const response = await fetch(`${url}/webhook/aios/artifacts?${new URLSearchParams({ id: runId, path })}`, { headers: authorization() });
    return (await response.arrayBuffer()).byteLength;
  }
});
