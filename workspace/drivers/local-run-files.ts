import { join, resolve } from 'node:path';
import { sha256 } from '../../kernel';
import { FileTooLargeError, PathRefusedError, RunFilesLimitError } from '../errors';
import type { RunFiles, StoredFile } from '../run-files';
import { safePath } from '../safe-path';
import { translated } from './file-errors';
import { hashJailed, readJailed, walkJailed, writeJailed } from './jailed-files';

export interface LocalRunFilesLimits {
  fileBytes: number;
  filesPerRun: number;
  bytesPerRun: number;
}

const MEBIBYTE = 1_048_576;
export const DEFAULT_RUN_FILES_LIMITS: LocalRunFilesLimits = { fileBytes: MEBIBYTE, filesPerRun: 200, bytesPerRun: 20 * MEBIBYTE };

const RUN_ID = /^[A-Za-z0-9_-]{1,100}$/;

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
    local: true,

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
    list: (runId) => translated(runId, () => listFiles(jail, runId)),
    folder: (runId) => runFolder(jail, runId),
  };
}

function runFolder(jail: Jail, runId: string): string {
  if (!RUN_ID.test(runId)) throw new PathRefusedError(String(runId), 'it is no run id');
  return join(jail.root, runId);
}

async function writeFile(jail: Jail, runId: string, file: { path: string; content: string }): Promise<StoredFile> {
  const path = safePath(file.path);
  const content = Buffer.from(file.content, 'utf8');
  await assertRoom(jail, runId, { path, bytes: content.length });
  await writeJailed(placeOf(jail, runId, path), content);
  return { path, bytes: content.length, sha256: sha256(content) };
}

/** @throws {PathRefusedError} for what is no run id */
function placeOf(jail: Jail, runId: string, path: string) {
  runFolder(jail, runId);
  return { root: jail.root, folders: [runId], path };
}

async function assertRoom(jail: Jail, runId: string, file: { path: string; bytes: number }): Promise<void> {
  const { limits } = jail;
  if (file.bytes > limits.fileBytes) throw new FileTooLargeError(file.path, file.bytes, limits.fileBytes);
  const others = (await walkJailed(placeOf(jail, runId, ''))).filter(({ path }) => path !== file.path);
  const totalBytes = others.reduce((sum, { stats }) => sum + stats.size, file.bytes);
  if (others.length + 1 > limits.filesPerRun || totalBytes > limits.bytesPerRun) {
    throw new RunFilesLimitError({ files: others.length + 1, bytes: totalBytes }, limits);
  }
}

async function readFile(jail: Jail, runId: string, asked: string): Promise<Buffer> {
  const { content } = await readJailed(placeOf(jail, runId, safePath(asked)), jail.limits.fileBytes);
  return content;
}

async function listFiles(jail: Jail, runId: string): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for (const { path, stats } of await walkJailed(placeOf(jail, runId, ''))) {
    const hash = await hashJailed(placeOf(jail, runId, path));
    if (hash !== undefined) files.push({ path, bytes: stats.size, sha256: hash });
  }
  return files;
}
