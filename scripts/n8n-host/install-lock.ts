import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 5_000;
/** Four missed heartbeats and some: the holder is dead or its machine slept. */
const STALE_AFTER_MS = 25_000;
const POLL_MS = 500;

/**
 * Runs `work` while no other process runs under the same lock. A lock whose holder died is taken over.
 *
 * @param onWait called once when somebody else holds the lock
 */
export async function withInstallLock<T>(lockDir: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
  let waited = false;
  while (!take(lockDir)) {
    if (!waited) onWait();
    waited = true;
    if (isStale(lockDir)) rmSync(lockDir, { recursive: true, force: true });
    else await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => touch(lockDir), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(lockDir, { recursive: true, force: true });
  }
}

/** mkdir is atomic: of two processes one succeeds. */
function take(lockDir: string): boolean {
  mkdirSync(dirname(lockDir), { recursive: true });
  try {
    mkdirSync(lockDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(lockDir, 'holder'), String(process.pid));
  return true;
}

export function isStale(lockDir: string, nowMs = Date.now()): boolean {
  try {
    const ageMs = nowMs - statSync(lockDir).mtimeMs;
    return ageMs > STALE_AFTER_MS || !isAlive(Number(readFileSync(join(lockDir, 'holder'), 'utf8')));
  } catch (error) {
    // Gone in between, or made a moment ago and its holder not yet written: neither is stale.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function touch(lockDir: string): void {
  try {
    utimesSync(lockDir, new Date(), new Date());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
