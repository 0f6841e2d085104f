import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tradeTemplates } from '../../../agents/roles';
import { roleFileSchema } from '../../../agents/roles/role-schema';
import { builtInRoles } from '../../support/built-in-roles';

const guide = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'roles.md'), 'utf8');

describe('docs/roles.md', () => {
  it.each(builtInRoles.roles.filter(({ role }) => role.kind !== 'template').map(({ role }) => [role.name, role] as const))('has a section on %s with what its file says', (_, { title, description, outputContract, templates }) => {
    const section = guide.split('\n### ').find((part) => part.startsWith(`${title}\n`))!;
    expect([section.includes(description), section.includes(outputContract.text), templates.filter((name) => !section.includes(`\`${name}\``))]).toEqual([true, true, []]);
  });

  it('explains every field and names every starting point', () => {
    const fields = Object.keys(roleFileSchema.shape).filter((field) => field !== 'kind').map((field) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    expect(fields.filter((field) => !guide.includes(`\`${field}`))).toEqual([]);
    expect(tradeTemplates().filter(({ name }) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
