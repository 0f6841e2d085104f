import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs what `npm start` runs. Should this process die, whatever kills it, the closed channel tells the start to end n8n in order.
 *
 * @param detached its own process group: Ctrl-C in the terminal does not reach it
 */
export function spawnStart(cloneDir: string, args: readonly string[], { stdio, detached }: { stdio: 'inherit' | 'pipe'; detached: boolean }): ChildProcess {
  const node24 = join(cloneDir, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const channels: StdioOptions = stdio === 'inherit' ? ['inherit', 'inherit', 'inherit', 'ipc'] : ['ignore', 'pipe', 'pipe', 'ipc'];
  const child = spawn(existsSync(node24) ? node24 : process.execPath, ['--import', 'tsx', join('scripts', 'start.ts'), ...args], { cwd: cloneDir, stdio: channels, detached: detached && process.platform !== 'win32' });
  child.channel?.unref();
  return child;
}

/** @returns the exit code; 1 when a signal ended it or it could not be started */
export async function exitCodeOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return child.exitCode;
  if (child.signalCode !== null) return 1;
  return await new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
