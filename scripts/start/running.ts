import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { AlreadyRunningError } from '../n8n-host/errors';

/** Who uses a data folder: `running.json` in it, as long as an n8n runs there. */
export interface Running {
  url: string;
  /** The process that was started by hand: signals go to it. */
  pid: number;
  /** n8n itself, which outlives the other when that is killed. */
  n8nPid?: number;
}

/** @returns the n8n that runs on this data folder; undefined when there is none, whatever an earlier one left behind */
export function findRunning(dataDir: string): Running | undefined {
  const file = runningFile(dataDir);
  if (!existsSync(file)) return undefined;
  const running = parse(readFileSync(file, 'utf8'));
  if (running === undefined || isFromEarlierBoot(file)) return undefined;
  return [running.pid, running.n8nPid].some(isAlive) ? running : undefined;
}

/** @throws {AlreadyRunningError} */
export function assertNotRunning(dataDir: string): void {
  const running = findRunning(dataDir);
  if (running && running.pid !== process.pid) throw new AlreadyRunningError(running.url, running.pid, runningFile(dataDir));
}

/**
 * Marks the data folder as ours.
 *
 * @throws {AlreadyRunningError} when another one was faster
 */
export function claimDataFolder(dataDir: string, url: string): void {
  assertNotRunning(dataDir);
  rmSync(runningFile(dataDir), { force: true });
  try {
    // "wx": of two starts in the same moment one succeeds.
    writeFileSync(runningFile(dataDir), textOf({ url, pid: process.pid }), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    assertNotRunning(dataDir);
  }
}

export function noteN8nProcess(dataDir: string, url: string, n8nPid: number): void {
  writeFileSync(runningFile(dataDir), textOf({ url, pid: process.pid, n8nPid }), { mode: 0o600 });
}

/** Only our own mark goes. */
export function releaseDataFolder(dataDir: string): void {
  const file = runningFile(dataDir);
  if (existsSync(file) && parse(readFileSync(file, 'utf8'))?.pid === process.pid) rmSync(file, { force: true });
}

function runningFile(dataDir: string): string {
  return join(dataDir, 'running.json');
}

function textOf(running: Running): string {
  return `${JSON.stringify(running)}\n`;
}

/** A file cut by a full disk or a power failure says nothing. */
function parse(text: string): Running | undefined {
  try {
    const { url, pid, n8nPid } = JSON.parse(text) as Partial<Running>;
    return typeof url === 'string' && typeof pid === 'number' ? { url, pid, n8nPid } : undefined;
  } catch {
    return undefined;
  }
}

/** After a restart of the machine the numbers of processes belong to others. */
function isFromEarlierBoot(file: string): boolean {
  return statSync(file).mtimeMs < Date.now() - uptime() * 1000;
}

function isAlive(processId: number | undefined): boolean {
  if (processId === undefined) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
