import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorFacts, sha256 } from '../../kernel';
import { safePath } from '../../workspace';
import { plainText } from '../text/plain-text';
import type { RunView } from './run-view';
import type { TeamClient } from './team-client';

export interface SavedFiles {
  /** Absolute. */
  folder: string;
  /** Relative to the folder; those that were there already, byte for byte, included. */
  saved: string[];
  /** Why a file could not be saved, a sentence each. */
  problems: string[];
}

/**
 * Downloads the files of a run. Paths come from a server: one that would leave the folder is refused. A file that is there with
 * another content is left alone, so that a second call takes nothing from the user.
 */
export async function saveFiles(client: Pick<TeamClient, 'artifact'>, { runId, artifacts }: RunView, into: string, signal: AbortSignal): Promise<SavedFiles> {
  const folder = resolve(into);
  const files: SavedFiles = { folder, saved: [], problems: [] };
  if (artifacts.length > 0) await mkdir(folder, { recursive: true });
  for (const artifact of artifacts) {
    try {
      const path = safePath(artifact.path);
      const problem = await saveFile(folder, path, artifact.sha256, async () => await client.artifact(runId, artifact.path, signal));
      if (problem === undefined) files.saved.push(path);
      else files.problems.push(`${path}: ${problem}`);
    } catch (error) {
      signal.throwIfAborted();
      files.problems.push(plainText(`${artifact.path}: ${errorFacts(error).message}`).slice(0, 500));
    }
  }
  return files;
}

/** @returns why it was not saved; undefined when the file is there with the right content */
async function saveFile(folder: string, path: string, hash: string, download: () => Promise<Uint8Array>): Promise<string | undefined> {
  const target = join(folder, path);
  if (await hasLinkedParent(folder, path)) return 'a link in the folder leads somewhere else';
  await mkdir(dirname(target), { recursive: true });
  const bytes = await download();
  if (sha256(bytes) !== hash) return 'what the server sent is not what it had announced; try again with --follow';
  try {
    // Fails where anything has that name, a link included.
    await writeFile(target, bytes, { flag: 'wx' });
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await isSameFile(target, hash)) ? undefined : 'something of that name with other content is there and was left alone; choose another folder with --out';
  }
}

async function hasLinkedParent(folder: string, path: string): Promise<boolean> {
  const names = path.split('/').slice(0, -1);
  for (let depth = 1; depth <= names.length; depth += 1) {
    const facts = await lstat(join(folder, ...names.slice(0, depth))).catch(() => undefined);
    if (facts?.isSymbolicLink()) return true;
  }
  return false;
}

async function isSameFile(target: string, hash: string): Promise<boolean> {
  const facts = await lstat(target);
  return facts.isFile() && sha256(await readFile(target)) === hash;
}
