import type { PromiseFsClient } from 'isomorphic-git';
import { UnsupportedFileCallError } from './errors';
import type { FileStore } from './file-store';

/** A file system as isomorphic-git wants one, over a store: it reads and writes objects, nothing else. Folders are made of their files' paths. */
export function storeAsFileSystem(store: FileStore, folder: string): PromiseFsClient {
  const inStore = (path: string) => path.replace(/\/+/g, '/').replace(new RegExp(`^/?${folder}/?`), '');
  const unsupported = async () => {
    throw new UnsupportedFileCallError();
  };
  return {
    promises: {
      async readFile(path: string, options?: { encoding?: string } | string) {
        const { content } = await asErrno(() => store.get(inStore(path)));
        const encoding = typeof options === 'string' ? options : options?.encoding;
        return encoding === 'utf8' ? content.toString('utf8') : new Uint8Array(content);
      },
      async writeFile(path: string, content: Uint8Array | string) {
        await store.put(inStore(path), typeof content === 'string' ? Buffer.from(content) : content);
      },
      async readdir(path: string) {
        const below = inStore(path);
        const files = await store.list(below);
        return [...new Set(files.map((file) => file.path.slice(below === '' ? 0 : below.length + 1).split('/')[0]!))];
      },
      async stat(path: string) {
        const { bytes, changedAtMs } = await asErrno(() => store.get(inStore(path)));
        return { isFile: () => true, isDirectory: () => false, isSymbolicLink: () => false, size: bytes, mtimeMs: changedAtMs };
      },
      async lstat(path: string) {
        return (await this.stat(path)) as unknown;
      },
      async mkdir() {
        // Folders come with their files.
      },
      unlink: unsupported,
      rmdir: unsupported,
      readlink: unsupported,
      symlink: unsupported,
    },
  };
}

/** isomorphic-git tells by ENOENT that something is not there. */
async function asErrno<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'FILE_NOT_FOUND') throw Object.assign(error as object, { code: 'ENOENT' });
    throw error;
  }
}
