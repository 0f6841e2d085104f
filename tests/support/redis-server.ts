import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { freePort } from './free-port';

/** A real Redis in memory on a free port, until `stop`. */
export async function startRedisServer(...options: string[]): Promise<{ port: number; stop(): Promise<void> }> {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  for await (const line of createInterface(server.stdout)) if (line.includes('Ready to accept connections')) break;
  server.stdout.resume();
  return {
    port,
    async stop() {
      server.kill();
      await ended;
    },
  };
}

/** One whose data lasts on disk, and which can be killed and started again at the same address. */
export interface KillableRedis {
  port: number;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Every write is on disk before it is acknowledged: `appendfsync always`. */
export async function startKillableRedis(folder: string): Promise<KillableRedis> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (!server) return;
    const ended = new Promise<void>((resolve) => server!.once('exit', () => resolve()));
    server.kill(signal);
    await ended;
    server = undefined;
  };
  const start = async () => {
    server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'], { stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const line of createInterface(server.stdout!)) if (line.includes('Ready to accept connections')) break;
    server.stdout!.resume();
  };
  await start();
  return { port, start, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}
