import { spawn, type ChildProcess } from 'node:child_process';
import { childEnvironment } from './place';

export interface CommandResult {
  /** null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcess>();

/** Ends what `runCommand` is running, for a caller who is about to exit: an orphaned npm would go on writing. */
export function endRunningCommands(): void {
  for (const child of running) child.kill('SIGTERM');
}

/** Runs a program to its end with Node 24 on PATH and collects what it says; a program that cannot be started counts as exit code 127. */
export async function runCommand(program: string, args: readonly string[], options: { cwd: string }): Promise<CommandResult> {
  // On Windows npm is a .cmd file, which only a shell can start.
  const child = spawn(program, args, { cwd: options.cwd, env: childEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  running.add(child);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      stderr.push(Buffer.from(error.message));
      resolve(127);
    });
    child.once('close', resolve);
  });
  running.delete(child);
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** The error code npm reports with `--json` (ENOSPC, ENOTFOUND, …); undefined when it gave none. */
export function npmErrorCode(stdout: string): string | undefined {
  const start = stdout.indexOf('{');
  if (start < 0) return undefined;
  try {
    const parsed = JSON.parse(stdout.slice(start)) as { error?: { code?: string } };
    return parsed.error?.code;
  } catch {
    return undefined;
  }
}
