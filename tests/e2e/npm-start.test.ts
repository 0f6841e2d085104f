import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment, repositoryDir } from '../../scripts/n8n-host/place';
import { freePort } from '../../scripts/n8n-host/ports';
import { eventually } from '../support/n8n-instance';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { sharedInstance } from './shared-instance';

interface ReadyLine {
  event: string;
  url: string;
  dataDir: string;
  token: string;
  owner: { email: string; password: string; passwordFile: string };
}

/** On a machine such as docs/benchmarks.md names; on a slower one what its own first start took is the measure. */
const SECOND_START_MS = 15_000;
/** For a machine that is ten times slower: only what is stuck is given up. */
const READY_WITHIN_MS = 150_000;
let firstStartMs = 0;
let dataDir: string;
let ollama: ModelServer;
const started: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'aios-start-'));
  ollama = await startOllamaServer({ models: ['qwen3:8b'] });
});

afterAll(async () => {
  for (const child of started) child.kill('SIGTERM');
  await Promise.all(started.map(exitCodeOf));
  await ollama.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('npm start', () => {
  it('ends with one line of JSON, and a goal can be posted right away', async () => {
    const start = npmStart('--json', '--port', String(await freePort()), '--data', dataDir);
    const begunMs = Date.now();
    const ready = await start.ready(READY_WITHIN_MS);
    firstStartMs = Date.now() - begunMs;
    expect(ready).toMatchObject({ event: 'ready', dataDir, token: expect.stringMatching(/.{20}/), owner: { email: expect.stringContaining('@'), password: expect.stringMatching(/.{12}/) } });
    expect(statSync(ready.owner.passwordFile).mode & 0o777).toBe(0o600);

    const posted = await fetch(`${ready.url}/webhook/aios/tasks`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${ready.token}` }, body: '{"goal":"Write a note."}' });
    expect(posted.status).toBe(202);
    expect(start.stdoutLines()).toHaveLength(1);
    await expectSecondStartRefused(ready.url);
    expect(await start.stop('SIGINT')).toBe(0);
    await expect(fetch(`${ready.url}/healthz`)).rejects.toThrow();
  }, READY_WITHIN_MS * 1.5);

  it('is back within 15 seconds, or where the machine is slow at least sooner than the first time, with the same owner and token, and does not show the password again', async () => {
    let fastestMs = Infinity;
    const withinMs = Math.max(SECOND_START_MS, firstStartMs);
    // Other work on the machine can slow one start; only when three in a row are slow is it ours.
    for (let start = 1; start <= 3 && fastestMs > withinMs; start += 1) fastestMs = Math.min(fastestMs, await startAgain());
    process.stderr.write(`npm start: first ${firstStartMs} ms, again ${fastestMs} ms\n`);
    expect(fastestMs).toBeLessThanOrEqual(withinMs);
  }, READY_WITHIN_MS * 3.5);

  it('says in one line that the port is taken', async () => {
    const taken = new URL(sharedInstance().facts.url).port;
    const start = npmStart('--port', taken, '--data', join(dataDir, 'never-made'));
    expect(await exitCodeOf(start.child)).toBe(1);
    expect(start.ownMessages()).toEqual([expect.stringContaining(`Port ${taken}`)]);
    expect(existsSync(join(dataDir, 'never-made'))).toBe(false);
  }, 60_000);

  it('refuses an unknown option with its usage', async () => {
    const start = npmStart('--prot', '1');
    expect(await exitCodeOf(start.child)).toBe(2);
    expect(start.stderr()).toContain('Usage: npm start');
  }, 60_000);
});

/** On the data folder in use, whatever port it asks for. */
async function expectSecondStartRefused(runningUrl: string): Promise<void> {
  const second = npmStart('--port', '0', '--data', dataDir);
  expect(await exitCodeOf(second.child)).toBe(1);
  expect(second.ownMessages()).toEqual([expect.stringContaining(`runs on this data folder already: ${runningUrl}`)]);
  expect((await fetch(`${runningUrl}/healthz`)).status).toBe(200);
}

/** @returns milliseconds until everything was in place again */
async function startAgain(): Promise<number> {
  const begunMs = Date.now();
  const start = npmStart('--json', '--port', String(await freePort()), '--data', dataDir);
  const ready = await start.ready(READY_WITHIN_MS);
  const tookMs = Date.now() - begunMs;
  expect(start.stderr()).not.toContain(ready.owner.password);
  expect(await start.stop('SIGTERM')).toBe(0);
  return tookMs;
}

/** `--silent`: npm's own banner goes to stdout otherwise. */
function npmStart(...args: string[]) {
  const child = spawn('npm', ['start', '--silent', '--', ...args], { cwd: repositoryDir, env: childEnvironment({ OLLAMA_HOST: ollama.url }), stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const stdoutLines = () => stdout.split('\n').filter((line) => line.trim() !== '');
  return {
    child,
    stdoutLines,
    stderr: () => stderr,
    /** Without what npm itself says about the user's configuration. */
    ownMessages: () => stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm ')),
    ready: async (withinMs: number): Promise<ReadyLine> =>
      await eventually(`npm start is ready (so far it said: ${stderr.slice(-500)})`, withinMs, async () => {
        if (child.exitCode !== null) expect(`exit ${child.exitCode}: ${stderr}`).toBe('still running');
        const line = stdoutLines()[0];
        return line === undefined ? undefined : (JSON.parse(line) as ReadyLine);
      }),
    stop: async (signal: NodeJS.Signals) => {
      child.kill(signal);
      return await exitCodeOf(child);
    },
  };
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('close', resolve));
  return child.exitCode;
}
