import { UnknownRoleError } from '../errors';
import type { CTO_ROLE, QA_ROLE, Role } from './role';
import type { RoleCatalog } from './role-registry';

/** Roles a task may be given to. */
export function workerRoles({ roles }: RoleCatalog): Role[] {
  return roles.map(({ role }) => role).filter(({ kind }) => kind === 'worker');
}

/** @throws {UnknownRoleError} naming the roles there are; CTO and QA do no tasks */
export function workerRole(catalog: RoleCatalog, name: string): Role {
  const role = workerRoles(catalog).find((candidate) => candidate.name === name);
  if (!role) throw new UnknownRoleError(name, workerRoles(catalog).map((known) => known.name));
  return role;
}

/** CTO and QA ship with the package, so they are always there. */
export function systemRole({ roles }: RoleCatalog, name: typeof CTO_ROLE | typeof QA_ROLE): Role {
  return roles.find(({ role }) => role.name === name)!.role;
}
