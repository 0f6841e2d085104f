import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAios } from '../../cli';
import { rolesCheck, rolesExport, rolesImport, rolesList, rolesShow } from '../../cli/commands/roles';
import { recordingTerminal } from '../support/recording-terminal';
import { temporaryFolder } from '../support/temporary-folder';

const LAWYER = '---\nname: lawyer\ndescription: Knows the law\ngoal: Nobody is sued\nlimits: { tokens: 9000 }\n---\nBe exact.\n';
let data: string;
beforeEach(() => void (data = temporaryFolder()));
const rolesFolder = () => join(data, '.n8n', 'aios', 'default', 'roles');

async function call(...argv: string[]) {
  const terminal = recordingTerminal();
  const exitCode = await runAios(['roles', ...argv, '--data', data], [rolesList, rolesShow, rolesExport, rolesImport, rolesCheck], { terminal, environment: {}, signal: new AbortController().signal });
  return { exitCode, out: terminal.out.join('\n'), said: terminal.said.join('\n') };
}
function file(name: string, text: string): string {
  const path = join(data, name);
  writeFileSync(path, text);
  return path;
}

describe('aios roles', () => {
  it('imports a role, lists, shows and exports it as it was written', async () => {
    const place = join(rolesFolder(), 'lawyer.md');
    expect(await call('import', file('mine.md', LAWYER))).toMatchObject({ exitCode: 0, out: `The role "lawyer" is in ${place}.` });
    expect(readFileSync(place, 'utf8')).toBe(LAWYER);
    expect((await call('list')).out).toMatch(/^cto .*built-in.*\n[^]*lawyer +user +Knows the law$/);
    expect((await call('show', 'lawyer')).out).toMatch(/Lawyer\nName +lawyer \(worker, user\)[^]*Limits +8 tool turns, 9000 tokens[^]*\n\nBe exact\.$/);
    expect((await call('export', 'lawyer')).out).toBe(LAWYER.trimEnd());
    const lines = (await call('list', '--json')).out.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toEqual({ name: 'lawyer', title: 'Lawyer', kind: 'worker', source: 'user', description: 'Knows the law', path: place });
  });

  it('exports a template that can be imported under a name of its own', async () => {
    const { out } = await call('export', 'custom');
    const mine = out.replace('name: custom', 'name: mine').replace('kind: template\n', '');
    expect(await call('import', file('mine.md', `${mine}\n`))).toMatchObject({ exitCode: 0, out: expect.stringContaining('"mine"') });
  });

  it('changes nothing when the file has a fault, and names it', async () => {
    const path = file('bad.md', LAWYER.replace('9000', '9'));
    expect(await call('import', path)).toMatchObject({ exitCode: 1, out: '', said: expect.stringContaining(`${path}, line 5: limits.tokens must be 1000 to 10000000 tokens`) });
    expect(await call('list')).toMatchObject({ out: expect.not.stringContaining('lawyer') });
  });

  it('checks files, and without one those of the team', async () => {
    const [good, bad] = [file('good.md', LAWYER), file('bad.md', 'x')];
    expect(await call('check', good)).toMatchObject({ exitCode: 0, out: `${good}: the role "lawyer"` });
    expect(await call('check', good, bad)).toMatchObject({ exitCode: 1, out: expect.stringContaining(`${bad}:1: the first line must be`) });
    expect(await call('check')).toMatchObject({ exitCode: 0, said: expect.stringContaining('no roles of its own') });
    mkdirSync(rolesFolder(), { recursive: true });
    writeFileSync(join(rolesFolder(), 'broken.md'), '---\ngoal: 1\n---\n');
    const { exitCode, out } = await call('check', '--json');
    expect([exitCode, JSON.parse(out)]).toEqual([1, { path: join(rolesFolder(), 'broken.md'), ok: false, line: 2, reason: 'goal must be a text' }]);
    expect((await call('list')).said).toContain('broken.md:2: goal must be a text');
  });

  it.each([[['show']], [['show', 'a', 'b']], [['import']], [['list', 'x']]])('takes no %j', async (argv) => expect((await call(...argv)).exitCode).toBe(2));

  it('names the roles there are when it does not know one, and files it cannot read', async () => {
    expect(await call('show', 'wizard')).toMatchObject({ exitCode: 1, said: expect.stringContaining('cto, qa, backend') });
    expect(await call('import', join(data, 'nowhere.md'))).toMatchObject({ exitCode: 1, said: expect.stringContaining('cannot be read (ENOENT)') });
  });
});
