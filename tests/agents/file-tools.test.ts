import { fileTools } from '../../agents/tools/file-tools';
import { openTestWorkspaces } from '../workspace/open-workspace';

const NEVER = new AbortController().signal;

function opened(paths?: { read: string[]; write: string[] }) {
  const { workspaces, open } = openTestWorkspaces();
  const tools = fileTools({ workspaces, project: 'shop', privacy: () => 'internal', role: { name: 'backend', ...(paths && { paths }) } });
  const call = async (name: string, args: object, maxCharacters = 8_000) => await tools.find((tool) => tool.name === name)!.run(args as never, NEVER, 'key', maxCharacters);
  const risk = async (name: string, args: object) => await tools.find((tool) => tool.name === name)!.risk?.(args as never);
  return { workspaces, open, tools, call, risk };
}

it('are five, all local; what changes nothing the second time may be repeated', () => {
  const { tools, workspaces } = opened();
  expect(tools.map(({ name, local, repeat }) => [name, local, repeat])).toEqual([
    ['read_file', true, 'freely'],
    ['write_file', true, 'freely'],
    ['list_files', true, 'freely'],
    ['search_files', true, 'freely'],
    ['patch_file', true, undefined],
  ]);
  for (const { schema } of tools) expect(schema).toMatchObject({ type: 'object', properties: expect.any(Object) });
  expect(fileTools({ workspaces, project: undefined, privacy: () => 'internal', role: { name: 'backend' } })).toEqual([]);
});

it('write, list, find, patch and read', async () => {
  const { call } = opened();
  expect(await call('list_files', {})).toBe('The project has no files yet.');
  expect(await call('write_file', { path: 'src/app.js', content: 'const a = 1;\nconst b = 2;\n' })).toBe('Written: src/app.js (26 bytes).');
  expect(await call('list_files', { paths: 'src/**' })).toBe('src/app.js (26 bytes)');
  expect(await call('search_files', { text: 'const [ab] = 2', is_regex: true })).toBe('src/app.js:2: const b = 2;');
  expect(await call('patch_file', { diff: '--- a/src/app.js\n+++ b/src/app.js\n@@ -1,2 +1,2 @@\n const a = 1;\n-const b = 2;\n+const b = 3;\n' })).toBe('Changed: src/app.js');
  expect(await call('read_file', { path: 'src/app.js' })).toBe('const a = 1;\nconst b = 3;\n');
});

it('show a long file in parts of whole lines that fit a small model', async () => {
  const { call } = opened();
  const lines = Array.from({ length: 900 }, (_, index) => `line ${index + 1}`);
  await call('write_file', { path: 'long.txt', content: lines.join('\n') });
  const seen: string[] = [];
  for (let from = 1; from <= 900; ) {
    const [head, ...shown] = (await call('read_file', { path: 'long.txt', from_line: from })).split('\n');
    expect(shown.join('\n').length).toBeLessThanOrEqual(6_000);
    seen.push(...shown);
    from += shown.length;
    if (from <= 900) expect(head).toContain(`Go on with from_line ${from}`);
  }
  expect(seen).toEqual(lines);
});

it.each([250, 2_000])('show as much as there is room for, %d characters, and always where to go on', async (room) => {
  const { call } = opened();
  const lines = Array.from({ length: 200 }, (_, index) => `the line ${index + 1}`);
  await call('write_file', { path: 'long.txt', content: lines.join('\n') });
  const seen: string[] = [];
  for (let from = 1; from <= 200; from = seen.length + 1) {
    const shown = await call('read_file', { path: 'long.txt', from_line: from }, room);
    expect(shown.length).toBeLessThanOrEqual(room);
    seen.push(...shown.split('\n').slice(1));
    if (seen.length < 200) expect(shown).toContain(`Go on with from_line ${seen.length + 1}.`);
  }
  expect(seen).toEqual(lines);
  for (let index = 0; index < 20; index++) await call('write_file', { path: `files/${'of-some-length-'.repeat(8)}${index}.txt`, content: 'needle' });
  expect(await call('list_files', {}, room)).toMatch(/… and \d+ more; give a pattern/);
  const found = await call('search_files', { text: 'needle' }, room);
  expect(found.length).toBeLessThanOrEqual(room);
  expect(found).toContain('there may be more');
}, 15_000);

it('says that a line is cut', async () => {
  const { call } = opened();
  await call('write_file', { path: 'one.txt', content: `${'x'.repeat(9_000)}\nend` });
  expect(await call('read_file', { path: 'one.txt' })).toContain('Line 1 is cut: it has 9000 characters. Go on with from_line 2.');
});

it('overwrite what the role has read or written itself, and nothing it does not know', async () => {
  const { call, open } = opened();
  await open('frontend').files.write('a.txt', 'theirs');
  await expect(call('write_file', { path: 'a.txt', content: 'mine' })).rejects.toThrow('written by frontend');
  await call('read_file', { path: 'a.txt' });
  expect(await call('write_file', { path: 'a.txt', content: 'mine' })).toContain('Written');
  // The same call again, as after a crash.
  expect(await call('write_file', { path: 'a.txt', content: 'mine' })).toContain('Written');
  await open('frontend').files.write('a.txt', 'theirs again');
  await expect(call('write_file', { path: 'a.txt', content: 'mine' })).rejects.toThrow('has changed meanwhile');
});

it('say when a call should wait for a person', async () => {
  const { risk, open } = opened();
  await open('frontend').files.write('a.txt', 'theirs');
  expect(await risk('write_file', { path: 'a.txt', content: 'x' })).toBe('overwrite a.txt (1 last written by somebody else)');
  expect(await risk('write_file', { path: 'b.txt', content: 'x' })).toBeUndefined();
  expect(await risk('write_file', { path: '../x', content: 'x' })).toBeUndefined();
  expect(await risk('write_file', {})).toBeUndefined();
  expect(await risk('patch_file', { diff: 'no diff' })).toBeUndefined();
});

it("keep to the role's paths, and name wrong arguments", async () => {
  const { call, open } = opened({ read: ['src/**'], write: ['src/**'] });
  await open('cto').files.write('secret.txt', 'needle');
  await expect(call('read_file', { path: 'secret.txt' })).rejects.toThrow('may not read');
  await expect(call('write_file', { path: 'docs/a.md', content: 'x' })).rejects.toThrow('may not write');
  await expect(call('read_file', { path: '/etc/passwd' })).rejects.toThrow('is refused');
  expect(await call('search_files', { text: 'needle' })).toBe('Nothing found in 0 files.');
  await expect(call('read_file', { file: 'x' })).rejects.toThrow('The arguments are wrong');
});
