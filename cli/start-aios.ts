import { runAios } from './aios';
import { commands } from './commands';
import { processTerminal } from './drivers/process-terminal';

/** Runs the command line of this process and sets its exit code. A second Ctrl-C ends it at once. */
export async function startAios(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  process.exitCode = await runAios(process.argv.slice(2), commands, { terminal: processTerminal(() => stop.abort()), environment: process.env, signal: stop.signal });
}
