import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { cacheDir, childEnvironment } from '../../../scripts/n8n-host/place';
import { freePort } from '../../support/free-port';
import type { Job } from './worker';

const children = new Set<ChildProcess>();

export function stopAll(): void {
  for (const child of children) child.kill();
}

/** As dist/team.js is built: one CommonJS file, not minified. @returns its path */
export async function bundleWorker(): Promise<string> {
  const outfile = join(cacheDir(), 'bench', 'overhead.cjs');
  await build({ entryPoints: [join(__dirname, 'worker.ts')], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node22', logLevel: 'error' });
  return outfile;
}

/** Runs one job; ends with the process. @returns what it says, line by line */
export async function* run<T>(worker: string, job: Job, flags: string[] = []): AsyncGenerator<T> {
  const child = start([...flags, worker, JSON.stringify(job)]);
  for await (const line of createInterface({ input: child.stdout! })) yield JSON.parse(line) as T;
}

/** @returns its address */
export async function startStubProcess(worker: string, delayMs: number): Promise<string> {
  for await (const { url } of run<{ url: string }>(worker, { kind: 'stub', delayMs })) return url;
  throw new Error('The stub did not start.');
}

function start(args: string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: childEnvironment(environment) });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** For comparison only: lies in the cache folder and is no dependency. */
const PORTKEY = '@portkey-ai/gateway@1.15.2';
const DOWNLOAD_MS = 180_000;
const START_MS = 20_000;

/** It listens on every interface by default; here it must not. */
const PIN_TO_LOOPBACK = `const net = require('node:net');
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const called = args.find((arg) => typeof arg === 'function');
  const port = typeof args[0] === 'object' ? args[0].port : args[0];
  return listen.call(this, { port, host: '127.0.0.1', backlog: 2048 }, called);
};`;

/** @returns the gateway's address, up to and including /v1; `undefined` where it cannot be had */
export async function startPortkey(): Promise<string | undefined> {
  const folder = join(cacheDir(), 'bench', 'portkey');
  const program = join(folder, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
  if (!existsSync(program)) download(folder);
  if (!existsSync(program)) return undefined;
  const pin = join(folder, 'pin-to-loopback.cjs');
  writeFileSync(pin, PIN_TO_LOOPBACK);
  const port = await freePort();
  start(['--require', pin, program, '--headless', `--port=${port}`], { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' }).stdout!.resume();
  const url = `http://127.0.0.1:${port}`;
  return (await answers(url)) ? `${url}/v1` : undefined;
}

function download(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  spawnSync('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', PORTKEY], { stdio: ['ignore', 'ignore', 'inherit'], timeout: DOWNLOAD_MS, env: childEnvironment() });
}

async function answers(url: string): Promise<boolean> {
  for (const startedMs = performance.now(); performance.now() - startedMs < START_MS; await pause(200)) {
    if (await fetch(url).then(() => true, () => false)) return true;
  }
  return false;
}
