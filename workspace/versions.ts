import { InvalidInputError, errorFacts } from '../kernel';
import { CommitNotFoundError, RestoreConflictError } from './errors';
import type { Branch, CommitObject, GitObjects, Tree } from './git-objects';
import { pathTest } from './globs';
import { type Change, type Jail, applyChanges, standing } from './jail';
import { fileDiff, isSame, withoutStep } from './patches';
import { unzipped, zipped } from './zip';
import type { Commit, DiffResult, WorkspaceVersions } from './workspace';

const DEFAULT_LOG = 20;
const MAX_LOG = 200;
/** A name of a commit is looked for so far back. */
const MAX_LOOKED_BACK = 10_000;
const MAX_MESSAGE_CHARACTERS = 5_000;
const ABBREVIATED = /^[0-9a-f]{7,40}$/;
/** Others may commit between our look and our commit so often. */
const MAX_TRIES = 5;

export interface History {
  objects: GitObjects;
  /** Of a file's content as it stands, by its version. */
  idOfFile(path: string, version: string): Promise<string>;
}

/** What one path was and is; undefined for no file. */
interface Step {
  path: string;
  from: string | undefined;
  to: string | undefined;
}

export function workspaceVersions(jail: Jail, history: History): WorkspaceVersions {
  return {
    diff: (range) => diff(jail, history, range),
    commit: (message, globs) => jail.serially(() => commitFiles(jail, history, message, globs)),
    log: (limit) => log(jail, history, limit),
    restore: (commit) => jail.serially(() => restore(jail, history, commit)),
    snapshot: (commit) => snapshot(jail, history, commit),
    unpack: (archive) => jail.serially(async () => await applyChanges(jail, await unpackChanges(jail, archive))),
  };
}

async function diff(jail: Jail, history: History, range: { from?: string; to?: string } = {}): Promise<DiffResult> {
  const { objects } = history;
  const before = await objects.treeOf(await named(objects, range.from));
  const after = range.to === undefined ? await treeOfFiles(jail, history, jail.mayRead) : await objects.treeOf(await named(objects, range.to));
  const steps = stepsBetween(before, after).filter(({ path }) => jail.mayRead(path));
  let text = '';
  for (const { path, from, to } of steps) {
    const old = from === undefined ? null : await objects.content(from);
    const now = to === undefined ? null : range.to === undefined ? ((await standing(jail.files, path))?.content ?? null) : await objects.content(to);
    text += fileDiff(path, old, now);
  }
  return { diff: text, files: steps.map(({ path, from, to }) => ({ path, change: from === undefined ? 'added' : to === undefined ? 'deleted' : 'changed' })) };
}

async function commitFiles(jail: Jail, { objects, idOfFile }: History, asked: string, globs?: readonly string[]): Promise<Commit | undefined> {
  const message = checkedMessage(asked);
  const isMeant = globs === undefined || globs.length === 0 ? jail.mayWrite : both(jail.mayWrite, pathTest(globs));
  return await onBranch(objects, async (branch) => {
    const head = branch && (await objects.commit(branch.commit));
    const before = await objects.treeOf(head);
    const steps = stepsBetween(before, await treeOfFiles(jail, { objects, idOfFile }, isMeant)).filter(({ path }) => isMeant(path));
    const tree = new Map(before);
    for (const { path, to } of steps) {
      const file = to === undefined ? undefined : await standing(jail.files, path);
      if (file) tree.set(path, await objects.write(file.content));
      else tree.delete(path);
    }
    return await committed(jail, objects, { branch, before, tree, message });
  });
}

/** @returns undefined when nothing differs */
async function committed(jail: Jail, objects: GitObjects, { branch, before, tree, message }: { branch: Branch | undefined; before: Tree; tree: Tree; message: string }): Promise<Commit | undefined> {
  const files = stepsBetween(before, tree).map(({ path }) => path);
  if (files.length === 0) return undefined;
  const atMs = jail.clock.nowMs();
  const commit = { message, author: authorName(jail.name), atMs };
  const id = await objects.add({ ...commit, tree, parent: branch });
  return { id, ...commit, atMs: Math.floor(atMs / 1_000) * 1_000, files };
}

/** Makes the commit on whatever the branch points at; again when somebody else was faster. What was changed in files by then needs no change again. */
async function onBranch<T>(objects: GitObjects, work: (branch: Branch | undefined) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work(await objects.branch());
    } catch (error) {
      if (errorFacts(error).code !== 'FILE_CONFLICT' || tries === MAX_TRIES) throw error;
    }
  }
}

async function log({ mayRead }: Jail, { objects }: History, limit = DEFAULT_LOG): Promise<Commit[]> {
  const most = Math.min(Math.max(Math.trunc(limit), 1), MAX_LOG);
  const commits: Commit[] = [];
  for await (const commit of back(objects)) {
    if (commits.length === most) break;
    commits.push(await described(objects, commit, mayRead));
  }
  return commits;
}

async function described(objects: GitObjects, commit: CommitObject, mayRead: Jail['mayRead']): Promise<Commit> {
  const { id, message, author, atMs } = commit;
  const files = (await stepsOf(objects, commit)).map(({ path }) => path).filter(mayRead);
  return { id, message, author, atMs, files };
}

/**
 * The reverse patch goes on the files as they are and on the branch as it is, so that neither later commits nor uncommitted work is lost.
 */
async function restore(jail: Jail, history: History, name: string): Promise<Commit | undefined> {
  const { objects } = history;
  const target = await named(objects, name);
  if (!target) throw new CommitNotFoundError(name);
  return await onBranch(objects, async (branch) => {
    const before = await objects.treeOf(branch && (await objects.commit(branch.commit)));
    const tree = new Map(before);
    const { changes, conflicts } = await reverseChanges(jail, history, target, tree);
    if (conflicts.length > 0) throw new RestoreConflictError(target.id, conflicts);
    await applyChanges(jail, changes);
    return await committed(jail, objects, { branch, before, tree, message: `Take back "${target.message.split('\n', 1)[0]}"\n\nThis takes back commit ${target.id}.` });
  });
}

