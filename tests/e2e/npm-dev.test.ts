import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logIn } from '../../scripts/n8n-host/session';
import { childEnvironment } from '../../scripts/n8n-host/place';
import { eventually, N8nInstance } from '../support/n8n-instance';
import { copySources } from '../support/source-copy';

/** What the developer is promised, from saving a file to seeing it, on a machine such as docs/benchmarks.md names; on a slower one in half the time of a restart. */
const VISIBLE_WITHIN_MS = 15_000;
/** For a machine that is ten times slower: only what is stuck is given up. */
const GIVEN_UP_AFTER_MS = 120_000;
let startedInMs = 0;
const SAVES = process.env.FULL === '1' ? 20 : 4;
const NODE = 'nodes/LlmRouter/LlmRouter.node.ts';
const sources = copySources();
let dev: ChildProcess;
let said = '';
let n8n: N8nInstance;
let lastDescription = 'Answers a prompt with the best model you have';

beforeAll(async () => {
  const begunMs = Date.now();
  dev = spawn('npm', ['run', 'dev', '--silent', '--', '--json', '--rehearsal', '--port', '0', '--data', join(sources.folder, '.data')], { cwd: sources.folder, env: childEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  dev.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  dev.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await eventually(`npm run dev is ready (so far: ${said})`, 2 * GIVEN_UP_AFTER_MS, async () => stdout.includes('\n') && said.includes('Every change'));
  startedInMs = Date.now() - begunMs;
  const ready = JSON.parse(stdout) as { url: string; dataDir: string; owner: { email: string; password: string } };
  const apiKey = readFileSync(join(ready.dataDir, 'api-key'), 'utf8');
  n8n = new N8nInstance({ url: ready.url, apiKey, cookie: await logIn(ready.url, ready.owner), owner: ready.owner, userFolder: ready.dataDir, tarball: '', token: '' });
}, 2.5 * GIVEN_UP_AFTER_MS);

afterAll(async () => {
  if (dev.exitCode === null) {
    dev.kill('SIGINT');
    await new Promise((resolve) => dev.once('close', resolve));
  }
  rmSync(sources.folder, { recursive: true, force: true });
}, 60_000);

describe('npm run dev', () => {
  it(`shows a saved change of a node's description in the editor's nodes within ${VISIBLE_WITHIN_MS / 1000} s`, async () => {
    let p95Ms = Infinity;
    const withinMs = Math.max(VISIBLE_WITHIN_MS, startedInMs / 2);
    // Other work on the machine can slow one series; only when three in a row are slow is it ours.
    for (let series = 1; series <= 3 && p95Ms > withinMs; series += 1) p95Ms = await seriesOfSaves(series);
    expect(p95Ms).toBeLessThanOrEqual(withinMs);
    expect((await ourTypes()).filter(({ name }) => name.startsWith('CUSTOM.'))).toEqual([]);
  }, SAVES * 3 * 20_000 + 3 * GIVEN_UP_AFTER_MS);

  it('runs the next execution with a saved change of a domain, as soon', async () => {
    const workflowId = await n8n.importTemplate('02-ask-the-router', credentialId());
    const choice = async () => JSON.stringify((await n8n.endedExecution(await n8n.runManually(workflowId, 'When clicking ‘Execute workflow’'))).data);
    expect(await choice()).toContain('rehearsal/rehearsal');
    const savedMs = Date.now();
    sources.edit('router/drivers/rehearsal.ts', 'rehearsal/rehearsal', 'rehearsal/second-night');
    await eventually('an execution uses the change', GIVEN_UP_AFTER_MS, async () => (await choice()).includes('rehearsal/second-night'));
    process.stderr.write(`npm run dev, save to changed execution: ${Date.now() - savedMs} ms\n`);
  }, 2.5 * GIVEN_UP_AFTER_MS);

  it('shows what cannot be built, and n8n goes on with the build before', async () => {
    const before = said.length;
    sources.edit(NODE, 'export class LlmRouter', 'export clas LlmRouter');
    await eventually('the fault is shown', GIVEN_UP_AFTER_MS, async () => said.slice(before).includes('goes on with what it has'));
    expect(said.slice(before)).toContain('LlmRouter.node.ts');
    expect(await routerDescription()).toContain(lastDescription);
    sources.edit(NODE, 'export clas LlmRouter', 'export class LlmRouter');
    await saveDescription('Mended');
  }, 2.5 * GIVEN_UP_AFTER_MS);

  it('says why n8n cannot load what could be built', async () => {
    const before = said.length;
    sources.edit(NODE, 'export class LlmRouter', "throw new RangeError('no such night');\nexport class LlmRouter");
    await eventually('the reason is shown', GIVEN_UP_AFTER_MS, async () => said.slice(before).includes('RangeError: no such night'));
    expect(said.slice(before)).toContain('dist/nodes/LlmRouter/LlmRouter.node.js');
    sources.edit(NODE, "throw new RangeError('no such night');\n", '');
    await saveDescription('Loaded again');
  }, 2.5 * GIVEN_UP_AFTER_MS);

  it('ends everything with Ctrl-C and leaves the data folder free', async () => {
    dev.kill('SIGINT');
    const exitCode = await new Promise((resolve) => dev.once('close', resolve));
    expect(exitCode).toBe(0);
    await expect(fetch(`${n8n.facts.url}/healthz`)).rejects.toThrow();
    expect(existsSync(join(n8n.facts.userFolder, 'running.json'))).toBe(false);
  }, 60_000);
});

/** @returns the time in milliseconds that 95 of 100 saves stay below */
async function seriesOfSaves(series: number): Promise<number> {
  const tookMs: number[] = [];
  for (let save = 1; save <= SAVES; save += 1) tookMs.push(await saveDescription(`Changed ${series}.${save}`));
  tookMs.sort((one, other) => one - other);
  const p95Ms = tookMs[Math.ceil(tookMs.length * 0.95) - 1]!;
  process.stderr.write(`npm run dev, save to editor: ${tookMs.length} saves, median ${tookMs[Math.floor(tookMs.length / 2)]} ms, p95 ${p95Ms} ms\n`);
  return p95Ms;
}

/** @returns milliseconds from the save until n8n serves the new text */
async function saveDescription(text: string): Promise<number> {
  const savedMs = Date.now();
  sources.edit(NODE, lastDescription, text);
  lastDescription = text;
  await eventually(`n8n shows "${text}"; dev said: ${said.slice(-500)}`, GIVEN_UP_AFTER_MS, async () => (await routerDescription())?.includes(text));
  return Date.now() - savedMs;
}

async function routerDescription(): Promise<string | undefined> {
  return (await ourTypes()).find(({ name }) => name === 'n8n-nodes-aios.llmRouter')?.description;
}

/** Empty while n8n is writing the file anew. */
async function ourTypes(): Promise<{ name: string; description: string }[]> {
  const response = await fetch(`${n8n.facts.url}/types/nodes.json`, { headers: { cookie: n8n.facts.cookie } });
  return await response.json().catch(() => []) as { name: string; description: string }[];
}

function credentialId(): string {
  const state = JSON.parse(readFileSync(join(n8n.facts.userFolder, 'start-state.json'), 'utf8')) as { credential: { id: string } };
  return state.credential.id;
}
