import { fitsName } from '../../../agents/roles';
import { pathTest } from '../../../workspace';

describe('globs of a role', () => {
  it.each([
    ['src/app.py', ['**'], true],
    ['app.py', ['**/*.py'], true],
    ['a/b/c/app.py', ['**/*.py'], true],
    ['src/app.py', ['src/*'], true],
    ['src/deep/app.py', ['src/*'], false],
    ['src/deep/app.py', ['src/**'], true],
    ['src/deep/app.py', ['src/**/app.py'], true],
    ['srcs/app.py', ['src/**'], false],
    ['docs/a.md', ['./docs/?.md'], true],
    ['docs/ab.md', ['docs/?.md'], false],
    ['.env', ['**', '!.env'], false],
    ['config/.env', ['**', '!**/.env'], false],
    ['a.py', ['!**/*.md'], true],
    ['a.py', [], false],
    ['a/b/x/b/c', ['a/**/b/c'], true],
    // As everywhere in a workspace: a plain name is all below it, braces are choices.
    ['src/deep/app.py', ['src'], true],
    ['app.ts', ['*.{js,ts}'], true],
  ])('%s within %j: %s', (path, globs, expected) => expect(pathTest(globs)(path)).toBe(expected));

  it('take no long time, whatever they are', () => {
    const path = `${'a/'.repeat(2_000)}b`;
    expect(pathTest([`${'**/a/'.repeat(50)}c`])(path)).toBe(false);
    expect(fitsName('a'.repeat(5_000), `${'*a'.repeat(50)}b`)).toBe(false);
  });

  it('of tools are names with stars', () => expect([fitsName('read_file', 'read_*'), fitsName('read_file', '*'), fitsName('read_file', 'read'), fitsName('a.b', 'a?b')]).toEqual([true, true, false, false]));
});
