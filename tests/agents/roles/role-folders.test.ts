import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addRole, readRoles, removeRole, watchRoles } from '../../../agents';
import { MAX_ROLE_FILES } from '../../../agents/roles/drivers/role-folders';
import { fakeClock } from '../../support/fake-clock';
import { temporaryFolder } from '../../support/temporary-folder';

const LAWYER = '---\nname: lawyer\ndescription: Knows the law\ngoal: Nobody is sued\n---\nBe exact.\n';
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'roles'));
});
const put = (name: string, text: string | Buffer) => writeFileSync(join(folder, 'roles', name), text);
const namesOf = async (catalog: ReturnType<typeof readRoles>) => (await catalog).roles.filter(({ source }) => source !== 'built-in').map(({ role, source }) => `${role.name} ${source}`);
const quiet = () => {
  const warnings: string[] = [];
  return { warnings, log: { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) } };
};

describe('the folder of a team', () => {
  it('may be missing', async () => {
    rmSync(join(folder, 'roles'), { recursive: true });
    expect(await readRoles(folder)).toMatchObject({ faults: [], roles: { length: 9 } });
  });

  it('is read, but for what is no role: hidden files, other endings, links, folders, large ones, bytes that are no text', async () => {
    put('lawyer.md', LAWYER);
    put('.hidden.md', 'x');
    put('notes.txt', 'x');
    put('huge.md', Buffer.alloc(1_000_000, 'x'));
    put('binary.md', Buffer.from([0x2d, 0x2d, 0x2d, 0xff, 0xfe]));
    mkdirSync(join(folder, 'roles', 'folder.md'));
    writeFileSync(join(folder, 'secret.md'), LAWYER.replace('lawyer', 'spy'));
    symlinkSync(join(folder, 'secret.md'), join(folder, 'roles', 'link.md'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'roles', 'dangling.md'));
    expect(await namesOf(readRoles(folder))).toEqual(['lawyer user']);
    const { faults } = await readRoles(folder);
    expect(faults.map(({ path, reason }) => `${path.slice(folder.length + 7)}: ${reason}`)).toEqual([
      'binary.md: it is not UTF-8', 'dangling.md: it is a link; links are not followed', 'folder.md: it is no file', 'huge.md: it has 1000000 bytes; at most 65536 are read', 'link.md: it is a link; links are not followed',
    ]);
  });

  it('is read up to a number of files, and says so', async () => {
    for (let index = 0; index <= MAX_ROLE_FILES; index++) put(`r${String(index).padStart(4, '0')}.md`, LAWYER.replace('name: lawyer\n', ''));
    const { roles, faults } = await readRoles(folder);
    expect(roles).toHaveLength(9 + MAX_ROLE_FILES);
    expect(faults).toEqual([expect.objectContaining({ reason: `it holds ${MAX_ROLE_FILES + 1} roles; the first ${MAX_ROLE_FILES} by name are read` })]);
  });

  it('is looked at again after two seconds, and parsed again only when something changed', async () => {
    const clock = fakeClock();
    const { log, warnings } = quiet();
    const registry = watchRoles({ folder, clock, log });
    expect((await registry.read()).roles).toHaveLength(9);
    put('lawyer.md', LAWYER);
    put('bad.md', 'x');
    expect((await registry.read()).roles).toHaveLength(9);
    clock.advance(2_001);
    const second = await registry.read();
    expect(second.roles).toHaveLength(10);
    expect(registry.latest()).toBe(second);
    clock.advance(2_001);
    expect(await registry.read()).toBe(second);
    writeFileSync(join(folder, 'fresh'), LAWYER.replace('Knows the law', 'Knows two laws'));
    renameSync(join(folder, 'fresh'), join(folder, 'roles', 'lawyer.md'));
    clock.advance(2_001);
    expect((await registry.read()).roles.at(-1)!.role.description).toBe('Knows two laws');
    expect(warnings).toEqual([expect.stringMatching(/bad\.md:1: the first line must be "---"/)]);
  });
});

describe('the door for roles', () => {
  it('adds a role under its name, replaces it, and removes it', async () => {
    const place = { folder, door: 'hired' } as const;
    const { path } = await addRole(place, LAWYER, 'anything.md');
    expect(path).toBe(join(folder, 'roles', 'hired', 'lawyer.md'));
    await addRole(place, LAWYER.replace('the law', 'more'));
    expect(await namesOf(readRoles(folder))).toEqual(['lawyer hired']);
    await removeRole(place, 'lawyer');
    expect(await namesOf(readRoles(folder))).toEqual([]);
    await expect(removeRole(place, 'backend')).rejects.toMatchObject({ code: 'UNKNOWN_ROLE' });
  });

  it.each([
    ['what is none', 'x', 'hired', 'first line'],
    ['one that a person has', LAWYER, 'hired', 'a person has a role of this name'],
    ['a built-in one, hired', LAWYER.replace('lawyer', 'backend'), 'hired', 'replaces none'],
    ['the CTO', LAWYER.replace('lawyer', 'cto'), 'user', 'leads or judges'],
    ['a name another file has', LAWYER.replace('lawyer', 'judge'), 'user', 'taken by'],
  ] as const)('refuses %s and leaves no trace', async (_, text, door, reason) => {
    put('lawyer.md', LAWYER);
    put('other-file.md', LAWYER.replace('lawyer', 'judge'));
    const before = await readRoles(folder);
    await expect(addRole({ folder, door }, text)).rejects.toMatchObject({ code: 'ROLE_REFUSED', reason: expect.stringContaining(reason) });
    expect(await readRoles(folder)).toEqual(before);
  });

  it('writes over a link without following it', async () => {
    const outside = join(folder, 'outside.md');
    writeFileSync(outside, 'mine');
    symlinkSync(outside, join(folder, 'roles', 'lawyer.md'));
    await addRole({ folder, door: 'user' }, LAWYER);
    expect(await namesOf(readRoles(folder))).toEqual(['lawyer user']);
    expect(await import('node:fs').then(({ readFileSync }) => readFileSync(outside, 'utf8'))).toBe('mine');
  });
});
