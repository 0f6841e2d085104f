import { readRoleFile } from '../../../agents/roles/read-role';
import { MAX_ROLE_FILE_BYTES } from '../../../agents/roles/read-role';
import { catalogOf, type RoleText } from '../../../agents/roles/role-registry';
import { builtInRoles } from '../../support/built-in-roles';

const FIELDS = 'description: Knows the law\ngoal: Nobody is sued';
const role = (fields = FIELDS, body = 'Be exact.') => `---\n${fields}\n---\n${body}\n`;
const builtIn = builtInRoles.roles.map(({ path, text }) => ({ path, text }));
const withUser = (...user: RoleText[]) => catalogOf({ 'built-in': builtIn, hired: [], user });
const made = (fields: string, body?: string, path = 'roles/lawyer.md') => {
  const { roles, faults } = withUser({ path, text: role(fields, body) });
  return { role: roles.find(({ source }) => source === 'user')?.role, fault: faults[0] };
};

describe('a role file', () => {
  it('becomes a role with the defaults for what it leaves out', () => {
    expect(made(FIELDS).role).toEqual({
      name: 'lawyer', title: 'Lawyer', kind: 'worker', description: 'Knows the law', goal: 'Nobody is sued', expertise: [], prompt: 'Be exact.',
      outputContract: { text: '', file: '**/*.json' }, tools: ['*'], paths: { read: ['**'], write: ['**'] }, limits: { steps: 8, tokens: null, timeS: null, budgetUsd: null }, models: [], temperature: undefined, templates: [],
    });
  });

  it('takes names with underscores as well as ours', () => {
    const { role: read } = made(`${FIELDS}\noutput_contract: Two pages\nlimits: { time_s: 60, budgetUsd: 0.5, tokens: null }\npaths: { write: "docs/**" }`);
    expect(read).toMatchObject({ outputContract: { text: 'Two pages' }, limits: { steps: 8, timeS: 60, budgetUsd: 0.5, tokens: null }, paths: { read: ['**'], write: ['docs/**'] } });
  });

  it.each([
    ['CRLF', role().replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${role()}`],
    ['both and old Mac line ends', `\uFEFF${role().replaceAll('\n', '\r')}`],
    ['spaces behind the dashes', role().replaceAll('---', '---  ')],
  ])('is read with %s', (_, text) => expect(readRoleFile(text)).toMatchObject({ ok: true, file: { description: 'Knows the law' }, prompt: 'Be exact.' }));

  it.each([
    ['nothing at all', '', 1, 'first line must be "---"'],
    ['no front matter', '# Lawyer', 1, 'first line must be "---"'],
    ['another language', '---js\nmodule.exports = process.exit(1)\n---\n', 1, '"---js"'],
    ['JSON', '---json\n{}\n---\n', 1, '"---json"'],
    ['no end of its fields', '---\ndescription: a\ngoal: b\n', 4, 'no end'],
    ['no YAML', role('description: [a\ngoal: b'), 3, ''],
    ['a field twice', role('description: a\ngoal: b\ngoal: c'), 4, 'unique'],
    ['a bomb of aliases', role(`${FIELDS}\na: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nexpertise: [*b, *b, *b, *b, *b, *b, *b, *b]`), 4, 'anchors and aliases'],
    ['an anchor alone', role(`${FIELDS}\ntitle: &t Lawyer`), 4, 'anchors'],
    ['a merge key into the prototype', role(`${FIELDS}\n__proto__: { kind: system }`), 4, 'not known'],
    ['a custom tag', role(`${FIELDS}\ntitle: !!js/function "function(){}"`), 4, 'tag'],
    ['a list for its fields', role('- a\n- b'), 2, ''],
    ['a wrong type', role(`${FIELDS}\nlimits: { steps: many }`), 4, 'limits.steps must be a number of tool turns'],
    ['a limit out of range', role(`${FIELDS}\nlimits:\n  time_s: 5`), 5, 'limits.timeS must be 10 to 86400 seconds'],
    ['half a step', role(`${FIELDS}\nlimits: { steps: 1.5 }`), 4, 'whole number of tool turns'],
    ['no number', role(`${FIELDS}\nlimits: { budget_usd: .nan }`), 4, 'limits.budgetUsd'],
    ['an unknown field', role(`${FIELDS}\nlimts: { steps: 5 }`), 4, '"limts" is not known'],
    ['a description of two lines', role('description: "a\\nb"\ngoal: b'), 2, 'one line'],
    ['a key', role(FIELDS, `Use AKIA${'ABCDEFGHIJKLMNOP'} for it.`), 5, 'looks like a key'],
    ['too long a prompt', role(FIELDS, 'x'.repeat(8_001)), 1, '8001 characters'],
    ['a megabyte', role(FIELDS, 'x'.repeat(1_000_000)), 1, `at most ${MAX_ROLE_FILE_BYTES}`],
    ['a hundred thousand brackets', role('['.repeat(50_000)), 2, ''],
  ])('is refused with %s, by line and reason', (_, text, line, reason) => {
    const reading = readRoleFile(text);
    expect(reading).toMatchObject({ ok: false, fault: { line, reason: expect.stringContaining(reason) } });
  });

  it.each([
    ['limits: { time_s: 60, timeS: 86400 }', 4, '"timeS" is there twice'],
    ['privacy: secret\nPrivacy: public', 5, 'not known'],
    ['output_contract: Two pages.\noutputContract: One.', 5, '"outputContract" is there twice'],
  ])('has each limit once: %j', (fields, line, reason) => {
    expect(readRoleFile(role(`${FIELDS}\n${fields}`))).toMatchObject({ ok: false, fault: { line, reason: expect.stringContaining(reason) } });
  });

  it('names several faults with their lines', () => {
    const reading = readRoleFile(role('description: a\ngoal: 5\ntitle: []\nprivacy: top'));
    expect(reading).toMatchObject({ ok: false, fault: { line: 3, reason: expect.stringMatching(/goal must be a text; line 4: title .*; line 5: privacy must be/) } });
  });

  it.each([['a unicode name', 'юрист.md'], ['spaces', 'my lawyer.md'], ['a path', 'name: ../../etc/passwd'], ['capitals', 'name: Lawyer']])('has a plain name, not one with %s', (_, name) => {
    const { role: read, fault } = name.startsWith('name') ? made(`${FIELDS}\n${name}`) : made(FIELDS, 'x', name);
    expect(read).toBeUndefined();
    expect(fault!.reason).toContain('lower-case letters');
  });
});

describe('the registry', () => {
  it('has the nine roles that ship, without a fault, in an order of its own', () => {
    expect(builtInRoles.faults).toEqual([]);
    expect(builtInRoles.roles.map(({ role: { name, kind } }) => `${name} ${kind}`)).toEqual(['cto system', 'qa system', 'backend worker', 'frontend worker', 'devops worker', 'research worker', 'file-ops worker', 'code worker', 'custom template']);
  });

  it('lets a bad file hurt no other, and names it', () => {
    const { roles, faults } = withUser({ path: 'a.md', text: 'no role' }, { path: 'lawyer.md', text: role() }, { path: 'b.md', problem: 'it is a link; links are not followed' });
    expect(roles).toHaveLength(10);
    expect(faults).toEqual([
      { path: 'a.md', source: 'user', line: 1, reason: expect.stringContaining('---') },
      { path: 'b.md', source: 'user', line: 1, reason: 'it is a link; links are not followed' },
    ]);
  });

  it('lets a user replace a worker, and narrow one by extending it', () => {
    const narrowed = made('extends: backend\ntools: [read_file]\nlimits: { tokens: 5000 }', 'Only Go.', 'backend.md').role!;
    const shipped = builtInRoles.roles.find(({ role: { name } }) => name === 'backend')!.role;
    expect(narrowed).toMatchObject({ name: 'backend', title: 'Backend', description: shipped.description, tools: ['read_file'], limits: { ...shipped.limits, tokens: 5_000 }, templates: shipped.templates });
    expect(narrowed.prompt).toBe(`${shipped.prompt}\nOnly Go.`);
    expect(made('description: Mine\ngoal: Mine', '', 'backend.md').role).toMatchObject({ description: 'Mine', prompt: '', templates: [] });
  });

  it.each([
    ['the CTO', 'cto.md', FIELDS, 'leads or judges'],
    ['QA', 'qa.md', `${FIELDS}\nkind: system`, 'leads or judges'],
    ['the template', 'custom.md', FIELDS, 'to be copied'],
    ['nobody, as a judge of its own', 'judge.md', `${FIELDS}\nkind: system`, 'its kind is "system"'],
    ['nobody, extending a judge', 'judge.md', `${FIELDS}\nextends: qa`, 'it can extend backend'],
    ['nobody, extending itself', 'judge.md', `${FIELDS}\nextends: judge`, 'it can extend backend'],
    ['nobody, without a goal', 'judge.md', 'title: J', 'description and goal are missing'],
    ['nobody, with a schema that is none', 'judge.md', `${FIELDS}\noutput_contract: { schema: { $ref: "https://example.com/x.json" } }`, 'no JSON Schema'],
  ])('lets a user replace %s not', (_, path, fields, reason) => {
    const { role: read, fault } = made(fields, 'x', path);
    expect(read).toBeUndefined();
    expect(fault!.reason).toContain(reason);
  });

  it('takes the first of two files with one name', () => {
    const { roles, faults } = withUser({ path: 'a.md', text: role(`name: lawyer\n${FIELDS}`) }, { path: 'lawyer.md', text: role() });
    expect(roles.filter(({ source }) => source === 'user').map(({ path }) => path)).toEqual(['a.md']);
    expect(faults[0]!.reason).toBe('the name "lawyer" is taken by a.md');
  });

  it('lets a hired role replace none, and a user replace a hired one', () => {
    const hired = [{ path: 'backend.md', text: role() }, { path: 'lawyer.md', text: role() }];
    const { roles, faults } = catalogOf({ 'built-in': builtIn, hired, user: [{ path: 'lawyer.md', text: role('description: Mine\ngoal: b') }] });
    expect(faults[0]!.reason).toContain('a hired role replaces none');
    expect(roles.at(-1)).toMatchObject({ source: 'user', role: { description: 'Mine' } });
  });

  it('raises privacy from the role it extends, never lowers it', () => {
    expect(made(`${FIELDS}\nprivacy: secret`).role!.privacy).toBe('secret');
    expect(made('extends: backend\nprivacy: public').role!.privacy).toBe('public');
  });
});
