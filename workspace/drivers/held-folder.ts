import { type Stats, constants, existsSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { FileNotFoundError, PathRefusedError } from '../errors';
import { isErrno } from './file-errors';

/** Linux gives an open folder a name by its number: what is looked up below it cannot be moved away meanwhile. */
const HANDLES = '/proc/self/fd';
const hasHandles = existsSync(HANDLES);
const FOLDER_FLAGS = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * A real folder below a root, reached part by part without following a link. Where the system has handles of folders, everything goes by the
 * handle; elsewhere {@link assertStill} finds out that a folder on the way was exchanged.
 */
export class HeldFolder {
  private constructor(private readonly way: ReadonlyArray<{ path: string; stats: Stats }>, private readonly handle: FileHandle | undefined) {}

  /** The root may lie behind a link of the user's; from there on none is allowed. @param create makes it with all above it */
  static async root(path: string, create: boolean): Promise<HeldFolder> {
    if (create) await mkdir(path, { recursive: true, mode: 0o700 });
    const real = await realpath(path);
    const handle = hasHandles ? await open(real, FOLDER_FLAGS) : undefined;
    return new HeldFolder([{ path: real, stats: await (handle ? handle.stat() : lstat(real)) }], handle);
  }

  /** What to call a child for the system. */
  child(name: string): string {
    return this.handle ? `${HANDLES}/${this.handle.fd}/${name}` : join(this.way.at(-1)!.path, name);
  }

  /** What to call the folder itself, for listing it. */
  self(): string {
    return this.handle ? `${HANDLES}/${this.handle.fd}` : this.way.at(-1)!.path;
  }

  /** @param asked the path as the caller knows it, for the error @throws {PathRefusedError} when the child is a link, or a file where a folder is to be made @throws {FileNotFoundError} */
  async enter(name: string, { create, asked }: { create: boolean; asked: string }): Promise<HeldFolder> {
    const child = this.child(name);
    if (create) await mkdir(child, { mode: 0o700 }).catch(unless('EEXIST'));
    const handle = hasHandles ? await open(child, FOLDER_FLAGS).catch(async (error: unknown) => await refused(error, child, { create, asked })) : undefined;
    const stats = await (handle ? handle.stat() : lstat(child));
    if (!handle) assertFolder(stats, { create, asked });
    return new HeldFolder([...this.way, { path: join(this.way.at(-1)!.path, name), stats }], handle);
  }

  /** Without handles: is the way still the one that was gone? With them nothing can have changed. @throws {PathRefusedError} */
  async assertStill(asked: string): Promise<void> {
    if (this.handle) return;
    for (const { path, stats } of this.way) {
      const now = await lstat(path);
      if (now.ino !== stats.ino || now.dev !== stats.dev) throw new PathRefusedError(asked, 'one of its folders was exchanged meanwhile');
    }
  }

  /** Without handles: was the child opened where it lies now, and not behind a link that was there for a moment? @throws {PathRefusedError} */
  async assertOpened(opened: FileHandle, name: string, asked: string): Promise<void> {
    if (this.handle) return;
    await this.assertStill(asked);
    const [found, now] = [await opened.stat(), await lstat(this.child(name))];
    if (found.ino !== now.ino || found.dev !== now.dev) throw new PathRefusedError(asked, 'it was exchanged meanwhile');
    await this.assertStill(asked);
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }
}

/**
 * Goes down from the root and works there.
 * @param options.create makes the folders that are missing; otherwise a missing one is the system's ENOENT
 */
export async function inFolder<T>(root: string, parts: readonly string[], options: { create: boolean; asked: string }, work: (folder: HeldFolder) => Promise<T>): Promise<T> {
  let folder = await HeldFolder.root(root, options.create);
  try {
    for (const part of parts) {
      const next = await folder.enter(part, options);
      await folder.close();
      folder = next;
    }
    return await work(folder);
  } finally {
    await folder.close();
  }
}

async function refused(error: unknown, child: string, way: { create: boolean; asked: string }): Promise<never> {
  if (isErrno(error, 'ELOOP', 'ENOTDIR')) assertFolder(await lstat(child), way);
  throw error;
}

function assertFolder(stats: Stats, { create, asked }: { create: boolean; asked: string }): void {
  if (stats.isSymbolicLink()) throw new PathRefusedError(asked, 'it goes through a link');
  if (stats.isDirectory()) return;
  throw create ? new PathRefusedError(asked, 'one of its folders is a file') : new FileNotFoundError(asked);
}

function unless(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (!isErrno(error, ...codes)) throw error;
  };
}
