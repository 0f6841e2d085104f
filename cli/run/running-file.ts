import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const runningSchema = z.object({
  url: z.string(),
  /** Of `npm start`, not of n8n. */
  pid: z.number().int().positive(),
  /** Of n8n itself, which outlives a start that was killed. */
  n8nPid: z.number().int().positive().optional(),
  startedAtMs: z.number(),
  /** Set when templates and credential are in place. */
  ready: z.object({ token: z.string(), filesDir: z.string() }).optional(),
});

/** The n8n that `npm start` runs on a data folder, as other commands find it. */
export type RunningStart = z.infer<typeof runningSchema>;

/** Longer than any first start takes. */
const START_TAKES_MS = 300_000;

/** Readable by this user alone, because of the token. */
export function writeRunning(dataDir: string, running: RunningStart): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(`${fileIn(dataDir)}.new`, JSON.stringify(running), { mode: 0o600 });
  renameSync(`${fileIn(dataDir)}.new`, fileIn(dataDir));
}

/** As `writeRunning`, for the first of several starts in the same moment. @returns false when another one was faster */
export function claimRunning(dataDir: string, running: RunningStart): boolean {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!readRunning(dataDir)) rmSync(fileIn(dataDir), { force: true });
  try {
    writeFileSync(fileIn(dataDir), JSON.stringify(running), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Adds to the file of the start `pid`; whose file it is not, changes nothing. */
export function updateRunning(dataDir: string, pid: number, news: Partial<RunningStart>): void {
  const running = parsed(dataDir);
  if (running?.pid === pid) writeRunning(dataDir, { ...running, ...news });
}

/** Removes the file, unless another start has written it since. */
export function removeRunning(dataDir: string, pid: number): void {
  if (parsed(dataDir)?.pid === pid) rmSync(fileIn(dataDir), { force: true });
}

/** @returns undefined when there is none, or its processes are gone */
export function readRunning(dataDir: string, nowMs = Date.now()): RunningStart | undefined {
  const running = parsed(dataDir);
  if (!running || isFromEarlierBoot(dataDir) || !(isAlive(running.pid) || isAlive(running.n8nPid))) return undefined;
  // A start that was killed leaves its file behind, and its number may be another process by now.
  return running.ready || nowMs - running.startedAtMs < START_TAKES_MS ? running : undefined;
}

function parsed(dataDir: string): RunningStart | undefined {
  try {
    return runningSchema.safeParse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8'))).data;
  } catch {
    // Not there, or cut while it was written by an older version.
    return undefined;
  }
}

/** After a restart of the machine the numbers of processes belong to others. */
function isFromEarlierBoot(dataDir: string): boolean {
  const writtenMs = statSync(fileIn(dataDir), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return writtenMs < Date.now() - uptime() * 1_000;
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'running.json');
}
