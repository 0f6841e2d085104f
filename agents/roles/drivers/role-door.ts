import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeId } from '../../../kernel';
import { RoleRefusedError, UnknownRoleError } from '../../errors';
import type { RoleSource } from '../role';
import { catalogOf, type KnownRole } from '../role-registry';
import { hiredRolesFolder, MAX_ROLE_FILES, readRoleTexts, readRoles, shippedFolder, userRolesFolder } from './role-folders';

type Door = Exclude<RoleSource, 'built-in'>;
const FOLDERS = { hired: hiredRolesFolder, user: userRolesFolder } satisfies Record<Door, (folder: string) => string>;

export interface RolePlace {
  /** Of the team. */
  folder: string;
  /** `user`: a person's own; `hired`: the team's, which replace none. */
  door: Door;
}

/**
 * Puts a role into force, checked as it will be read. A file in that place which was the same role before is replaced.
 *
 * @param name of the file the text comes from; counts where the text names none
 * @throws {RoleRefusedError} before anything is written
 */
export async function addRole({ folder, door }: RolePlace, text: string, name = ''): Promise<KnownRole> {
  const place = FOLDERS[door](folder);
  const role = await checkedRole({ folder, door }, text, name);
  const path = join(place, `${role.role.name}.md`);
  await mkdir(place, { recursive: true });
  const fresh = join(place, `.${makeId()}.new`);
  try {
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
    // Over a link, too: the link goes, what it led to stays.
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
  return { ...role, path };
}

/** What a text would be in that place. @throws {RoleRefusedError} */
export async function checkedRole({ folder, door }: RolePlace, text: string, name = ''): Promise<KnownRole> {
  const [builtIn, hired, user] = await Promise.all([readRoleTexts(shippedFolder('built-in')), readRoleTexts(hiredRolesFolder(folder)), readRoleTexts(userRolesFolder(folder))]);
  const alone = catalogOf({ 'built-in': builtIn, hired: [], user: [], [door]: [{ path: name || 'role.md', text }] });
  const made = alone.roles.find(({ source }) => source === door);
  const [fault] = alone.faults;
  if (!made) throw new RoleRefusedError(name || 'the text', fault?.line ?? 1, fault?.reason ?? 'it holds no role');
  const here = { hired, user }[door];
  if (door === 'hired' && catalogOf({ 'built-in': [], hired: [], user }).roles.some(({ role }) => role.name === made.role.name)) throw new RoleRefusedError(made.role.name, 1, 'a person has a role of this name; a hired role replaces none');
  const others = here.filter(({ path }) => !path.endsWith(`${made.role.name}.md`));
  if (others.length >= MAX_ROLE_FILES) throw new RoleRefusedError(made.role.name, 1, `there are ${others.length} roles already; at most ${MAX_ROLE_FILES} are read`);
  const twin = catalogOf({ 'built-in': builtIn, hired: [], user: [], [door]: others }).roles.find(({ role, source }) => source === door && role.name === made.role.name);
  if (twin) throw new RoleRefusedError(made.role.name, 1, `the name is taken by ${twin.path}`);
  return made;
}

/** Takes a role out of force. @throws {UnknownRoleError} */
export async function removeRole({ folder, door }: RolePlace, name: string): Promise<void> {
  const { roles } = await readRoles(folder);
  const known = roles.filter(({ source }) => source === door);
  const found = known.find(({ role }) => role.name === name);
  if (!found) throw new UnknownRoleError(name, known.map(({ role }) => role.name));
  await rm(found.path);
}
