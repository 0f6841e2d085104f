import { spawn } from 'node:child_process';
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
