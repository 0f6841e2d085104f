import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SizeReader } from '../insights';
import type { StorageSizes } from '../stats';

/** Files that are counted at most; more would make a page of figures slow. */
const MOST_FILES = 50_000;

/** @param databaseFile with its write-ahead log beside it */
export function localSizes({ databaseFile, runFilesFolder }: { databaseFile: string; runFilesFolder: string }): SizeReader {
  return {
    async read(): Promise<StorageSizes> {
      const [file, log] = await Promise.all([databaseFile, `${databaseFile}-wal`].map(bytesOf));
      const sizes = await Promise.all((await filesBelow(runFilesFolder)).map(bytesOf));
      return { storeBytes: file! + log!, fileBytes: sizes.reduce((sum, bytes) => sum + bytes, 0), files: sizes.length };
    },
  };
}

/** 0 for a file that is gone by now. */
async function bytesOf(path: string): Promise<number> {
  return await stat(path).then(({ size }) => size, () => 0);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).slice(0, MOST_FILES).map((entry) => join(entry.parentPath, entry.name));
}
