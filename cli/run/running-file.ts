import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const runningSchema = z.object({
  url: z.string(),
  /** Of `npm start`, not of n8n. */
  pid: z.number().int().positive(),
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

/** Removes the file, unless another start has written it since. */
export function removeRunning(dataDir: string, pid: number): void {
  if (readRunning(dataDir)?.pid === pid) rmSync(fileIn(dataDir), { force: true });
}

/** @returns undefined when there is none, or its process is gone */
export function readRunning(dataDir: string, nowMs = Date.now()): RunningStart | undefined {
  const running = parsed(dataDir);
  if (!running || !isAlive(running.pid)) return undefined;
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

function isAlive(pid: number): boolean {
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
