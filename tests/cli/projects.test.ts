import { existsSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { commands, runAios } from '../../cli';
import { systemClock } from '../../kernel';
import type { Privacy } from '../../privacy';
import { openLocalFileStores, openWorkspaces, type Workspaces } from '../../workspace';
import { recordingTerminal } from '../support/recording-terminal';
import { temporaryFolder } from '../support/temporary-folder';

let data: string;
let workspaces: Workspaces;
beforeEach(() => {
  data = temporaryFolder();
  workspaces = openWorkspaces({ stores: openLocalFileStores(folder(), systemClock), clock: systemClock });
});
const folder = (...parts: string[]) => join(data, '.n8n', 'aios', 'default', 'workspaces', ...parts);

async function call(...argv: string[]) {
  const terminal = recordingTerminal();
  const exitCode = await runAios(['projects', ...argv, '--data', data], commands, { terminal, environment: {}, signal: new AbortController().signal });
  return { exitCode, out: terminal.out.join('\n'), said: terminal.said.join('\n') };
}
const work = (project: string, privacy: Privacy = 'internal') => workspaces.open(project, { name: 'backend', privacy: () => privacy });
async function written(project: string, privacy?: Privacy) {
  const { files, versions } = work(project, privacy);
  await files.write('a.txt', 'plain');
  await versions.commit('first');
}
function aged(project: string, days: number) {
  const seconds = Date.now() / 1_000 - days * 86_400;
  utimesSync(folder(project, 'a.txt'), seconds, seconds);
}

it('lists projects with size, age and whether they are secret', async () => {
  expect(await call('list')).toEqual({ exitCode: 0, out: '', said: 'The team has no projects yet.' });
  await written('shop');
  await written('Old Shop', 'secret');
  const today = new Date().toISOString().slice(0, 10);
  expect((await call('list')).out).toMatch(new RegExp(`^old-shop~[0-9a-f]{10}: 1 file, 1 KB, changed ${today}, secret\nshop: 1 file, 1 KB, changed ${today}$`));
  expect(JSON.parse((await call('list', '--json')).out.split('\n')[1]!)).toEqual({ folder: 'shop', files: 1, bytes: 5, changedAtMs: expect.any(Number), secret: false });
});

it('deletes a project with its history when it is told twice', async () => {
  await written('shop');
  expect(await call('remove', 'shop')).toEqual({ exitCode: 0, out: 'shop would be deleted.', said: 'Nothing was deleted. Add --yes to do it.' });
  expect(await work('shop').versions.log()).toHaveLength(1);
  expect(await call('remove', 'shop', '--yes')).toMatchObject({ exitCode: 0, out: 'shop was deleted.' });
  expect([await work('shop').files.list(), await work('shop').versions.log()]).toEqual([[], []]);
  expect(await call('remove', 'shop', '--yes')).toMatchObject({ exitCode: 1, out: 'There is no project "shop".' });
});

it('deletes what nobody has changed for so long, of one kind of name', async () => {
  for (const project of ['product-7', 'product-8', 'shop']) await written(project);
  for (const project of ['product-7', 'shop']) aged(project, 31);
  expect((await call('remove', '--unchanged-for', '30', '--prefix', 'product-')).out).toBe('product-7 would be deleted.');
  expect((await call('remove', '--unchanged-for', '30', '--prefix', 'product-', '--yes', '--json')).out).toBe('{"project":"product-7","removed":true}');
  expect((await call('list')).out).toMatch(/^product-8: .*\nshop: /);
  expect(await call('remove', '--unchanged-for', '60')).toEqual({ exitCode: 0, out: '', said: 'There is nothing to delete.' });
});

it('is told names or an age, not both, and no way out of the folder', async () => {
  for (const argv of [['remove'], ['remove', 'shop', '--unchanged-for', '30'], ['remove', 'shop', '--prefix', 's'], ['remove', '--unchanged-for', '0'], ['declassify'], ['remove', '..', '--yes']]) expect((await call(...argv)).exitCode).toBeGreaterThan(0);
});

it("takes a project's secret mark away when it is told twice, at once for all who work, and the next secret work makes it anew", async () => {
  await written('shop', 'secret');
  await expect(work('shop').files.read('a.txt')).rejects.toMatchObject({ code: 'SECRET_PROJECT' });
  expect(await call('declassify', 'shop')).toMatchObject({ exitCode: 0, said: 'shop is secret. Add --yes to take the mark away.' });
  await expect(work('shop').files.read('a.txt')).rejects.toMatchObject({ code: 'SECRET_PROJECT' });
  expect(await call('declassify', 'shop', '--yes')).toMatchObject({ exitCode: 0, said: 'shop is not secret any more.' });
  expect((await work('shop').files.read('a.txt')).content.toString()).toBe('plain');
  expect(await workspaces.privacyOf('shop')).toBeUndefined();
  expect(await call('declassify', 'shop', '--yes')).toMatchObject({ exitCode: 1, said: 'shop is no secret project.' });
  await work('shop', 'secret').files.write('b.txt', 'under the mat');
  await expect(work('shop').files.read('a.txt')).rejects.toMatchObject({ code: 'SECRET_PROJECT' });
});

it('deletes what a crash left of a project that was being deleted', async () => {
  await written('shop');
  renameSync(folder('shop'), folder('.gone-shop'));
  renameSync(folder('.versions', 'shop'), folder('.versions', '.gone-shop'));
  await call('remove', 'shop', '--yes');
  expect([existsSync(folder('.gone-shop')), existsSync(folder('.versions', '.gone-shop'))]).toEqual([false, false]);
});
