import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplates, TEAM_CREDENTIAL } from '../../cli';
import { runCommand } from '../../scripts/n8n-host/command';
import { childEnvironment, node24, repositoryDir } from '../../scripts/n8n-host/place';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { N8nInstance, startN8nInstance, type StartedInstance } from '../support/n8n-instance';
import { temporaryFolder } from '../support/temporary-folder';

interface Ended {
  exitCode: number | null;
  out: string;
  said: string;
  lines: Record<string, unknown>[];
}

let ollama: ModelServer;
let place: string;

beforeAll(async () => {
  ollama = await startOllamaServer({ models: ['qwen3:8b'] });
  place = temporaryFolder();
});
afterAll(async () => await ollama.close());

describe('the published package, beside a fresh n8n', () => {
  let started: StartedInstance;
  let n8n: N8nInstance;
  let command: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    started = await startN8nInstance();
    n8n = new N8nInstance(started);
    await runCommand('tar', ['-xzf', started.tarball], { cwd: place });
    command = join(place, 'package', 'dist', 'cli.js');
    environment = { N8N_URL: started.url, N8N_API_KEY: started.apiKey, AIOS_URL: started.url, AIOS_API_TOKEN: started.token };
  }, 120_000);
  afterAll(async () => await started.stop());

  const aios = async (...args: string[]) => await ended(spawn(node24, [command, ...args], { cwd: place, env: childEnvironment(environment), stdio: ['ignore', 'pipe', 'pipe'] }));

  it('can be called by npx, and needs nothing of the clone', async () => {
    const cache = join(place, 'npm-cache');
    const { exitCode, stdout } = await runCommand('npm', ['exec', '--yes', '--offline', '--cache', cache, `--package=${started.tarball}`, '--', 'n8n-nodes-aios', '--help'], { cwd: place });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('templates install');
    const { exitCode: refused, said } = await aios('up');
    expect({ refused, said }).toEqual({ refused: 2, said: expect.stringContaining('needs the clone') });
  }, 60_000);

  it('says on an old Node what it lacks', async () => {
    const old = join(place, 'old-node.cjs');
    writeFileSync(old, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });");
    const { exitCode, said } = await ended(spawn(node24, ['-r', old, command, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] }));
    expect({ exitCode, said }).toEqual({ exitCode: 2, said: expect.stringContaining('aios needs Node 22 or newer; this is 18.20.4.') });
  });

  it('installs the templates once, with the credential, and keeps what the user edits', async () => {
    await n8n.client.createCredential(TEAM_CREDENTIAL.name, TEAM_CREDENTIAL.type, { ollamaUrl: ollama.url, apiToken: started.token });
    const outcomes = async () => (await aios('templates', 'install', '--publish', '--json')).lines.filter(({ event }) => event === 'template').map(({ outcome }) => outcome);
    const all = readTemplates();
    expect(await outcomes()).toEqual(all.map(() => 'created'));
    expect(await outcomes()).toEqual(all.map(() => 'unchanged'));

    const [pipeline] = (await n8n.client.listWorkflows()).filter(({ name }) => name === all[0]!.body.name);
    const { name, nodes, connections, settings } = pipeline!;
    await n8n.client.updateWorkflow(pipeline!.id, { name: `${name} of mine`, nodes, connections, settings });
    expect(await outcomes()).toEqual(['kept', ...all.slice(1).map(() => 'unchanged')]);
    expect(await n8n.client.listWorkflows()).toHaveLength(all.length);
  }, 60_000);

  it('brings a newer template into a published workflow', async () => {
    const [api] = (await n8n.client.listWorkflows()).filter(({ name }) => name === 'AIOS HTTP API');
    const shipped = join(place, 'package', 'dist', 'workflows', '04-http-api.json');
    const newer = JSON.parse(readFileSync(shipped, 'utf8')) as { nodes: { type: string; position: number[] }[] };
    newer.nodes[0]!.position = [-40, 280];
    writeFileSync(shipped, JSON.stringify(newer));
    const { lines } = await aios('templates', 'install', '--only', '04-http-api', '--json');
    expect(lines[0]).toMatchObject({ outcome: 'updated', workflowId: api!.id, published: true });
    expect((await n8n.client.readWorkflow(api!.id)).nodes[0]!.position).toEqual([-40, 280]);
  }, 60_000);

  it('takes a goal to files in a folder of the caller', async () => {
    const { exitCode, lines, said } = await aios('run', 'Write a small web page about bees.', '--json', '--out', 'bees');
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: '' });
    expect(lines.at(-1)).toMatchObject({ event: 'end', outcome: 'done', verdicts: { needsPerson: 0, open: 0 } });
    const { folder, files } = lines.at(-1)!.files as { folder: string; files: string[] };
    expect(folder).toBe(join(place, 'bees'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(join(folder, file))).toBe(true);
  }, 90_000);

  it('refuses a wrong key and a wrong token in plain words', async () => {
    const wrongKey = await aios('templates', 'install', '--key', 'wrong');
    expect({ ...wrongKey, out: '', lines: [] }).toMatchObject({ exitCode: 1, said: expect.stringContaining('n8n refused the API key') });
    const wrongToken = await aios('run', 'x', '--token', 'wrong', '--url', started.url);
    expect(wrongToken).toMatchObject({ exitCode: 1, said: expect.stringContaining('The team refused the API token.') });
  }, 30_000);
});

describe('aios run in the clone', () => {
  it('starts an n8n for the goal, says where the files are, and stops it', async () => {
    const dataDir = join(place, 'data');
    const child = spawn(node24, ['--import', 'tsx', join('cli', 'main.ts'), 'run', 'Write a small web page about bees.', '--data', dataDir], { cwd: repositoryDir, env: childEnvironment({ OLLAMA_HOST: ollama.url, AIOS_URL: '' }), stdio: ['ignore', 'pipe', 'pipe'] });
    const { exitCode, out, said } = await ended(child);
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: expect.stringContaining('Stopping n8n…') });
    expect(said).toMatch(/✓ passed/);
    expect(out + said).not.toContain('\u001b');
    const [, folder] = /^Files: (.+)$/m.exec(out)!;
    const [, file] = /^Files: .+\n {2}(.+)$/m.exec(out)!;
    expect(existsSync(join(folder!, file!))).toBe(true);
    expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
  }, 150_000);
});

async function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let said = '';
  child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = out.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
  return { exitCode, out, said, lines };
}
