import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureHost } from '../../scripts/n8n-host/install';
import { installPackage, packPackage } from '../../scripts/n8n-host/install-package';
import { launchN8n, type LaunchOptions, type RunningN8n } from '../../scripts/n8n-host/launch';
import { freePort } from '../../scripts/n8n-host/ports';
import { furnishOwner, type InstanceFacts } from './n8n-instance';

export interface QueueModeOptions {
  /**
   * For every process: where PostgreSQL (`DB_…`) and Redis (`QUEUE_BULL_REDIS_…`) are, AIOS_DATA_DIR, and whatever else a deployment sets.
   * Ports and folders of each process, queue mode itself and the encryption key are set here unless it names them.
   */
  environment: Record<string, string>;
  /** Default 1. */
  workers?: number;
}

export interface QueueModeN8n {
  /** The main process; workflows and credentials are made there. */
  facts: InstanceFacts;
  main: RunningN8n;
  workers: RunningN8n[];
  /** Serves published webhooks alone. */
  webhook: RunningN8n;
  /** Starts a process again in its place, after it was killed. @returns the new one, ready */
  restart(killed: RunningN8n): Promise<RunningN8n>;
  /** Parent of all user folders: `main`, `webhook`, `worker-1` …; each has its log, `n8n.log`. */
  folder: string;
  stop(): Promise<void>;
}

/** n8n as its queue mode is deployed: a main process, workers and a webhook process, each with a user folder of its own and the same package. */
export async function startQueueModeN8n({ environment, workers = 1 }: QueueModeOptions): Promise<QueueModeN8n> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-queue-'));
  const hostDir = await ensureHost((text) => void process.stderr.write(`${text}\n`));
  const tarball = await packPackage(join(folder, 'packed'));
  await installPackage(tarball, join(folder, 'main'));
  const running: RunningN8n[] = [];
  const places = new Map<RunningN8n, LaunchOptions>();
  const launchAt = async (place: LaunchOptions) => {
    const n8n = await launchN8n(place);
    running.push(n8n);
    places.set(n8n, place);
    await n8n.ready;
    return n8n;
  };
  const launch = async (name: string, command: 'start' | 'worker' | 'webhook') => {
    if (name !== 'main') shareNodes(folder, name);
    return await launchAt({ hostDir, userFolder: join(folder, name), port: await freePort(), command, environment: { ...shared, ...environment } });
  };
  const restart = async (killed: RunningN8n) => {
    await killed.ended;
    return await launchAt(places.get(killed)!);
  };
  const shared = { EXECUTIONS_MODE: 'queue', N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex') };
  const stop = async () => {
    await Promise.all(running.map((n8n) => n8n.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // The main process first: it migrates the database, which the others only wait for.
    const main = await launch('main', 'start');
    const [facts, webhook, ...rest] = await Promise.all([furnishOwner(main.url), launch('webhook', 'webhook'), ...Array.from({ length: workers }, (_, index) => launch(`worker-${index + 1}`, 'worker'))]);
    return { facts: { ...facts, url: main.url, userFolder: join(folder, 'main'), tarball, token: randomBytes(16).toString('hex') }, main, webhook, workers: rest, restart, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every process reads the same installed nodes, as containers of one image do. */
function shareNodes(folder: string, name: string): void {
  const own = join(folder, name, '.n8n');
  mkdirSync(own, { recursive: true });
  symlinkSync(join(folder, 'main', '.n8n', 'nodes'), join(own, 'nodes'), 'dir');
}

/** Where the database and the queue are, in n8n's own variables. */
export function queueModeEnvironment({ postgres, redisPort }: { postgres: { port: number; user: string; database: string }; redisPort: number }): Record<string, string> {
  return {
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: '127.0.0.1',
    DB_POSTGRESDB_PORT: String(postgres.port),
    DB_POSTGRESDB_USER: postgres.user,
    DB_POSTGRESDB_DATABASE: postgres.database,
    QUEUE_BULL_REDIS_HOST: '127.0.0.1',
    QUEUE_BULL_REDIS_PORT: String(redisPort),
  };
}
