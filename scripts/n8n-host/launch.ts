import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostStartError } from './errors';
import { childEnvironment, node24 } from './place';
import { freePort } from './ports';

export interface LaunchOptions {
  /** Folder of the installed n8n (see `ensureHost`). */
  hostDir: string;
  /** n8n keeps everything in `.n8n` below it. */
  userFolder: string;
  port: number;
  environment?: Record<string, string>;
  /** Which of n8n's processes; `worker` and `webhook` exist in queue mode alone. Default: `start`, the main one. */
  command?: 'start' | 'worker' | 'webhook';
}

export interface RunningN8n {
  url: string;
  processId: number;
  /** Settles when n8n's API answers. @throws {HostStartError} when it ends or is not ready within three minutes */
  ready: Promise<void>;
  /** Settles when the process has ended, by `stop` or by itself. */
  ended: Promise<number | null>;
  /** Lets running executions end for some seconds, then ends the process whatever it does. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 180_000;
const GRACE_S = 5;

/**
 * Starts n8n on 127.0.0.1; `ready` tells when it can be used, `stop` works from the first moment.
 * Its log goes to `n8n.log` in the user folder; nothing goes to our stdout.
 */
export async function launchN8n(options: LaunchOptions): Promise<RunningN8n> {
  mkdirSync(options.userFolder, { recursive: true });
  const logPath = join(options.userFolder, 'n8n.log');
  const child = await spawnN8n(options, logPath);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${options.port}`;
  const stop = () => stopProcess(child, ended);
  const ready = waitUntilReady(url, child, logPath).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, processId: child.pid!, ready, ended, stop };
}

async function spawnN8n(options: LaunchOptions, logPath: string): Promise<ChildProcess> {
  const log = openSync(logPath, 'w', 0o600);
  const child = spawn(node24, [join(options.hostDir, 'node_modules', 'n8n', 'bin', 'n8n'), options.command ?? 'start'], {
    cwd: options.userFolder,
    env: childEnvironment({ ...(await n8nEnvironment(options)), ...options.environment }),
    stdio: ['ignore', log, log],
    // Its own process group: Ctrl-C in the terminal reaches us alone, and we end n8n in order.
    detached: process.platform !== 'win32',
  });
  closeSync(log);
  return child;
}

async function n8nEnvironment({ userFolder, port }: LaunchOptions): Promise<Record<string, string>> {
  return {
    // As in n8n's own image: without it, answers to bad requests carry stack traces with paths of this machine.
    NODE_ENV: 'production',
    N8N_USER_FOLDER: userFolder,
    N8N_HOST: '127.0.0.1',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_PROTOCOL: 'http',
    N8N_PORT: String(port),
    // A worker answers on its health port alone.
    QUEUE_HEALTH_CHECK_ACTIVE: 'true',
    QUEUE_HEALTH_CHECK_PORT: String(port),
    N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
    WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}/`,
    // The default 5679 belongs to whichever n8n of this machine came first.
    N8N_RUNNERS_BROKER_PORT: String(await freePort()),
    // Plain http on this machine: a secure cookie would never come back.
    N8N_SECURE_COOKIE: 'false',
    N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(GRACE_S),
    NO_COLOR: '1',
  };
}

async function waitUntilReady(url: string, child: ChildProcess, logPath: string): Promise<void> {
  const giveUpAtMs = Date.now() + READY_WITHIN_MS;
  while (Date.now() < giveUpAtMs) {
    if (hasEnded(child)) throw new HostStartError('ended while it was starting', readFileSync(logPath, 'utf8'));
    if (await isReady(url)) return;
    await sleep(200);
  }
  throw new HostStartError('was not ready after three minutes', readFileSync(logPath, 'utf8'));
}

/** Readiness, not liveness: /healthz answers seconds before the database is migrated. */
async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz/readiness`, { signal: AbortSignal.timeout(2_000) });
    return response.ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function stopProcess(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGTERM');
  const tooLate = new AbortController();
  const grace = sleep((GRACE_S + 5) * 1000, 'late', { signal: tooLate.signal }).catch(() => 'ended');
  const outcome = await Promise.race([ended.then(() => 'ended'), grace]);
  tooLate.abort();
  if (outcome === 'late') child.kill('SIGKILL');
  await ended;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
