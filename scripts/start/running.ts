import { join } from 'node:path';
import { claimRunning, readRunning, removeRunning, updateRunning, type RunningStart } from '../../cli';
import { AlreadyRunningError } from '../n8n-host/errors';

/** @throws {AlreadyRunningError} when an n8n uses this data folder */
export function assertNotRunning(dataDir: string): void {
  const running = readRunning(dataDir);
  if (running) throw new AlreadyRunningError(running.url, running.pid, join(dataDir, 'running.json'));
}

/**
 * Marks the data folder as ours.
 *
 * @throws {AlreadyRunningError} when another start was faster
 */
export function claimDataFolder(dataDir: string, url: string): void {
  const isOurs = claimRunning(dataDir, { url, pid: process.pid, startedAtMs: Date.now() });
  if (!isOurs) assertNotRunning(dataDir);
}

/** Adds to our mark what others want to know. */
export function noteRunning(dataDir: string, news: Pick<RunningStart, 'n8nPid'> | Pick<RunningStart, 'ready'>): void {
  updateRunning(dataDir, process.pid, { ...news, startedAtMs: Date.now() });
}

/** Only our own mark goes. */
export function releaseDataFolder(dataDir: string): void {
  removeRunning(dataDir, process.pid);
}
