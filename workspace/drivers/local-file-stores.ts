import { readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Stats } from 'node:fs';
import { type Clock, errorFacts, sha256 } from '../../kernel';
import { FileConflictError } from '../errors';
import type { FileFacts, FileStore, FileStores, PutOptions, SpaceKind, StoredContent } from '../file-store';
import { refusalOf } from '../safe-path';
import { isErrno, translated } from './file-errors';
import { openFolderLocks } from './folder-lock';
import { type JailedPath, readJailed, removeJailed, walkJailed, writeJailed } from './jailed-files';

/** Names with a dot at their start are no project's. */
const KINDS: Record<SpaceKind, string[]> = { files: [], versions: ['.versions'] };
const FACTS_FOLDER = '.facts';
/** What is placed there by hand may be of any size; reading it must not fill the memory. */
const MOST_READ_BYTES = 64 * 1_048_576;
/** Half of it would do: nobody gains by finding two contents with one version. */
const VERSION_DIGITS = 16;
const MOST_REMEMBERED = 20_000;

interface Space {
  root: string;
  folders: string[];
  /** Where it is kept who wrote what. */
  factsFolders: string[];
  lockName: string;
}

interface Remembered {
  stamp: string;
  version: string;
  author?: string;
}

type Locked = ReturnType<typeof openFolderLocks>;

/**
 * Projects in folders of one disk: files in `<root>/<project>`, history in `<root>/.versions/<project>`. Links are never followed.
 * Several processes may share the disk.
 */
export function openLocalFileStores(folder: string, clock: Clock): FileStores {
  const root = resolve(folder);
  const locked = openFolderLocks(root, clock);
  const remembered = new Map<string, Remembered>();
  return {
    local: true,
    open: (project, kind) => openSpace({ root, folders: [...KINDS[kind], project], factsFolders: [FACTS_FOLDER, project], lockName: `${project}.${kind}` }, locked, remembered),
    folders: async () => [...new Set([...(await foldersIn(root)), ...(await foldersIn(join(root, ...KINDS.versions)))])].sort(),
    async remove(project) {
      for (const folders of [KINDS.files, [FACTS_FOLDER], KINDS.versions]) await translated(project, () => removeFolder(join(root, ...folders), project));
    },
  };
}

/** First under a name no project has: after a crash in the middle there is no history without its mark. */
async function removeFolder(parent: string, name: string): Promise<void> {
  const gone = join(parent, `.gone-${name}`);
  await rm(gone, { recursive: true, force: true });
  await rename(join(parent, name), gone).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error;
  });
  await rm(gone, { recursive: true, force: true });
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

function openSpace(space: Space, locked: Locked, remembered: Map<string, Remembered>): FileStore {
  return {
    get: (path) => translated(path, () => get(space, path)),
    put: (path, content, options = {}) => translated(path, () => (isAlone(options) ? put(space, path, content, options) : locked(space.lockName, () => put(space, path, content, options)))),
    list: (folder) => translated(folder ?? space.lockName, () => list(space, remembered, folder)),
    delete: (path, { expected } = {}) =>
      translated(path, () =>
        locked(space.lockName, async () => {
          if (expected !== undefined) assertStands(path, expected, await standing(space, path));
          await removeJailed(placeOf(space, path));
          await removeJailed(factsPlace(space, path)).catch(() => undefined);
        }),
      ),
  };
}

/** Neither looks at what stands nor writes a note beside it: the rename is all there is. */
function isAlone({ author, expected }: PutOptions): boolean {
  return author === undefined && expected === undefined;
}

async function get(space: Space, path: string): Promise<StoredContent> {
  const { content, stats } = await readJailed(placeOf(space, path), MOST_READ_BYTES);
  const version = versionOf(content);
  return { content, ...(await factsOf(space, path, version, stats)) };
}

async function put(space: Space, path: string, content: Uint8Array, { author, expected }: PutOptions): Promise<FileFacts> {
  if (expected !== undefined) assertStands(path, expected, await standing(space, path));
  const version = versionOf(content);
  // First who, then what: a crash between the two leaves a note on a version that does not stand, which counts as none.
  if (author !== undefined) await writeJailed(factsPlace(space, path), Buffer.from(JSON.stringify({ version, author })));
  const stats = await writeJailed(placeOf(space, path), content);
  return { path, bytes: content.length, version, ...(author !== undefined && { author }), changedAtMs: Math.round(stats.mtimeMs) };
}

async function list(space: Space, remembered: Map<string, Remembered>, folder?: string): Promise<FileFacts[]> {
  const below = folder === undefined || folder === '' ? [] : folder.split('/');
  const files: FileFacts[] = [];
  for (const { path: found, stats } of await walkJailed({ root: space.root, folders: [...space.folders, ...below] }, (name) => refusalOf(name) === undefined)) {
    const path = [...below, found].join('/');
    const facts = await rememberedFacts(space, remembered, path, stats);
    if (facts) files.push(facts);
  }
  return files;
}

/** Listing a thousand files must not read them all each time; a written file has a new inode. */
async function rememberedFacts(space: Space, remembered: Map<string, Remembered>, path: string, stats: Stats): Promise<FileFacts | undefined> {
  const key = `${space.lockName}/${path}`;
  const stamp = `${stats.ino}/${stats.size}/${stats.mtimeMs}/${stats.ctimeMs}`;
  const known = remembered.get(key);
  if (known?.stamp === stamp) return { path, bytes: stats.size, version: known.version, ...(known.author !== undefined && { author: known.author }), changedAtMs: Math.round(stats.mtimeMs) };
  const facts = await get(space, path).catch((error: unknown) => {
    if (['FILE_NOT_FOUND', 'PATH_REFUSED', 'FILE_TOO_LARGE'].includes(errorFacts(error).code)) return undefined;
    throw error;
  });
  if (!facts) return undefined;
  const { content: _content, ...shown } = facts;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(key, { stamp, version: shown.version, ...(shown.author !== undefined && { author: shown.author }) });
  return shown;
}

async function standing(space: Space, path: string): Promise<StoredContent | undefined> {
  try {
    return await get(space, path);
  } catch (error) {
    if (errorFacts(error).code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}

function assertStands(path: string, expected: string | null, stands: StoredContent | undefined): void {
  if ((stands?.version ?? null) !== expected) throw new FileConflictError(path, stands, expected);
}

async function factsOf(space: Space, path: string, version: string, stats: Stats): Promise<FileFacts> {
  const noted = await notedAuthor(space, path, version);
  return { path, bytes: stats.size, version, ...(noted !== undefined && { author: noted }), changedAtMs: Math.round(stats.mtimeMs) };
}

async function notedAuthor(space: Space, path: string, version: string): Promise<string | undefined> {
  try {
    const { content } = await readJailed(factsPlace(space, path), MOST_READ_BYTES);
    const noted = JSON.parse(content.toString('utf8')) as { version?: unknown; author?: unknown };
    return noted.version === version && typeof noted.author === 'string' ? noted.author : undefined;
  } catch (error) {
    // No note, or one that cannot be read: then nobody is known to have written it.
    if (error instanceof SyntaxError || errorFacts(error).code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}

function versionOf(content: Uint8Array): string {
  return sha256(content).slice(0, VERSION_DIGITS);
}

function placeOf({ root, folders }: Space, path: string): JailedPath {
  return { root, folders, path };
}

function factsPlace({ root, factsFolders }: Space, path: string): JailedPath {
  return { root, folders: factsFolders, path: sha256(path) };
}
