import { InvalidInputError, errorFacts } from '../../kernel';
import { readArguments, readOptions } from '../arguments';
import type { Command, CommandContext } from '../command';
import { roleLines, roleText } from './roles-text';
import { commandLineHost } from '../team-host';
import { jsonLine, plainText } from '../text/plain-text';

const DATA = `  --data DIR   n8n's user folder (default: N8N_USER_FOLDER, .data of the
               clone, or the home folder)`;
const TEAM = 'The team is AIOS_TEAM, else "default".\n';

export const rolesList: Command = {
  name: 'roles list',
  summary: 'shows who is in the team',
  usage: `Usage: aios roles list [options]

The roles that ship, those the team has hired and your own, and on stderr
the files that are no roles, with line and reason.

${DATA}
  --json       one JSON line per role: name, title, kind, source, description

${TEAM}`,
  async run(context) {
    const values = readOptions(context.args, { data: { type: 'string' } }, 'One role is shown by "aios roles show NAME".');
    const { roles, faults } = await catalog(context, values.data);
    if (context.json) for (const { role: { name, title, kind, description }, source, path } of roles) context.terminal.print(jsonLine({ name, title, kind, source, description, path }));
    else context.terminal.print(roleLines(roles, context.terminal.columns));
    for (const { path, line, reason } of faults) context.terminal.say(plainText(`${path}:${line}: ${reason}`));
    return 0;
  },
};

export const rolesShow: Command = {
  name: 'roles show',
  summary: 'shows one role with all its fields',
  usage: `Usage: aios roles show NAME [options]

${DATA}
  --json       one JSON line

${TEAM}`,
  async run(context) {
    const { role, source, path } = await oneRole(context);
    context.terminal.print(context.json ? jsonLine({ ...role, source, path }) : roleText(role, { source, path }));
    return 0;
  },
};

export const rolesExport: Command = {
  name: 'roles export',
  summary: "prints a role's file, to keep, send or change",
  usage: `Usage: aios roles export NAME [options]

"aios roles export custom" prints a template for a role of your own.

${DATA}
  --json       one JSON line with "name" and "file", the text

${TEAM}`,
  async run(context) {
    const { role, text } = await oneRole(context);
    context.terminal.print(context.json ? jsonLine({ name: role.name, file: text }) : text.trimEnd());
    return 0;
  },
};

export const rolesImport: Command = {
  name: 'roles import',
  summary: 'checks a role and puts it into the team',
  usage: `Usage: aios roles import FILE [options]

Puts FILE (see docs/roles.md) into the folder "roles" of the team's data
folder; a running team takes it up within two seconds. A role of yours with
the same name is replaced; a file with a fault changes nothing.

${DATA}
  --json       one JSON line

Exit code 0: in place. 1: the file has a fault.

${TEAM}`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, { data: { type: 'string' } });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new InvalidInputError('One file, please.', { hint: 'aios roles import lawyer.md' });
    const { credentialFromEnvironment, importRole } = await import('../../team');
    const { role, path } = await importRole(credentialFromEnvironment(context.environment), commandLineHost(context, values.data), file);
    context.terminal.print(context.json ? jsonLine({ name: role.name, path }) : plainText(`The role "${role.name}" is in ${path}.`));
    return 0;
  },
};

export const rolesCheck: Command = {
  name: 'roles check',
  summary: 'says what is wrong with roles, by file, line and reason',
  usage: `Usage: aios roles check [FILE…] [options]

Checks the files as an import would, or without a FILE those of the team.

${DATA}
  --json       one JSON line per file: path, ok, name or line and reason

Exit code 0: all are roles. 1: one is not.

${TEAM}`,
  async run(context) {
    const { values, positionals } = readArguments(context.args, { data: { type: 'string' } });
    const checked = positionals.length === 0 ? await checkedTeam(context, values.data) : await checkedFiles(context, values.data, positionals);
    for (const file of checked) context.terminal.print(context.json ? jsonLine(file) : plainText(file.ok ? `${file.path}: the role "${file.name}"` : `${file.path}:${file.line}: ${file.reason}`));
    if (checked.length === 0) context.terminal.say('The team has no roles of its own; those that ship are without fault.');
    return checked.every(({ ok }) => ok) ? 0 : 1;
  },
};

type CheckedFile = { path: string } & ({ ok: true; name: string } | { ok: false; line: number; reason: string });

async function checkedTeam(context: CommandContext, data: string | undefined): Promise<CheckedFile[]> {
  const { roles, faults } = await catalog(context, data);
  const good = roles.filter(({ source }) => source !== 'built-in').map(({ path, role }) => ({ path, ok: true as const, name: role.name }));
  return [...good, ...faults.map(({ path, line, reason }) => ({ path, ok: false as const, line, reason }))];
}

async function checkedFiles(context: CommandContext, data: string | undefined, paths: readonly string[]): Promise<CheckedFile[]> {
  const { credentialFromEnvironment, checkRole } = await import('../../team');
  const host = commandLineHost(context, data);
  return await Promise.all(paths.map(async (path): Promise<CheckedFile> => {
    try {
      return { path, ok: true, name: (await checkRole(credentialFromEnvironment(context.environment), host, path)).role.name };
    } catch (error) {
      if (errorFacts(error).code !== 'ROLE_REFUSED') throw error;
      const { line, reason } = error as unknown as { line: number; reason: string };
      return { path, ok: false, line, reason };
    }
  }));
}

async function catalog(context: CommandContext, data: string | undefined) {
  const { credentialFromEnvironment, teamRoles } = await import('../../team');
  return await teamRoles(credentialFromEnvironment(context.environment), commandLineHost(context, data));
}

async function oneRole(context: CommandContext) {
  const { values, positionals } = readArguments(context.args, { data: { type: 'string' } });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new InvalidInputError('One role, please.', { hint: '"aios roles list" shows their names.' });
  const { roles } = await catalog(context, values.data);
  const found = roles.find(({ role }) => role.name === name);
  if (found) return found;
  const { UnknownRoleError } = await import('../../team');
  throw new UnknownRoleError(name, roles.map(({ role }) => role.name));
}
