import type { Privacy } from '../privacy';
import type { Risk } from './risk';
import type { FileFacts, StoredContent } from './file-store';

/** Who works in a workspace, and where he may. */
export interface WorkspaceUser {
  /** Role or person; the author of what is written and committed. */
  name: string;
  /** Globs such as `src/**`; with `!` before it a glob forbids, and forbidding wins. Left out: everything. */
  paths?: { read: readonly string[]; write: readonly string[] };
  /** Label of the work he does, asked at each read and write. Left out: a person or his workflow, who answer for themselves. */
  privacy?: () => Privacy;
}

/** The workspaces of a team, one jail per project. */
export interface Workspaces {
  /** @throws {ProjectRefusedError} when the name reads like a way out */
  open(project: string, user: WorkspaceUser): Workspace;
  /** @returns `secret` from the first secret work on that was written to it; undefined before */
  privacyOf(project: string): Promise<Privacy | undefined>;
}

/** One project in the hands of one user: the files as they are, and how they came to be so. */
export interface Workspace {
  readonly files: WorkspaceFiles;
  readonly versions: WorkspaceVersions;
  /** Why a person should be asked first; undefined for everyday work. Nothing here asks. */
  riskOf(change: FileChange): Promise<Risk | undefined>;
}

export type FileChange =
  | { kind: 'write'; path: string; content: Uint8Array | string }
  | { kind: 'delete'; path: string }
  | { kind: 'patch'; diff: string }
  | { kind: 'restore'; commit: string }
  | { kind: 'unpack'; archive: Uint8Array };

/** Every method throws {@link PathRefusedError} for a path that leaves the workspace and {@link PathForbiddenError} for one the user may not use. */
export interface WorkspaceFiles {
  /** @throws {FileNotFoundError} */
  read(path: string): Promise<StoredContent>;
  /**
   * Atomic. @param expected the version that must stand, `null` for a new file; left out: whatever stands
   * @throws {FileConflictError} naming the version that stands and who wrote it
   * @throws {FileTooLargeError} @throws {WorkspaceLimitError}
   */
  write(path: string, content: Uint8Array | string, expected?: string | null): Promise<FileFacts>;
  /** Writes all of them or, when one cannot be written, none. @throws as {@link write} */
  writeAll(files: ReadonlyArray<{ path: string; content: Uint8Array | string; expected?: string | null }>): Promise<FileFacts[]>;
  /** What the user may read, sorted by path. @param globs any of them; default all files */
  list(globs?: readonly string[]): Promise<FileFacts[]>;
  /** Takes time linear in the text whatever the expression. @throws {InvalidInputError} for an expression that cannot be read */
  search(query: SearchQuery, signal?: AbortSignal): Promise<SearchResult>;
  /** @throws {FileNotFoundError} @throws {FileConflictError} */
  delete(path: string, expected?: string): Promise<void>;
  /** Applies a unified diff to all its files or, when one of them does not fit, to none. @throws {PatchRefusedError} naming file and reason */
  patch(diff: string): Promise<PatchResult>;
}

export interface SearchQuery {
  text: string;
  /** Is `text` a regular expression (RE2: no look-around, no back references)? */
  isRegex?: boolean;
  ignoreCase?: boolean;
  globs?: readonly string[];
  /** 1..500, default 100. */
  maxMatches?: number;
}

export interface SearchMatch {
  path: string;
  /** From 1. */
  line: number;
  /** The line, cut around the match at 200 characters. */
  text: string;
}

export interface SearchResult {
  matches: SearchMatch[];
  filesSearched: number;
  /** Why not everything was looked at. */
  stopped?: 'matches' | 'time';
}

export interface PatchResult {
  written: FileFacts[];
  deleted: string[];
}

/** A commit as it is listed. */
export interface Commit {
  /** 40 hex digits. */
  id: string;
  message: string;
  author: string;
  atMs: number;
  /** Paths it changed. */
  files: string[];
}

export interface DiffResult {
  /** Unified diff of what the user may read; empty when nothing differs. */
  diff: string;
  files: Array<{ path: string; change: 'added' | 'changed' | 'deleted' }>;
}

/** Commits are named by their id or at least 7 digits of it. */
export interface WorkspaceVersions {
  /** From a commit (default: the last one) to another or to the files as they are. @throws {CommitNotFoundError} */
  diff(range?: { from?: string; to?: string }): Promise<DiffResult>;
  /** @param globs what of the changes goes in; default all the user may write @returns undefined when nothing has changed */
  commit(message: string, globs?: readonly string[]): Promise<Commit | undefined>;
  /** Newest first. @param limit 1..200, default 20 */
  log(limit?: number): Promise<Commit[]>;
  /**
   * Takes one commit back by its reverse patch and commits that; later changes stay.
   * @throws {RestoreConflictError} listing the files that do not fit any more; nothing is changed then
   */
  restore(commit: string): Promise<Commit | undefined>;
  /** All files the user may read, as a zip; of a commit, or as they are. */
  snapshot(commit?: string): Promise<Buffer>;
  /**
   * Makes the files the user may write those of a zip: what is not in it is deleted.
   * @throws {ArchiveRefusedError} for links, paths that leave, and more than the limits allow; nothing is changed then
   */
  unpack(archive: Uint8Array): Promise<PatchResult>;
}
