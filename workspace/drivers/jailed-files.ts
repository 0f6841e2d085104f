import { createHash, randomUUID } from 'node:crypto';
import { type Stats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { FileNotFoundError, FileTooLargeError, PathRefusedError } from '../errors';
import { isErrno } from './file-errors';
import { type HeldFolder, inFolder } from './held-folder';

/** A place in a jail: `folders` lead from the root to the jailed folder, `path` is a safe path below it. */
export interface JailedPath {
  root: string;
  folders: readonly string[];
  path: string;
}

export interface FoundFile {
  path: string;
  stats: Stats;
}

/** Below the root, where no jailed folder can be: names with a dot at their start are nobody's. Same file system: a rename out of it is atomic. */
const TEMPORARY_FOLDER = '.writing';
/** Folders below folders below …; a safe path has 20 parts at most. */
const MOST_DEPTH = 24;
/** Entries looked at in one listing; who puts more there by hand sees the first ones. */
const MOST_ENTRIES = 50_000;

/** @throws {FileNotFoundError} @throws {FileTooLargeError} @throws {PathRefusedError} for links, pipes and folders */
export async function readJailed(place: JailedPath, limitBytes: number): Promise<{ content: Buffer; stats: Stats }> {
  const { parents, name } = split(place);
  try {
    return await inFolder(place.root, parents, { create: false, asked: place.path }, async (folder) => await readIn(folder, name, place.path, limitBytes));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw new FileNotFoundError(place.path);
    if (isErrno(error, 'ELOOP')) throw new PathRefusedError(place.path, 'it is a link');
    throw error;
  }
}

async function readIn(folder: HeldFolder, name: string, asked: string, limitBytes: number): Promise<{ content: Buffer; stats: Stats }> {
  // Non-blocking: opening a pipe somebody put there would wait for its writer for ever.
  const handle = await open(folder.child(name), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  return await closing(handle, async () => {
    await folder.assertOpened(handle, name, asked);
    const stats = await handle.stat();
    if (!stats.isFile()) throw new PathRefusedError(asked, 'it is no file');
    if (stats.size > limitBytes) throw new FileTooLargeError(asked, stats.size, limitBytes);
    return { content: await handle.readFile(), stats };
  });
}

/** Temporary file, then rename: readers see the old content or the new one. @returns its facts as it was written. @throws {PathRefusedError} when a link or a folder is in the way */
export async function writeJailed(place: JailedPath, content: Uint8Array): Promise<Stats> {
  const { parents, name } = split(place);
  return await inFolder(place.root, parents, { create: true, asked: place.path }, async (folder) => {
    const existing = await lstat(folder.child(name)).catch(absent);
    if (existing?.isDirectory()) throw new PathRefusedError(place.path, 'a folder has this name');
    return await inFolder(place.root, [TEMPORARY_FOLDER], { create: true, asked: TEMPORARY_FOLDER }, async (writing) => {
      const temporary = writing.child(randomUUID());
      try {
        // 'wx' never follows a link and never opens what is there; the rename replaces a link at the target, not what it points to.
        const handle = await open(temporary, 'wx', 0o600);
        const stats = await closing(handle, async () => {
          await handle.writeFile(content);
          await handle.sync();
          return await handle.stat();
        });
        await folder.assertStill(place.path);
        await rename(temporary, folder.child(name));
        return stats;
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    });
  });
}

/** Removes the file and the folders that are empty then. @throws {FileNotFoundError} @throws {PathRefusedError} for a folder or a link on the way */
export async function removeJailed(place: JailedPath): Promise<void> {
  const { parents, name } = split(place);
  try {
    await inFolder(place.root, parents, { create: false, asked: place.path }, async (folder) => {
      if ((await lstat(folder.child(name))).isDirectory()) throw new PathRefusedError(place.path, 'a folder has this name');
      await folder.assertStill(place.path);
      await unlink(folder.child(name));
    });
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw new FileNotFoundError(place.path);
    throw error;
  }
  for (let depth = parents.length; depth > place.folders.length; depth--) {
    const wasRemoved = await inFolder(place.root, parents.slice(0, depth - 1), { create: false, asked: place.path }, async (folder) => {
      await rmdir(folder.child(parents[depth - 1]!));
      return true;
    }).catch(() => false);
    if (!wasRemoved) return;
  }
}

/**
 * All regular files below; links, pipes and sockets are none.
 * @param isListed says by its name whether an entry is looked at
 */
export async function walkJailed({ root, folders }: Pick<JailedPath, 'root' | 'folders'>, isListed: (name: string) => boolean = () => true): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  let entries = 0;
  const walk = async (folder: HeldFolder, prefix: string, depth: number): Promise<void> => {
    for (const entry of await readdir(folder.self(), { withFileTypes: true })) {
      if (!isListed(entry.name) || ++entries > MOST_ENTRIES) continue;
      const path = prefix + entry.name;
      if (entry.isFile()) {
        const stats = await lstat(folder.child(entry.name)).catch(absent);
        if (stats?.isFile()) found.push({ path, stats });
      } else if (entry.isDirectory() && depth < MOST_DEPTH) {
        const below = await folder.enter(entry.name, { create: false, asked: path }).catch(gone);
        if (below) await walk(below, `${path}/`, depth + 1).finally(() => below.close());
      }
    }
  };
  await inFolder(root, folders, { create: false, asked: folders.join('/') }, async (folder) => await walk(folder, '', 0)).catch(gone);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** SHA-256 (hex). @returns undefined when the file is gone by now */
export async function hashJailed(place: JailedPath): Promise<string | undefined> {
  const { parents, name } = split(place);
  return await inFolder(place.root, parents, { create: false, asked: place.path }, async (folder) => {
    const handle = await open(folder.child(name), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    return await closing(handle, async () => {
      await folder.assertOpened(handle, name, place.path);
      const hash = createHash('sha256');
      for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
      return hash.digest('hex');
    });
  }).catch(gone);
}

function split({ folders, path }: JailedPath): { parents: string[]; name: string } {
  const parts = path.split('/');
  return { parents: [...folders, ...parts.slice(0, -1)], name: parts.at(-1)! };
}

async function closing<T>(handle: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await handle.close();
  }
}

/** What is not there is no error. */
function absent(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
}

/** Nor is what became a link or something else between two looks. */
function gone(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'PATH_REFUSED', 'FILE_NOT_FOUND')) throw error;
}
