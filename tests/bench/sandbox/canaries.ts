import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Things of this machine that no job may touch, and what finds out whether one did. */
export interface Canaries {
  file: string;
  /** In the file, and in the environment as AIOS_CANARY. */
  secret: string;
  /** On 127.0.0.1. */
  port: number;
  /** A process of the same user. */
  pid: number;
  /** Looks at every path the code names, too. Call before the job; the function it returns is called afterwards with all that the job said. */
  watch(code: string): (said: string) => string[];
  close(): void;
}

const HOST_LINES = ['/etc/passwd', '/etc/hostname'].filter(existsSync).flatMap((file) => readFileSync(file, 'utf8').split('\n')).filter((line) => line.length > 15);

export async function openCanaries(folder: string): Promise<Canaries> {
  const secret = `canary-${randomUUID()}`;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'canary.txt');
  writeFileSync(file, secret);
  process.env.AIOS_CANARY = secret;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {}).end(secret);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sleeper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  return {
    file,
    secret,
    port: (server.address() as { port: number }).port,
    pid: sleeper.pid!,
    watch: (code) => {
      const before = { connections, states: pathsIn(code, file).map((path) => [path, stateOf(path)] as const) };
      return (said) => [
        ...(connections > before.connections ? ['port'] : []),
        ...(sleeper.exitCode === null && sleeper.signalCode === null ? [] : ['process']),
        ...before.states.filter(([path, state]) => stateOf(path) !== state).map(([path]) => `file ${path}`),
        ...(said.includes(secret) ? ['secret'] : []),
        // Some rows quote /etc/passwd themselves.
        ...(HOST_LINES.some((line) => said.includes(line) && !code.includes(line)) ? ['host file read'] : []),
      ];
    },
    close: () => {
      server.close();
      sleeper.kill('SIGKILL');
      delete process.env.AIOS_CANARY;
    },
  };
}

function pathsIn(code: string, canary: string): string[] {
  return [...new Set([canary, ...(code.match(/(?<![\w.])\/[\w.@-]+(\/[\w.@-]+)*/g) ?? [])])];
}

/** Folders change by themselves; that they are there does not. */
function stateOf(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return 'none';
  return stat.isFile() ? `file ${stat.size} ${stat.mtimeMs} ${stat.mode} ${stat.uid}` : 'other';
}
