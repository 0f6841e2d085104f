import { createHash, randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sha256 } from '../../kernel';
import { FileNotFoundError, FileTooLargeError, PathRefusedError, RunFilesLimitError } from '../errors';
import type { RunFiles, StoredFile } from '../run-files';
import { safePath } from '../safe-path';
import { isErrno, translated } from './file-errors';

export interface LocalRunFilesLimits {
  fileBytes: number;
  filesPerRun: number;
  bytesPerRun: number;
}

const MEBIBYTE = 1_048_576;
export const DEFAULT_RUN_FILES_LIMITS: LocalRunFilesLimits = { fileBytes: MEBIBYTE, filesPerRun: 200, bytesPerRun: 20 * MEBIBYTE };

const RUN_ID = /^[A-Za-z0-9_-]{1,100}$/;
/** No run id has a dot, so no run can be this folder. Same file system as the runs: a rename out of it is atomic. */
const TEMPORARY_FOLDER = '.writing';

interface Jail {
  root: string;
  limits: LocalRunFilesLimits;
}

/**
 * Each run's files in `<folder>/<run id>`. Links are never followed, whoever made them: a path through one is refused.
 *
 * @param folder absolute; created with the first write
 */
export function openLocalRunFiles(folder: string, limits: LocalRunFilesLimits = DEFAULT_RUN_FILES_LIMITS): RunFiles {
  const jail: Jail = { root: resolve(folder), limits };
  // One write at a time per run: two at once would both see room for the last file.
  const lastWrite = new Map<string, Promise<unknown>>();

  return {
    write(runId, path, content) {
      const before = lastWrite.get(runId) ?? Promise.resolve();
      const work = before.then(() => translated(path, () => writeFile(jail, runId, { path, content })));
      const settled = work.catch(() => undefined).then(() => {
        if (lastWrite.get(runId) === settled) lastWrite.delete(runId);
      });
      lastWrite.set(runId, settled);
      return work;
    },
    read: (runId, path) => translated(path, () => readFile(jail, runId, path)),
    list: (runId) => translated(runId, () => listFiles(runFolder(jail, runId))),
    folder: (runId) => runFolder(jail, runId),
  };
}

function runFolder(jail: Jail, runId: string): string {
  if (!RUN_ID.test(runId)) throw new PathRefusedError(String(runId), 'it is no run id');
  return join(jail.root, runId);
}

async function writeFile(jail: Jail, runId: string, file: { path: string; content: string }): Promise<StoredFile> {
  const parts = safePath(file.path).split('/');
  const path = parts.join('/');
  const folder = runFolder(jail, runId);
  const content = Buffer.from(file.content, 'utf8');
  await assertRoom(jail.limits, folder, { path, bytes: content.length });

  const parent = await makeParent(jail.root, [runId, ...parts.slice(0, -1)], file.path);
  const target = join(parent, parts.at(-1)!);
  const existing = await statsOf(target);
  if (existing?.isDirectory()) throw new PathRefusedError(file.path, 'a folder has this name');
  await replaceAtomically(jail.root, target, content);
  return { path, bytes: content.length, sha256: sha256(content) };
}

async function assertRoom(limits: LocalRunFilesLimits, folder: string, file: { path: string; bytes: number }): Promise<void> {
  if (file.bytes > limits.fileBytes) throw new FileTooLargeError(file.path, file.bytes, limits.fileBytes);
  const others = (await walk(folder)).filter(({ path }) => path !== file.path);
  const totalBytes = others.reduce((sum, { bytes }) => sum + bytes, file.bytes);
  if (others.length + 1 > limits.filesPerRun || totalBytes > limits.bytesPerRun) {
    throw new RunFilesLimitError({ files: others.length + 1, bytes: totalBytes }, limits);
  }
}

/** Makes the folders down to a file's own, one by one, refusing whatever is not a real folder. @returns its absolute path */
async function makeParent(root: string, folders: readonly string[], asked: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  // The root itself may lie behind a link of the user's; from there on none is allowed.
  let current = await realpath(root);
  for (const folder of folders) {
    current = join(current, folder);
    await mkdir(current, { mode: 0o700 }).catch((error: unknown) => {
      if (!isErrno(error, 'EEXIST')) throw error;
    });
    assertFolder(await lstat(current), asked);
  }
  return current;
}

function assertFolder(stats: Stats, asked: string): void {
  if (stats.isSymbolicLink()) throw new PathRefusedError(asked, 'it goes through a link');
  if (!stats.isDirectory()) throw new PathRefusedError(asked, 'one of its folders is a file');
}

async function replaceAtomically(root: string, target: string, content: Buffer): Promise<void> {
  const folder = await makeParent(root, [TEMPORARY_FOLDER], TEMPORARY_FOLDER);
  const temporary = join(folder, randomUUID());
  try {
    // 'wx' never follows a link and never opens what is there; the rename replaces a link at the target, not what it points to.
    const handle = await open(temporary, 'wx', 0o600);
    await closing(handle, async () => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function readFile(jail: Jail, runId: string, asked: string): Promise<Buffer> {
  const path = safePath(asked);
  runFolder(jail, runId); // refuses what is no run id
  try {
    return await readInside(jail, [runId, ...path.split('/')], asked);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw new FileNotFoundError(path);
    if (isErrno(error, 'ELOOP')) throw new PathRefusedError(asked, 'it is a link');
    throw error;
  }
}

async function readInside(jail: Jail, parts: readonly string[], asked: string): Promise<Buffer> {
  let current = await realpath(jail.root);
  for (const folder of parts.slice(0, -1)) {
    current = join(current, folder);
    if ((await lstat(current)).isSymbolicLink()) throw new PathRefusedError(asked, 'it goes through a link');
  }
  // Non-blocking: opening a pipe somebody put there would wait for its writer for ever.
  const handle = await open(join(current, parts.at(-1)!), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  return await closing(handle, async () => {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new PathRefusedError(asked, 'it is no file');
    if (stats.size > jail.limits.fileBytes) throw new FileTooLargeError(asked, stats.size, jail.limits.fileBytes);
    return await handle.readFile();
  });
}

async function listFiles(folder: string): Promise<StoredFile[]> {
  const found = await walk(folder);
  const files: StoredFile[] = [];
  for (const { path, bytes } of found) {
    const hash = await hashOf(join(folder, path));
    if (hash !== undefined) files.push({ path, bytes, sha256: hash });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** All regular files below; links, pipes and sockets are no files of the run. */
async function walk(folder: string, prefix = ''): Promise<Array<{ path: string; bytes: number }>> {
  if (!(await statsOf(folder))?.isDirectory()) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const found: Array<{ path: string; bytes: number }> = [];
  for (const entry of entries) {
    const absolute = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await walk(absolute, `${prefix}${entry.name}/`)));
    const stats = entry.isFile() ? await statsOf(absolute) : undefined;
    if (stats) found.push({ path: prefix + entry.name, bytes: stats.size });
  }
  return found;
}

/** @returns undefined when the file is gone by now */
async function hashOf(absolute: string): Promise<string | undefined> {
  const handle = await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT', 'ELOOP')) return undefined;
    throw error;
  });
  if (!handle) return undefined;
  return await closing(handle, async () => {
    const hash = createHash('sha256');
    for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
    return hash.digest('hex');
  });
}

async function closing<T>(handle: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await handle.close();
  }
}

async function statsOf(absolute: string): Promise<Stats | undefined> {
  return await lstat(absolute).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  });
}
