import { addRole, checkedRole, readRoles, readRoleText, RoleRefusedError, type KnownRole, type RoleCatalog } from '../agents';
import type { DoctorCheck } from '../insights';
import { teamDataFolder } from './data-folder';
import { readTeamConfig } from './open-team';
import type { TeamHost } from './team';

type Credential = Record<string, unknown> | undefined;

/** Who is in the team now, and which files are no roles. */
export async function teamRoles(credential: Credential, host: TeamHost): Promise<RoleCatalog> {
  return await readRoles(folderOf(credential, host));
}

/** Puts a file into the team's folder of roles. @throws {RoleRefusedError} before anything is touched */
export async function importRole(credential: Credential, host: TeamHost, path: string): Promise<KnownRole> {
  return await addRole({ folder: folderOf(credential, host), door: 'user' }, await textOf(path), path);
}

/** What a file would be if it were imported. @throws {RoleRefusedError} */
export async function checkRole(credential: Credential, host: TeamHost, path: string): Promise<KnownRole> {
  return await checkedRole({ folder: folderOf(credential, host), door: 'user' }, await textOf(path), path);
}

/** The Doctor's look at the roles; undefined where there are only those that ship. */
export async function checkTeamRoles(folder: string): Promise<DoctorCheck | undefined> {
  const { roles, faults } = await readRoles(folder);
  const own = roles.filter(({ source }) => source !== 'built-in').map(({ role }) => role.name);
  const base = { service: 'roles', title: 'Roles' } as const;
  const detail = own.length === 0 ? 'those that ship with the package.' : `${roles.length - own.length} that ship with the package and ${own.length} of the team: ${own.slice(0, 20).join(', ')}${own.length > 20 ? '…' : ''}.`;
  if (faults.length > 0) return { ...base, status: 'warning', detail: `${detail} But ${faults.slice(0, 5).map(({ path, line, reason }) => `${path}, line ${line}: ${reason}`).join('; ')}.`, todo: 'Correct or remove the file; it is read anew within two seconds. "aios roles check" shows all of them.' };
  return own.length === 0 ? undefined : { ...base, status: 'ok', detail };
}

async function textOf(path: string): Promise<string> {
  const file = await readRoleText(path);
  if ('text' in file) return file.text;
  throw new RoleRefusedError(path, 1, file.problem);
}

function folderOf(credential: Credential, host: TeamHost): string {
  return teamDataFolder(readTeamConfig(credential, host), host);
}
