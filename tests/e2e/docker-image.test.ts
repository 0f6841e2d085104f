import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCompose } from '../../scripts/compose/read-compose';
import { N8nClient, readTemplates } from '../../cli';
import { createApiKey, logIn, setUpOwner } from '../../scripts/n8n-host/session';
import { hostDir, repositoryDir } from '../../scripts/n8n-host/place';
import { readDockerfile } from '../../scripts/replay/dockerfile';
import { replayImage, type ReplayedImage } from '../../scripts/replay/replay-image';
import { startContainer, type Container } from '../../scripts/replay/start-container';
import { composeText, operatorVariables } from '../docker/compose-under-test';
import { freePort } from '../support/free-port';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { eventually } from '../support/n8n-instance';
import { startPostgresServer, type PostgresServer } from '../support/postgres-server';
import { startRedisServer } from '../support/redis-server';
import { describeWithServices, postgresServer, redisServer } from '../support/services';
import manifest from '../../package.json';

const OWNER = { email: 'owner@example.com', password: 'Docker-replayed-1' };

// The Dockerfile's steps are replayed; the processes get the compose file's environment with hosts and ports of this machine.
describeWithServices([redisServer, postgresServer], 'the image in queue mode, on a volume that was used before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aios-volumes-'));
  const volumes = { home: join(folder, 'n8n-home'), data: join(folder, 'aios-data') };
  const compose = readCompose(composeText, { ...operatorVariables, EXECUTIONS_MODE: 'queue' });
  const containers: Container[] = [];
  let image: ReplayedImage;
  let postgres: PostgresServer;
  let ollama: ModelServer;
  let client: N8nClient;
  let redis: Awaited<ReturnType<typeof startRedisServer>>;
  let editorUrl: string;
  let webhookUrl: string;

  /** What replaces Docker's network: each process has ports of its own, services are on 127.0.0.1. */
  async function start(name: 'n8n' | 'worker' | 'webhook'): Promise<string> {
    const service = compose.services[name]!;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const replaced = { DB_POSTGRESDB_HOST: '127.0.0.1', DB_POSTGRESDB_PORT: String(postgres.port), DB_POSTGRESDB_DATABASE: postgres.database, QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(redis.port), OLLAMA_HOST: ollama.url };
    const own = { N8N_PORT: String(port), N8N_LISTEN_ADDRESS: '127.0.0.1', QUEUE_HEALTH_CHECK_PORT: String(port), N8N_WORKER_SERVER_ADDRESS: '127.0.0.1', N8N_RUNNERS_BROKER_PORT: String(await freePort()) };
    const mounted = Object.fromEntries(service.volumes!.map((volume) => volume.split(':')).map(([source, path]) => [path!, source === 'n8n-home' ? volumes.home : volumes.data]));
    const container = startContainer(image, { command: service.command, environment: { ...service.environment, ...replaced, ...own }, volumes: mounted });
    containers.push(container);
    await container.healthy;
    return url;
  }

  beforeAll(async () => {
    fillOldVolume(join(volumes.home, 'nodes', 'node_modules'));
    const stages = readDockerfile(readFileSync(join(repositoryDir, 'Dockerfile'), 'utf8'));
    [image, postgres, redis, ollama] = await Promise.all([
      replayImage({ stages, contextDir: repositoryDir, hostDir: hostDir() }),
      startPostgresServer(),
      startRedisServer('--requirepass', operatorVariables.REDIS_PASSWORD!),
      startOllamaServer({ models: [operatorVariables.OLLAMA_MODEL!] }),
    ]);
    editorUrl = await start('n8n');
    await setUpOwner(editorUrl, OWNER);
    client = new N8nClient(editorUrl, await createApiKey(editorUrl, await logIn(editorUrl, OWNER), 'tests'));
    [, webhookUrl] = await Promise.all([start('worker'), start('webhook')]);
  }, 300_000);

  afterAll(async () => {
    await Promise.all(containers.map((container) => container.stop()));
    await Promise.all([postgres?.stop(), redis?.stop(), ollama?.close()]);
    image?.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  it('shows the nodes of the image instead of the old ones, beside the other package', async () => {
    const cookie = await logIn(editorUrl, OWNER);
    const types = (await (await fetch(`${editorUrl}/types/nodes.json`, { headers: { cookie } })).json()) as { name: string }[];
    const names = new Set(types.map(({ name }) => name));
    const ours = [...names].filter((name) => name.startsWith('n8n-nodes-aios.') && !name.endsWith('Tool'));
    expect(ours.length).toBe(manifest.n8n.nodes.length);
    expect(names).toContain('n8n-nodes-other.echo');
    expect(containers[0]!.log()).toContain(`n8n-nodes-aios ${manifest.version} is in place of 0.0.1.`);
  });

  it("runs the other package's node in the worker, called through the webhook process", async () => {
    const { id } = await client.createWorkflow(echoWorkflow());
    await client.publishWorkflow(id);
    const answer = await eventually('the webhook process has the webhook', 20_000, async () => {
      const response = await fetch(`${webhookUrl}/webhook/echo`, { method: 'POST', signal: AbortSignal.timeout(20_000) });
      return response.status === 404 ? undefined : response;
    });
    expect(await answer.json()).toMatchObject({ echo: 'n8n-nodes-other' });
    expect(containers[1]!.log()).toContain('Worker started execution');
  }, 40_000);

  it('delivers a goal: posted to the webhook process, worked on by the worker, files in the shared folder', async () => {
    const { id } = await client.createWorkflow(readTemplates().find(({ name }) => name === '04-http-api')!.body);
    await client.publishWorkflow(id);
    const request = { method: 'POST', headers: { authorization: `Bearer ${operatorVariables.AIOS_API_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ goal: 'Write a small web page about bees.' }) };
    const accepted = await fetch(`${webhookUrl}/webhook/aios/tasks`, request);
    expect(accepted.status).toBe(202);
    const { runId } = (await accepted.json()) as { runId: string };
    const run = await eventually('the run has ended', 60_000, async () => {
      const answer = await fetch(`${webhookUrl}/webhook/aios/tasks?id=${runId}`, { headers: request.headers });
      const view = (await answer.json()) as { status: string; artifacts: { path: string }[]; error?: unknown };
      return ['queued', 'running'].includes(view.status) ? undefined : view;
    });
    expect({ status: run.status, error: run.error }).toEqual({ status: 'done', error: undefined });
    expect(run.artifacts.filter(({ path }) => !existsSync(join(volumes.data, 'default', 'runs', runId, path)))).toEqual([]);
    expect(run.artifacts).not.toEqual([]);
  }, 90_000);

  it('has the aios command on its path', async () => {
    const { exitCode, stdout } = await containers[0]!.exec(['node', '/opt/aios/n8n-nodes-aios/dist/cli.js', '--help']);
    expect({ exitCode, usage: stdout.split('\n')[0] }).toEqual({ exitCode: 0, usage: 'Usage: aios <command> [options]' });
  });
});

/** As an earlier image and the editor's "Install community node" left it. */
function fillOldVolume(modules: string): void {
  const old = join(modules, 'n8n-nodes-aios');
  mkdirSync(join(old, 'dist'), { recursive: true });
  writeFileSync(join(old, 'package.json'), JSON.stringify({ name: 'n8n-nodes-aios', version: '0.0.1', n8n: { n8nNodesApiVersion: 1, nodes: ['dist/gone.node.js'], credentials: [] } }));
  cpSync(join(__dirname, '..', 'fixtures', 'n8n-nodes-other'), join(modules, 'n8n-nodes-other'), { recursive: true });
}

function echoWorkflow() {
  const node = (name: string, type: string, more: Record<string, unknown>) => ({ id: name, name, type, typeVersion: 1, position: [0, 0], ...more });
  return {
    name: 'Echo',
    nodes: [node('Webhook', 'n8n-nodes-base.webhook', { parameters: { httpMethod: 'POST', path: 'echo', responseMode: 'lastNode' }, webhookId: 'echo' }), node('Echo', 'n8n-nodes-other.echo', { parameters: {} })],
    connections: { Webhook: { main: [[{ node: 'Echo', type: 'main', index: 0 }]] } },
    settings: { executionOrder: 'v1' },
    pinData: {},
  };
}
