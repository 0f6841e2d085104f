import type { TeamRole } from '../../team';
import { cutTo, padTo } from '../text/columns';
import { plainLines, plainText } from '../text/plain-text';

type Role = TeamRole['role'];

/** One line per role, as wide as the terminal. */
export function roleLines(roles: readonly TeamRole[], columns: number): string {
  const width = Math.max(...roles.map(({ role }) => role.name.length));
  return roles.map(({ role, source }) => cutTo(columns, `${padTo(width, role.name)}  ${padTo(8, source)}  ${plainText(role.description)}`)).join('\n');
}

/** One role with all its fields, for a person. */
export function roleText(role: Role, { source, path }: Pick<TeamRole, 'source' | 'path'>): string {
  const rows: Array<[string, string]> = [
    ['Name', `${role.name} (${role.kind}, ${source})`],
    ['File', path],
    ['Does', role.description],
    ['Aim', role.goal],
    ['Knows', role.expertise.join(', ')],
    ['Delivers', [role.outputContract.text, role.outputContract.schema ? `${role.outputContract.file} obeys a JSON Schema` : ''].filter((text) => text).join(' ')],
    ['Tools', role.tools.join(', ') || 'none'],
    ['May read', role.paths.read.join(', ') || 'nothing'],
    ['May write', role.paths.write.join(', ') || 'nothing'],
    ['Limits', limitsText(role.limits)],
    ['Models', [...role.models, ...(role.temperature === undefined ? [] : [`temperature ${role.temperature}`])].join(', ')],
    ['Privacy', role.privacy ?? ''],
    ['Templates', role.templates.join(', ')],
  ];
  const lines = rows.filter(([, text]) => text !== '').map(([name, text]) => `${padTo(9, name)}  ${plainText(text)}`);
  return [`${plainText(role.title)}`, ...lines, ...(role.prompt === '' ? [] : ['', plainLines(role.prompt)])].join('\n');
}

function limitsText({ steps, tokens, timeS, budgetUsd }: Role['limits']): string {
  const parts = [`${steps} tool turns`, tokens === null ? undefined : `${tokens} tokens`, timeS === null ? undefined : `${timeS} s`, budgetUsd === null ? undefined : `$${budgetUsd} for a task`];
  return parts.filter((part) => part !== undefined).join(', ');
}
