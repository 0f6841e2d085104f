import type { Role, RoleSource } from './role';
import { ROLE_SOURCES } from './role';
import { completeRole, type Draft } from './complete-role';
import { readRoleFile } from './read-role';

/** One file as a folder holds it: its text, or why it was not read. */
export type RoleText = { path: string; version?: string } & ({ text: string } | { problem: string });
/** All there is to make roles of. */
export type RoleTexts = Readonly<Record<RoleSource, readonly RoleText[]>>;

export interface KnownRole {
  role: Role;
  source: RoleSource;
  path: string;
  /** As it is written, for export. */
  text: string;
}

/** A file that is no role; the others do not suffer from it. */
export interface FaultyRoleFile {
  path: string;
  source: RoleSource;
  line: number;
  reason: string;
}

/** The roles of a team at a moment. */
export interface RoleCatalog {
  /** Built-in ones first, in their order. */
  roles: readonly KnownRole[];
  faults: readonly FaultyRoleFile[];
}

/** Who is in the team. Never fails: what cannot be read is a fault of the catalog. */
export interface RoleRegistry {
  /** Looks at the folders again when the last look is two seconds old. */
  read(): Promise<RoleCatalog>;
  /** As last read, for where nobody can wait. */
  latest(): RoleCatalog;
}

/** Order of built-in roles in lists; others follow by name. */
const ORDER = ['cto', 'qa', 'backend', 'frontend', 'devops', 'research', 'file-ops', 'code', 'custom'];

/** Roles from files, the built-in ones first: hired ones never replace any, a user's may replace a worker. */
export function catalogOf(texts: RoleTexts): RoleCatalog {
  const roles = new Map<string, KnownRole>();
  const faults: FaultyRoleFile[] = [];
  const isBuiltIn = (name: string) => roles.get(name)?.source === 'built-in';
  for (const source of ROLE_SOURCES) {
    const builtIn = new Map([...roles].filter(([name]) => isBuiltIn(name)).map(([name, { role }]) => [name, role]));
    for (const file of texts[source]) {
      const made = 'problem' in file ? { problem: file.problem, line: 1 } : roleOf(file, { source, builtIn, roles });
      if ('problem' in made) faults.push({ path: file.path, source, line: made.line, reason: made.problem });
      else roles.set(made.role.name, { ...made, source });
    }
  }
  return { roles: [...roles.values()].sort((left, right) => place(left) - place(right) || left.role.name.localeCompare(right.role.name, 'en')), faults };
}

function place({ role: { name } }: KnownRole): number {
  const index = ORDER.indexOf(name);
  return index < 0 ? ORDER.length : index;
}

interface Others {
  source: RoleSource;
  builtIn: ReadonlyMap<string, Role>;
  roles: ReadonlyMap<string, KnownRole>;
}
type Refused = { problem: string; line: number };

function roleOf(file: { path: string; text: string }, { source, builtIn, roles }: Others): Omit<KnownRole, 'source'> | Refused {
  const reading = readRoleFile(file.text);
  if (!reading.ok) return { problem: reading.fault.reason, line: reading.fault.line };
  const draft: Draft = { ...reading, nameOfFile: nameOfFile(file.path), builtIn };
  const role = completeRole(draft);
  if ('problem' in role) return { problem: role.problem, line: role.line };
  const why = refusedBecause(role, source, builtIn, roles.get(role.name));
  return why === undefined ? { role, path: file.path, text: file.text } : { problem: why, line: 1 };
}

function refusedBecause({ name, kind }: Role, source: RoleSource, builtIn: ReadonlyMap<string, Role>, known: KnownRole | undefined): string | undefined {
  const own = builtIn.get(name);
  if (known?.source === source) return `the name "${name}" is taken by ${known.path}`;
  if (source === 'hired' && known) return `the name "${name}" is taken; a hired role replaces none`;
  if (own && own.kind !== 'worker') return `"${name}" leads or judges, or is there to be copied, and stays as it is; give the role another name`;
  return source !== 'built-in' && kind !== 'worker' ? `its kind is "${kind}"; a role of your own is a "worker"` : undefined;
}

/** @param path with "/" or "\" */
function nameOfFile(path: string): string {
  return path.split(/[/\\]/).at(-1)!.replace(/\.md$/i, '');
}
