import { InvalidInputError, isAiosError, type AiosError } from '../../kernel';
import { endRunningCommands } from '../n8n-host/command';

/** A script that starts n8n and stays until it is told to stop. */
export interface StartScript {
  /** True from the first signal on: whatever fails now is no news. */
  readonly isStopping: boolean;
  /** Registers what must end with the script; the latest ends first. */
  onStop(end: () => Promise<void> | void): void;
}

export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/**
 * Runs the work of a start script. Signals end what it registered, then the process; one of our errors ends it with a sentence:
 * exit code 2 for a call that was wrong, 1 for the rest.
 */
export function runStartScript(work: (script: StartScript) => Promise<void>): void {
  const ends: (() => Promise<void> | void)[] = [];
  const endAll = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  };
  const script = { isStopping: false, onStop: (end: () => Promise<void> | void) => void ends.push(end) };
  stopOnSignals(async () => {
    if (script.isStopping) return;
    script.isStopping = true;
    say('Stopping…');
    endRunningCommands();
    await endAll();
    process.exit(0);
  });
  work(script).catch(async (error: unknown) => {
    // What was under way when the user stopped us fails; that is no news.
    if (script.isStopping) return;
    await endAll();
    if (!isAiosError(error)) throw error;
    const isUsage = error instanceof InvalidInputError;
    say(isUsage ? `${error.message}\n\n${error.hint}` : sentence(error));
    process.exit(isUsage ? 2 : 1);
  });
}

/** Ctrl-C and friends: n8n ends first, then we do. */
function stopOnSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  // An npm that was killed tells nobody; n8n must not stay behind and hold the port.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && void stop(), 1_000).unref();
  // Started by another program of ours (`aios up`, `aios run`): its end closes the channel, and perhaps the pipes we write to.
  process.on('disconnect', () => void stop());
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => void stop());
}

function sentence({ message, hint }: AiosError): string {
  return `${message} ${hint}`;
}
