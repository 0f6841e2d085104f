import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port';
import { postgresServer } from './services';

const READY_WITHIN_MS = 20_000;

export interface PostgresServer {
  port: number;
  user: string;
  database: string;
  stop(): Promise<void>;
}

/** An empty PostgreSQL on a free port of 127.0.0.1, without a password, until `stop`. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-postgres-'));
  const account = unprivilegedAccount();
  if (account) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const programs = dirname(postgresServer.found!);
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'n8n', '-A', 'trust', '--no-sync', '--no-locale', '-E', 'UTF8'], { ...account, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  // Nothing here has to survive a power cut.
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], { ...account, cwd: folder, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async () => {
    // The "fast" shutdown: sessions are cut, not waited for.
    server.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  await waitForPort(port, stop);
  return { port, user: 'n8n', database: 'postgres', stop };
}

/** PostgreSQL refuses to run as root; Debian's package brings an account for it. */
function unprivilegedAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const ask = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}

async function waitForPort(port: number, stop: () => Promise<void>): Promise<void> {
  const giveUpAtMs = Date.now() + READY_WITHIN_MS;
  while (!(await accepts(port))) {
    if (Date.now() > giveUpAtMs) {
      await stop();
      throw new PostgresStartError();
    }
    await sleep(50);
  }
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

class PostgresStartError extends Error {
  constructor() {
    super(`PostgreSQL did not listen within ${READY_WITHIN_MS} ms.`);
  }
}
