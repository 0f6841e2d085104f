import { errorFacts, sha256 } from '../kernel';
import { DEFAULT_RUN_FILES_LIMITS, type LocalRunFilesLimits } from './drivers/local-run-files';
import { FileNotFoundError, FileTooLargeError, PathRefusedError, RunFilesLimitError } from './errors';
import type { FileFacts, FileStore, FileStores } from './file-store';
import type { RunFiles, StoredFile } from './run-files';
import { safePath } from './safe-path';

const RUN_ID = /^[A-Za-z0-9_-]{1,100}$/;
const MOST_REMEMBERED = 20_000;

/**
 * Runs' files where the projects are kept, for processes without a common disk. Writes of one process to a run go one after the other;
 * two processes never write to one run at once, because only one holds its lease.
 *
 * @param place how a person finds it; the run's id is appended
 */
export function runFilesInStores(stores: FileStores, place: string, limits: LocalRunFilesLimits = DEFAULT_RUN_FILES_LIMITS): RunFiles {
  const lastWrite = new Map<string, Promise<unknown>>();
  const hashes = new Map<string, string>();
  const remember = (key: string, hash: string): string => {
    if (hashes.size >= MOST_REMEMBERED) hashes.clear();
    hashes.set(key, hash);
    return hash;
  };
  const storeOf = (runId: string) => stores.open(checkedRunId(runId), 'files');

  async function write(runId: string, asked: string, text: string): Promise<StoredFile> {
    const store = storeOf(runId);
    const path = safePath(asked);
    const content = Buffer.from(text, 'utf8');
    assertRoom(await store.list(), { path, bytes: content.length, asked }, limits);
    const { version } = await store.put(path, content);
    return { path, bytes: content.length, sha256: remember(keyOf(runId, { path, version }), sha256(content)) };
  }

  return {
    local: stores.local,

    write(runId, path, content) {
      const work = (lastWrite.get(runId) ?? Promise.resolve()).then(() => write(runId, path, content));
      const settled = work.catch(() => undefined).then(() => {
        if (lastWrite.get(runId) === settled) lastWrite.delete(runId);
      });
      lastWrite.set(runId, settled);
      return work;
    },

    async read(runId, asked) {
      const store = storeOf(runId);
      const path = safePath(asked);
      const content = await contentOf(store, path);
      if (content) return content;
      if ((await store.list(path)).length > 0) throw new PathRefusedError(asked, 'it is no file');
      throw new FileNotFoundError(path);
    },

    async list(runId) {
      const store = storeOf(runId);
      const files: StoredFile[] = [];
      for (const facts of await store.list()) {
        const key = keyOf(runId, facts);
        const known = hashes.get(key);
        const content = known === undefined ? await contentOf(store, facts.path) : undefined;
        const hash = known ?? (content && remember(key, sha256(content)));
        if (hash !== undefined) files.push({ path: facts.path, bytes: facts.bytes, sha256: hash });
      }
      return files;
    },

    folder: (runId) => `${place}/${checkedRunId(runId)}`,
  };
}

function checkedRunId(runId: string): string {
  if (!RUN_ID.test(runId)) throw new PathRefusedError(String(runId), 'it is no run id');
  return runId;
}

function keyOf(runId: string, { path, version }: Pick<FileFacts, 'path' | 'version'>): string {
  return `${runId}/${path}/${version}`;
}

/** @returns undefined when the file is not there */
async function contentOf(store: FileStore, path: string): Promise<Buffer | undefined> {
  try {
    return (await store.get(path)).content;
  } catch (error) {
    if (errorFacts(error).code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** A store knows no folders; what is written must fit on a disk all the same. */
function assertRoom(standing: readonly FileFacts[], { path, bytes, asked }: { path: string; bytes: number; asked: string }, limits: LocalRunFilesLimits): void {
  if (bytes > limits.fileBytes) throw new FileTooLargeError(asked, bytes, limits.fileBytes);
  const others = standing.filter((file) => file.path !== path);
  if (others.some((file) => file.path.startsWith(`${path}/`))) throw new PathRefusedError(asked, 'a folder has this name');
  if (others.some((file) => path.startsWith(`${file.path}/`))) throw new PathRefusedError(asked, 'one of its folders is a file');
  const totalBytes = others.reduce((sum, file) => sum + file.bytes, bytes);
  if (others.length + 1 > limits.filesPerRun || totalBytes > limits.bytesPerRun) throw new RunFilesLimitError({ files: others.length + 1, bytes: totalBytes }, limits);
}
