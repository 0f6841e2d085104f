import { constants, existsSync } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Logger } from '../../../kernel';
import { MAX_ROLE_FILE_BYTES } from '../read-role';
import { catalogOf, type RoleCatalog, type RoleRegistry, type RoleText, type RoleTexts } from '../role-registry';

/** Roles of a user's folder that are read; more belong to several teams. */
export const MAX_ROLE_FILES = 200;
/** How often the folders are looked at, at most. */
const LOOK_MS = 2_000;

/** What ships with the package: beside the bundle, and in the source tree where that runs. */
export function shippedFolder(name: 'built-in' | 'trade'): string {
  const beside = join(__dirname, 'roles', name);
  return existsSync(beside) ? beside : join(__dirname, '..', name);
}

/** Of a team. @param folder of the team */
export function userRolesFolder(folder: string): string {
  return join(folder, 'roles');
}

/** Roles the team has hired itself. @param folder of the team */
export function hiredRolesFolder(folder: string): string {
  return join(folder, 'roles', 'hired');
}

/** The roles of a team as its folders hold them now. @param folder of the team */
export async function readRoles(folder: string): Promise<RoleCatalog> {
  return catalogOf(await readAllTexts(folder, new Map()));
}

async function readAllTexts(folder: string, former: FormerTexts): Promise<RoleTexts> {
  const [builtIn, hired, user] = await Promise.all([shippedFolder('built-in'), hiredRolesFolder(folder), userRolesFolder(folder)].map(async (each) => await readRoleTexts(each, former)));
  return { 'built-in': builtIn!, hired: hired!, user: user! };
}

/** The roles of a team, read anew when something in its folders has changed. Each new fault is named once in the log. */
export function watchRoles({ folder, clock, log }: { folder: string; clock: Clock; log: Logger }): RoleRegistry {
  let inForce: RoleCatalog = { roles: [], faults: [] };
  let lookedAtMs = -Infinity;
  let looking: Promise<void> | undefined;
  const told = new Set<string>();
  let texts: RoleText[] = [];
  const look = async (): Promise<void> => {
    const found = await readAllTexts(folder, new Map(texts.map((text) => [text.path, text])));
    const all = Object.values(found).flat();
    // The same objects come back for files that have not changed: nothing is parsed again.
    if (all.length === texts.length && all.every((text, index) => isSame(text, texts[index]!))) return;
    texts = all;
    inForce = catalogOf(found);
    for (const { path, line, reason } of inForce.faults) {
      const fault = `${path}:${line}: ${reason}`;
      if (told.has(fault) || told.size >= MAX_ROLE_FILES) continue;
      told.add(fault);
      log.warn(`A role is not used: ${fault}.`, { hint: '"aios roles check FILE" says more; the other roles are in force.' });
    }
  };
  return {
    latest: () => inForce,
    async read() {
      if (clock.nowMs() - lookedAtMs >= LOOK_MS) {
        lookedAtMs = clock.nowMs();
        looking = look();
      }
      await looking;
      return inForce;
    },
  };
}

type FormerTexts = ReadonlyMap<string, RoleText>;

/** All files of a folder that are meant as roles, by name. A missing folder has none; what cannot be read says why. */
export async function readRoleTexts(folder: string, former: FormerTexts = new Map()): Promise<RoleText[]> {
  const names = await readdir(folder).catch(({ code = 'unknown' }: NodeJS.ErrnoException) => (code === 'ENOENT' ? [] : code));
  if (typeof names === 'string') return [{ path: folder, problem: `the folder cannot be read (${names})` }];
  const meant = names.filter((name) => /\.md$/i.test(name) && !name.startsWith('.')).sort();
  const texts = await Promise.all(meant.slice(0, MAX_ROLE_FILES).map(async (name) => await readRoleText(join(folder, name), former)));
  return meant.length <= MAX_ROLE_FILES ? texts : [...texts, { path: folder, problem: `it holds ${meant.length} roles; the first ${MAX_ROLE_FILES} by name are read` }];
}

/** One file. Links are not followed: a shared folder must not show what lies elsewhere on the machine. */
export async function readRoleText(path: string, former: FormerTexts = new Map()): Promise<RoleText> {
  const file = await lstat(path).catch(unreadable);
  if (typeof file === 'string') return { path, problem: file };
  if (file.isSymbolicLink()) return { path, problem: 'it is a link; links are not followed' };
  if (!file.isFile()) return { path, problem: 'it is no file' };
  if (file.size > MAX_ROLE_FILE_BYTES) return { path, problem: `it has ${file.size} bytes; at most ${MAX_ROLE_FILE_BYTES} are read` };
  const version = `${file.ino} ${file.mtimeMs} ${file.size}`;
  const before = former.get(path);
  return before?.version === version ? before : { ...(await contentOf(path)), version };
}

/** Opened without following a link that came in between, and never more than the limit is read: a file may grow meanwhile. */
async function contentOf(path: string): Promise<RoleText> {
  try {
    await using file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_ROLE_FILE_BYTES + 1), 0, MAX_ROLE_FILE_BYTES + 1, 0);
    return { path, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buffer.subarray(0, bytesRead)) };
  } catch (error) {
    return { path, problem: unreadable(error as NodeJS.ErrnoException) };
  }
}

function isSame(one: RoleText, other: RoleText): boolean {
  return one === other || ('problem' in one && 'problem' in other && one.path === other.path && one.problem === other.problem);
}

function unreadable({ code }: NodeJS.ErrnoException): string {
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : `it cannot be read (${code ?? 'unknown'})`;
}
