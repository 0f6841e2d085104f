import { randomUUID } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import type { Clock } from '../../kernel';
import { StorageError } from '../../storage';
import { isErrno } from './file-errors';
import { inFolder } from './held-folder';

const LOCKS_FOLDER = '.locks';
/** A lock is held for the time of one write; who holds it longer has died. */
const STALE_MS = 30_000;
const LOOK_AGAIN_MS = 20;
const WAIT_MS = 45_000;

/** One at a time: within this process by a queue, between processes that share the folder by a file nobody else can create. */
export function openFolderLocks(root: string, clock: Clock): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const done = before.then(async () => await lockedByFile(root, clock, name, work));
    const settled = done.catch(() => undefined).then(() => {
      if (last.get(name) === settled) last.delete(name);
    });
    last.set(name, settled);
    return done;
  };
}

async function lockedByFile<T>(root: string, clock: Clock, name: string, work: () => Promise<T>): Promise<T> {
  return await inFolder(root, [LOCKS_FOLDER], { create: true, asked: LOCKS_FOLDER }, async (folder) => {
    const file = folder.child(name);
    for (const sinceMs = clock.nowMs(); !(await isTaken(file)); await clock.sleep(LOOK_AGAIN_MS)) {
      await removeStale(file, clock.nowMs());
      if (clock.nowMs() - sinceMs >= WAIT_MS) throw new StorageError(`The workspace ${JSON.stringify(name)} has been in use by another process for ${WAIT_MS / 1_000} s.`, { hint: 'Try again in a moment.' });
    }
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  });
}

async function isTaken(file: string): Promise<boolean> {
  try {
    await (await open(file, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

async function removeStale(file: string, nowMs: number): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (!found || nowMs - found.mtimeMs < STALE_MS) return;
  // Moved away first: of two that find it stale only one can.
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).then(() => rm(aside, { force: true }), () => undefined);
}
