import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodeOf, spawnStart } from '../drivers/clone-start';
import { plainText } from '../text/plain-text';
import { LocalN8nError } from './errors';
import { readRunning, type RunningStart } from './running-file';

/** An n8n on this machine with template 04 published. */
export interface LocalN8n {
  url: string;
  token: string;
  /** Where the files of the runs are, each run in a folder named by its id. */
  filesDir: string;
  /** Ends it, if it was started for this call. */
  stop(): Promise<void>;
  isOurs: boolean;
}

const READY_WITHIN_MS = 600_000;
const STOP_WITHIN_MS = 20_000;

/**
 * The n8n that `npm start` runs on the data folder.
 *
 * @returns undefined when none runs, or what left its traces there does not answer
 */
export async function findLocalN8n(dataDir: string, signal: AbortSignal, say: (text: string) => void): Promise<LocalN8n | undefined> {
  let running = readRunning(dataDir);
  if (running && !running.ready) say('n8n is being started; waiting for it…');
  while (running && !running.ready) {
    await sleep(500, undefined, { signal });
    running = readRunning(dataDir);
  }
  if (!running?.ready) return undefined;
  if (!(await answers(running, signal))) return undefined;
  return { url: running.url, ...running.ready, stop: async () => {}, isOurs: false };
}

/** Starts one the way `npm start` does, on a free port. @throws {LocalN8nError} with what it said */
export async function startLocalN8n(cloneDir: string, dataDir: string, rehearsal: boolean, signal: AbortSignal, say: (text: string) => void): Promise<LocalN8n> {
  const child = spawnStart(cloneDir, ['--json', '--port', '0', '--data', dataDir, ...(rehearsal ? ['--rehearsal'] : [])], { stdio: 'pipe', detached: true });
  const said: string[] = [];
  let isUp = false;
  createInterface({ input: child.stderr! }).on('line', (line) => {
    said.push(line);
    // What it is busy with; its last lines are for somebody who will use that n8n.
    if (!isUp && line.endsWith('…')) say(plainText(line));
  });
  const stop = () => stopStart(child);
  isUp = await isReady(child, signal);
  const running = isUp ? readRunning(dataDir) : undefined;
  if (running?.ready) return { url: running.url, ...running.ready, stop, isOurs: true };
  await stop();
  signal.throwIfAborted();
  throw new LocalN8nError(`n8n could not be started: ${plainText(said.filter((line) => line.trim() !== '').at(-1) ?? 'it said nothing')}`, 'Try "npm start" to see all it says.');
}

/** @returns false when it ended, took too long or the user has had enough */
async function isReady(child: ChildProcess, signal: AbortSignal): Promise<boolean> {
  const decided = new AbortController();
  const ready = new Promise<boolean>((resolve) => createInterface({ input: child.stdout! }).once('line', () => resolve(true)));
  const ended = exitCodeOf(child).then(() => false);
  const tooLate = sleep(READY_WITHIN_MS, false, { signal: AbortSignal.any([signal, decided.signal]) }).catch(() => false);
  try {
    return await Promise.race([ready, ended, tooLate]);
  } finally {
    decided.abort();
  }
}

async function stopStart(child: ChildProcess): Promise<void> {
  const ended = exitCodeOf(child);
  child.kill('SIGTERM');
  const outcome = await Promise.race([ended, sleep(STOP_WITHIN_MS, 'late', { ref: false })]);
  if (outcome === 'late') child.kill('SIGKILL');
}

async function answers({ url }: RunningStart, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz/readiness`, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    return response.ok;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
