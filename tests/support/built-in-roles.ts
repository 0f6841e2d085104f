import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RoleCatalog } from '../../agents';
import { catalogOf } from '../../agents/roles/role-registry';

const FOLDER = join(__dirname, '..', '..', 'agents', 'roles', 'built-in');

/** The roles that ship, for where nobody can wait. */
export const builtInRoles: RoleCatalog = catalogOf({ 'built-in': readdirSync(FOLDER).sort().map((name) => ({ path: name, text: readFileSync(join(FOLDER, name), 'utf8') })), hired: [], user: [] });
