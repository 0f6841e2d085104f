/** What is known of a file beside its content. */
export interface FileFacts {
  /** As safePath gives it: relative, forward slashes. */
  path: string;
  bytes: number;
  /** Opaque; another content has another version. For `expected` of the next write. */
  version: string;
  /** Who wrote it last; undefined when it was not written through the team. */
  author?: string;
  changedAtMs: number;
}

export interface StoredContent extends FileFacts {
  content: Buffer;
}

export interface PutOptions {
  author?: string;
  /** The version that must stand, `null` for "no file yet"; left out: whatever stands. */
  expected?: string | null;
}

/**
 * The bytes of one space under paths. Knows nothing of roles, limits or history; several processes may call at once.
 * Every path is checked by `safePath` before it comes here, and a driver that has a disk below it looks at links itself.
 */
export interface FileStore {
  /** @throws {FileNotFoundError} @throws {PathRefusedError} when a link lies on the way */
  get(path: string): Promise<StoredContent>;
  /** Atomic: readers see the old content or the new one. @throws {FileConflictError} when `expected` does not stand any more */
  put(path: string, content: Uint8Array, options?: PutOptions): Promise<FileFacts>;
  /** Sorted by path. @param folder only what lies below it, without a slash at its end; left out: all */
  list(folder?: string): Promise<FileFacts[]>;
  /** @throws {FileNotFoundError} @throws {FileConflictError} when `expected` does not stand any more */
  delete(path: string, options?: { expected?: string }): Promise<void>;
}

/** `files`: what agents and people work on · `versions`: the objects and references of its history. */
export type SpaceKind = 'files' | 'versions';

/** Where projects are kept: a folder, or a bucket. */
export interface FileStores {
  /** Does it stay on this machine, or in the user's own network? Secret work is written nowhere else. */
  readonly local: boolean;
  /** @param folder the project's name as `projectFolder` made it, one plain path part; nothing is created before the first write */
  open(folder: string, kind: SpaceKind): FileStore;
  /** Of all projects that have files or a history, sorted. */
  folders(): Promise<string[]>;
  /** Deletes a project's files, then its history and the mark in it: what is left after a crash is as secret as it was. */
  remove(folder: string): Promise<void>;
}
