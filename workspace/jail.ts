import { type Clock, errorFacts } from '../kernel';
import { FileConflictError, FileTooLargeError, PathForbiddenError, PathRefusedError, WorkspaceLimitError } from './errors';
import type { FileFacts, FileStore, StoredContent } from './file-store';
import type { PathTest } from './globs';
import { safePath } from './safe-path';
import type { PatchResult } from './workspace';

export interface WorkspaceLimits {
  files: number;
  fileBytes: number;
  totalBytes: number;
}

const MEBIBYTE = 1_048_576;
export const DEFAULT_WORKSPACE_LIMITS: WorkspaceLimits = { files: 2_000, fileBytes: 5 * MEBIBYTE, totalBytes: 100 * MEBIBYTE };

/** One project as one user sees it. */
export interface Jail {
  /** The user. */
  name: string;
  mayRead: PathTest;
  mayWrite: PathTest;
  files: FileStore;
  limits: WorkspaceLimits;
  clock: Clock;
  /** One change at a time per project: two at once would both see room for the last file. */
  serially<T>(work: () => Promise<T>): Promise<T>;
}

/** What a file is to become. */
export interface Change {
  path: string;
  /** `null`: the file goes. */
  content: Buffer | null;
  /** The version the change was made on, `null` for none; left out: whatever stands. */
  expected?: string | null;
}

/** @throws {PathRefusedError} @throws {PathForbiddenError} */
export function allowedPath(jail: Jail, asked: string, purpose: 'read' | 'write'): string {
  const path = safePath(asked);
  const isAllowed = purpose === 'read' ? jail.mayRead(path) : jail.mayWrite(path);
  if (!isAllowed) throw new PathForbiddenError(path, jail.name, purpose);
  return path;
}

/** @returns undefined when there is no such file */
export async function standing(files: FileStore, path: string): Promise<StoredContent | undefined> {
  try {
    return await files.get(path);
  } catch (error) {
    if (errorFacts(error).code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * All of them or none: first every path and limit is looked at, then one after the other is done on the version it was made for,
 * and what was done is taken back when one of them does not fit any more.
 *
 * @throws {FileConflictError}
 */
export async function applyChanges(jail: Jail, changes: readonly Change[]): Promise<PatchResult> {
  for (const { path } of changes) allowedPath(jail, path, 'write');
  await assertRoom(jail, changes);
  const undo: Array<() => Promise<unknown>> = [];
  const result: PatchResult = { written: [], deleted: [] };
  try {
    // What goes, goes first: a file may take the place of a folder.
    for (const change of [...changes].sort((a, b) => Number(a.content !== null) - Number(b.content !== null))) {
      const before = await standing(jail.files, change.path);
      if (change.expected !== undefined && (before?.version ?? null) !== change.expected) throw new FileConflictError(change.path, before, change.expected);
      const facts = await changed(jail, change, before);
      undo.unshift(() => taken(jail, change.path, before, facts));
      if (facts) result.written.push(facts);
      else if (before) result.deleted.push(change.path);
    }
    return result;
  } catch (error) {
    for (const takeBack of undo) await takeBack().catch(() => undefined);
    throw error;
  }
}

async function changed({ files, name }: Jail, { path, content }: Change, before: StoredContent | undefined): Promise<FileFacts | undefined> {
  if (content !== null) return await files.put(path, content, { author: name, expected: before?.version ?? null });
  if (before) await files.delete(path, { expected: before.version });
  return undefined;
}

/** Only what we did: who wrote after us keeps his. */
async function taken({ files }: Jail, path: string, before: StoredContent | undefined, now: FileFacts | undefined): Promise<void> {
  if (before) await files.put(path, before.content, { ...(before.author !== undefined && { author: before.author }), expected: now?.version ?? null });
  else if (now) await files.delete(path, { expected: now.version });
}

/** @throws {FileTooLargeError} @throws {WorkspaceLimitError} @throws {PathRefusedError} for a file where a folder is, or below a file */
async function assertRoom({ files, limits }: Jail, changes: readonly Change[]): Promise<void> {
  const writes = changes.filter((change): change is Change & { content: Buffer } => change.content !== null);
  for (const { path, content } of writes) if (content.length > limits.fileBytes) throw new FileTooLargeError(path, content.length, limits.fileBytes);
  if (writes.length === 0) return;
  const bytesOf = new Map((await files.list()).map(({ path, bytes }) => [path, bytes]));
  const wasBytes = sum(bytesOf.values());
  for (const { path, content } of changes) {
    if (content === null) bytesOf.delete(path);
    else bytesOf.set(path, content.length);
  }
  assertNoneInTheWay(writes, bytesOf);
  const bytes = sum(bytesOf.values());
  // A workspace that is too full already, by hand for instance, may still be made smaller.
  if (bytesOf.size > limits.files || (bytes > limits.totalBytes && bytes > wasBytes)) throw new WorkspaceLimitError({ files: bytesOf.size, bytes }, limits);
}

/** A disk refuses it by itself; in a bucket both could stand, and no history, archive or disk could hold them. @throws {PathRefusedError} */
function assertNoneInTheWay(writes: readonly Change[], files: ReadonlyMap<string, unknown>): void {
  const folders = new Set([...files.keys()].flatMap(foldersOf));
  for (const { path } of writes) {
    if (folders.has(path)) throw new PathRefusedError(path, 'a folder has this name');
    if (foldersOf(path).some((folder) => files.has(folder))) throw new PathRefusedError(path, 'one of its folders is a file');
  }
}

/** `a/b/c` → `a`, `a/b`. */
function foldersOf(path: string): string[] {
  return path.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
