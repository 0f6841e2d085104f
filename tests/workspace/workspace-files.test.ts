import { FileConflictError, FileNotFoundError, FileTooLargeError, PatchRefusedError, PathForbiddenError, PathRefusedError, ProjectRefusedError, WorkspaceLimitError, projectFolder } from '../../workspace';
import { openTestWorkspaces } from './open-workspace';

// Every write is flushed to the disk, which may be a busy one.
jest.setTimeout(30_000);

const LIMITS = { files: 3, fileBytes: 100, totalBytes: 150 };

describe('files of a workspace', () => {
  it('writes in skills/ and outputs/, and nowhere outside', async () => {
    const { files } = openTestWorkspaces().open();
    await files.write('skills/greet/SKILL.md', '# Greet');
    await files.write('outputs/report.md', 'done');
    expect((await files.list()).map(({ path }) => path)).toEqual(['outputs/report.md', 'skills/greet/SKILL.md']);
    for (const path of ['/etc/passwd', '../../secrets.txt', '.git/hooks/pre-commit', '.git/config', 'a/.GIT/config', 'git~1/config']) {
      await expect(files.write(path, 'x')).rejects.toThrow(PathRefusedError);
      await expect(files.read(path)).rejects.toThrow(PathRefusedError);
      await expect(files.delete(path)).rejects.toThrow(PathRefusedError);
      await expect(files.patch(`--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`)).rejects.toThrow(PathRefusedError);
    }
  });

  it('tells who wrote what, and refuses to write over what was not seen', async () => {
    const { open } = openTestWorkspaces();
    const [ada, bob] = [open('ada'), open('bob')];
    const { version } = await ada.files.write('a.txt', 'one');
    await bob.files.write('a.txt', 'two', version);
    const late = ada.files.write('a.txt', 'three', version);
    await expect(late).rejects.toThrow(FileConflictError);
    await expect(late).rejects.toThrow(/written by bob/);
    expect((await ada.files.read('a.txt')).content.toString()).toBe('two');
    await expect(ada.files.delete('a.txt', version)).rejects.toThrow(FileConflictError);
    await expect(ada.files.delete('none.txt')).rejects.toThrow(FileNotFoundError);
  });

  it('holds its limits, also when many write at once', async () => {
    const { files } = openTestWorkspaces(LIMITS).open();
    await expect(files.write('a', 'x'.repeat(101))).rejects.toThrow(FileTooLargeError);
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((path) => files.write(path, path)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    await expect(files.write('f', 'x')).rejects.toThrow(WorkspaceLimitError);
    await files.write('a', 'x'.repeat(100));
    await expect(files.write('b', 'x'.repeat(50))).rejects.toThrow(WorkspaceLimitError);
  });

  it('lets a role see and change its own paths only', async () => {
    const { open } = openTestWorkspaces();
    await open('cto').files.write('secrets/key.txt', 'k');
    await open('cto').files.write('docs/plan.md', 'plan');
    const { files, versions } = open('frontend', { read: ['**', '!secrets'], write: ['src/**', '!src/generated/**'] });
    expect((await files.list()).map(({ path }) => path)).toEqual(['docs/plan.md']);
    await expect(files.read('secrets/key.txt')).rejects.toThrow(PathForbiddenError);
    await expect(files.write('docs/plan.md', 'x')).rejects.toThrow(PathForbiddenError);
    await expect(files.write('src/generated/a.ts', 'x')).rejects.toThrow(PathForbiddenError);
    await files.write('src/a.ts', 'a');
    expect((await files.search({ text: 'k' })).matches).toEqual([]);
    expect((await versions.commit('mine'))?.files).toEqual(['src/a.ts']);
    expect((await versions.diff()).files).toEqual([{ path: 'docs/plan.md', change: 'added' }]);
    expect((await versions.snapshot()).includes('secrets')).toBe(false);
  });

  it('lists by globs', async () => {
    const { files } = openTestWorkspaces().open();
    for (const path of ['a.ts', 'src/b.ts', 'src/deep/c.js', 'docs/d.md']) await files.write(path, 'x');
    const listed = async (...globs: string[]) => (await files.list(globs)).map(({ path }) => path);
    expect(await listed('*.ts')).toEqual(['a.ts']);
    expect(await listed('**/*.{ts,js}')).toEqual(['a.ts', 'src/b.ts', 'src/deep/c.js']);
    expect(await listed('src')).toEqual(['src/b.ts', 'src/deep/c.js']);
    expect(await listed('!src')).toEqual(['a.ts', 'docs/d.md']);
    expect(await listed('src/?.ts', 'docs/*')).toEqual(['docs/d.md', 'src/b.ts']);
  });
});

describe('search', () => {
  it('finds text and expressions line by line, in text files alone', async () => {
    const { files } = openTestWorkspaces().open();
    await files.write('a.ts', 'const Price = 12;\nconst name = "x";\n');
    await files.write('b.bin', Buffer.from([0, ...Buffer.from('const')]));
    expect(await files.search({ text: 'price', ignoreCase: true })).toEqual({ matches: [{ path: 'a.ts', line: 1, text: 'const Price = 12;' }], filesSearched: 1 });
    expect((await files.search({ text: '^const \\w+ = "', isRegex: true })).matches).toMatchObject([{ line: 2 }]);
    expect(await files.search({ text: 'const', maxMatches: 1 })).toMatchObject({ matches: [{ line: 1 }], stopped: 'matches' });
    await expect(files.search({ text: '(?=a)', isRegex: true })).rejects.toThrow('cannot be read');
    await expect(files.search({ text: '' })).rejects.toThrow('nothing to search');
  });

  it('is not held up by an expression made for that', async () => {
    const { files } = openTestWorkspaces().open();
    await files.write('a.txt', `${'a'.repeat(3_500)}!`);
    const startMs = performance.now();
    for (const text of ['^(a+)+$', '(a|a)*b', '(.*a){12}c', '^(([a-z])+.)+[A-Z]([a-z])+$']) expect((await files.search({ text, isRegex: true })).matches).toEqual([]);
    // Backtracking would take years.
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  it('shows a long line around the match', async () => {
    const { files } = openTestWorkspaces().open();
    await files.write('a.txt', `${'x'.repeat(9_000)}needle${'y'.repeat(9_000)}`);
    const [match] = (await files.search({ text: 'needle' })).matches;
    expect(match!.text).toContain('needle');
    expect(match!.text.length).toBeLessThanOrEqual(200);
  });
});

describe('patch', () => {
  const DIFF = '--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+hello\n';

  it('changes, adds, renames and deletes', async () => {
    const { files } = openTestWorkspaces().open();
    await files.write('a.txt', 'one\ntwo\nthree\n');
    await files.write('old.txt', 'bye\n');
    await files.write('b.txt', 'same\n');
    const result = await files.patch(`${DIFF}--- a/old.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\ndiff --git a/b.txt b/c.txt\nsimilarity index 100%\nrename from b.txt\nrename to c.txt\n`);
    expect({ written: result.written.map(({ path }) => path).sort(), deleted: result.deleted.sort() }).toEqual({ written: ['a.txt', 'c.txt', 'new.txt'], deleted: ['b.txt', 'old.txt'] });
    expect((await files.read('a.txt')).content.toString()).toBe('one\nTWO\nthree\n');
    expect((await files.list()).map(({ path }) => path)).toEqual(['a.txt', 'c.txt', 'new.txt']);
  });

  it.each([
    ['wrong counts', '@@ -1,9 +7,2 @@'],
    ['no numbers at all', '@@ @@'],
    ['half a header', '@@'],
  ])('takes the right lines under %s', async (_, header) => {
    const { files } = openTestWorkspaces().open();
    await files.write('a.txt', 'zero\n\none\ntwo\nthree\n');
    await files.patch(`--- a/a.txt\n+++ b/a.txt\n${header}\n\n one\n-two\n+TWO\n three\n--- /dev/null\n+++ b/new.txt\n${header}\n+hello\n`);
    expect((await files.read('a.txt')).content.toString()).toBe('zero\n\none\nTWO\nthree\n');
    expect((await files.read('new.txt')).content.toString()).toBe('hello\n');
  });

  it.each([
    ['a context that is not there', DIFF.replace(' three', ' drei'), 'other lines'],
    ['a file that is not there', DIFF.replaceAll('a.txt', 'b.txt'), 'no file'],
    ['no lines', '--- a/a.txt\n+++ b/a.txt\n', 'no line of'],
    ['no diff at all', 'please change two to TWO', 'no unified diff'],
  ])('changes nothing at all for %s', async (_, diff, why) => {
    const { files } = openTestWorkspaces().open();
    await files.write('a.txt', 'one\ntwo\nthree\n');
    await expect(files.patch(diff)).rejects.toThrow(PatchRefusedError);
    await expect(files.patch(diff)).rejects.toThrow(why);
    expect((await files.list()).map(({ path }) => path)).toEqual(['a.txt']);
    expect((await files.read('a.txt')).content.toString()).toBe('one\ntwo\nthree\n');
  });

  it('gives up in time where a hunk would almost fit everywhere', async () => {
    const { files } = openTestWorkspaces().open();
    await files.write('same.txt', 'a\n'.repeat(100_000));
    const startedMs = performance.now();
    await expect(files.patch(`--- a/same.txt\n+++ b/same.txt\n@@ -1,5001 +1,5001 @@\n${' a\n'.repeat(5_000)}-b\n+c\n`)).rejects.toThrow(/too often to find its place/);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('takes back what it did when a later file cannot be written', async () => {
    const { files } = openTestWorkspaces().open();
    await files.write('a.txt', 'one\ntwo\nthree\n');
    await files.write('new.txt/inside', 'a folder is in the way');
    await expect(files.patch(DIFF)).rejects.toThrow(PathRefusedError);
    expect((await files.read('a.txt')).content.toString()).toBe('one\ntwo\nthree\n');
  });
});

describe('what a person is asked about', () => {
  it('is deleting, taking back, and what somebody else wrote', async () => {
    const { open } = openTestWorkspaces();
    const [ada, bob] = [open('ada'), open('bob')];
    await ada.files.write('a.txt', 'x');
    expect(await ada.riskOf({ kind: 'write', path: 'a.txt', content: 'y' })).toBeUndefined();
    expect(await ada.riskOf({ kind: 'write', path: 'new.txt', content: 'y' })).toBeUndefined();
    expect(await bob.riskOf({ kind: 'write', path: 'a.txt', content: 'y' })).toEqual({ what: 'overwrite a.txt (1 last written by somebody else)', files: ['a.txt'] });
    expect(await ada.riskOf({ kind: 'delete', path: 'a.txt' })).toEqual({ what: 'delete a.txt', files: ['a.txt'] });
    const adds = (count: number) => Array.from({ length: count }, (_, index) => `--- /dev/null\n+++ b/n${index}\n@@ -0,0 +1 @@\n+x\n`).join('');
    expect(await ada.riskOf({ kind: 'patch', diff: adds(5) })).toBeUndefined();
    expect((await ada.riskOf({ kind: 'patch', diff: adds(6) }))?.what).toBe('patch 6 files');
  });
});

describe('the name of a project', () => {
  it.each(['../../etc', '..', '.git', '.versions', '/etc', 'a/../b', '..\\x', '%2e%2e', '~/x', '', 'a\0b', 'x'.repeat(201)])('refuses %j', (name) => expect(() => projectFolder(name)).toThrow(ProjectRefusedError));

  it('keeps plain names and gives every other one a folder of its own', () => {
    expect(projectFolder('shop')).toBe('shop');
    const names = ['shop', 'Shop', 'Shöp', 'shop 2', 'a/b', 'a-b', 'con', 'Q4: plan?', '日本'];
    const folders = names.map(projectFolder);
    expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(names.length);
    for (const folder of folders) expect(folder).toMatch(/^[a-z0-9_~-]{1,64}$/);
  });
});
