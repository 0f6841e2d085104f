import { spawn } from 'node:child_process';

export interface ScriptResult {
  exitCode: number | null;
  /** stdout and stderr together. */
  said: string;
}

/** Runs a program to its end with this environment and nothing else. */
export async function runScript(program: string, args: readonly string[], environment: Record<string, string>): Promise<ScriptResult> {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, said };
}