/** @param tree of the branch; becomes that of the next commit */
async function reverseChanges(jail: Jail, { objects }: History, target: CommitObject, tree: Map<string, string>): Promise<{ changes: Change[]; conflicts: string[] }> {
  const changes: Change[] = [];
  const conflicts: string[] = [];
  for (const { path, from, to } of await stepsOf(objects, target)) {
    const step = { before: from === undefined ? null : await objects.content(from), after: to === undefined ? null : await objects.content(to) };
    const file = await standing(jail.files, path);
    const committedId = tree.get(path);
    const inFiles = withoutStep(file?.content ?? null, step);
    const inBranch = withoutStep(committedId === undefined ? null : await objects.content(committedId), step);
    if (!inFiles || !inBranch) {
      conflicts.push(path);
      continue;
    }
    if (!isSame(file?.content ?? null, inFiles.content)) changes.push({ path, content: inFiles.content, expected: file?.version ?? null });
    if (inBranch.content === null) tree.delete(path);
    else tree.set(path, await objects.write(inBranch.content));
  }
  return { changes, conflicts };
}

/** What taking a commit back would change. */
export async function filesOfCommit(objects: GitObjects, name: string): Promise<string[]> {
  const target = await named(objects, name);
  if (!target) throw new CommitNotFoundError(name);
  return (await stepsOf(objects, target)).map(({ path }) => path);
}

async function snapshot(jail: Jail, { objects }: History, commit?: string): Promise<Buffer> {
  if (commit !== undefined) {
    const tree = await objects.treeOf(await named(objects, commit));
    const paths = [...tree].filter(([path]) => jail.mayRead(path)).sort(([a], [b]) => (a < b ? -1 : 1));
    return await zipped(await Promise.all(paths.map(async ([path, id]) => ({ path, content: await objects.content(id) }))));
  }
  const files = [];
  for (const { path } of (await jail.files.list()).filter((file) => jail.mayRead(file.path))) {
    const file = await standing(jail.files, path);
    if (file) files.push({ path, content: file.content });
  }
  return await zipped(files);
}

/** What is not in the archive goes; what the user may not write stays as it is. */
export async function unpackChanges(jail: Jail, archive: Uint8Array): Promise<Change[]> {
  const wanted = await unzipped(archive, jail.limits);
  const standingFiles = await jail.files.list();
  const version = new Map(standingFiles.map((file) => [file.path, file.version]));
  const kept = new Set(wanted.map(({ path }) => path));
  const gone = standingFiles.filter(({ path }) => jail.mayWrite(path) && !kept.has(path));
  const changes: Change[] = gone.map(({ path, version: expected }) => ({ path, content: null, expected }));
  for (const { path, content } of wanted) {
    const file = version.has(path) ? await standing(jail.files, path) : undefined;
    if (!file?.content.equals(content)) changes.push({ path, content, expected: file?.version ?? null });
  }
  return changes;
}

/** From the newest back. */
async function* back(objects: GitObjects): AsyncGenerator<CommitObject> {
  let next = (await objects.branch())?.commit;
  for (let looked = 0; next !== undefined && looked < MAX_LOOKED_BACK; looked++) {
    const commit: CommitObject = await objects.commit(next);
    yield commit;
    next = commit.parent;
  }
}

/** @param name an id or its beginning; undefined: the newest @returns undefined when there is no commit at all and none was named */
async function named(objects: GitObjects, name: string | undefined): Promise<CommitObject | undefined> {
  const wanted = name?.trim().toLowerCase() ?? '';
  if (name !== undefined && !ABBREVIATED.test(wanted)) throw new CommitNotFoundError(name);
  let found: CommitObject | undefined;
  for await (const commit of back(objects)) {
    if (!commit.id.startsWith(wanted)) continue;
    if (name === undefined || wanted.length === commit.id.length) return commit;
    if (found) throw new InvalidInputError(`${wanted} is the beginning of more than one commit.`, { hint: 'Give more digits of it.' });
    found = commit;
  }
  if (!found && name !== undefined) throw new CommitNotFoundError(name);
  return found;
}

async function stepsOf(objects: GitObjects, commit: CommitObject): Promise<Step[]> {
  const parent = commit.parent === undefined ? undefined : await objects.commit(commit.parent);
  return stepsBetween(await objects.treeOf(parent), await objects.treeOf(commit));
}

function stepsBetween(before: Tree, after: Tree): Step[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.map((path) => ({ path, from: before.get(path), to: after.get(path) })).filter(({ from, to }) => from !== to);
}

async function treeOfFiles(jail: Jail, { idOfFile }: History, isMeant: (path: string) => boolean): Promise<Tree> {
  const tree = new Map<string, string>();
  for (const { path, version } of (await jail.files.list()).filter((file) => isMeant(file.path))) tree.set(path, await idOfFile(path, version));
  return tree;
}

function both(one: (path: string) => boolean, other: (path: string) => boolean): (path: string) => boolean {
  return (path) => one(path) && other(path);
}

function checkedMessage(message: string): string {
  const text = String(message).replaceAll('\0', '').trim();
  if (text === '') throw new InvalidInputError('The commit has no message.', { hint: 'Say in one line what was changed.' });
  return text.slice(0, MAX_MESSAGE_CHARACTERS);
}

/** Git ends a name at these. */
function authorName(name: string): string {
  return name.replace(/[<>\p{Cc}]/gu, ' ').trim() || 'unknown';
}
