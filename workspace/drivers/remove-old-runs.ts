import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from './file-errors';

/**
 * Deletes the folders of runs that are no longer known, so that the disk does not fill with files nobody can list.
 *
 * @param folder of all runs, as openLocalRunFiles was given it
 * @param rule a folder goes when it was last changed before `beforeMs` and `isKnown` denies its run; both, so that a lost
 *   database does not take fresh files with it
 * @returns how many were deleted
 */
export async function removeOldRuns(folder: string, rule: { beforeMs: number; isKnown(runId: string): Promise<boolean> }): Promise<number> {
  let removed = 0;
  for (const entry of await foldersOf(folder)) {
    const path = join(folder, entry);
    if ((await stat(path)).mtimeMs >= rule.beforeMs || (await rule.isKnown(entry))) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  // Names with a dot are no run ids; one of them is where files are written before they are moved.
  return entries.filter((entry) => entry.isDirectory() && !entry.name.includes('.')).map((entry) => entry.name);
}
