import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { closeIdleTeams, openTeam, type TeamHost } from '../../team';
import { startS3Server, type S3Server } from '../support/s3-server';
import { temporaryFolder } from '../support/temporary-folder';

let server: S3Server;
beforeAll(async () => void (server = await startS3Server()));
afterAll(async () => {
  await closeIdleTeams();
  await server.close();
});

const logged: string[] = [];
const hostAt = (userFolder: string): TeamHost => ({ userFolder, environment: {}, log: (...line) => void logged.push(JSON.stringify(line)) });
const credential = (teamName: string) => ({ teamName, s3Endpoint: server.endpoint, s3Bucket: 'team', s3AccessKey: 'ada', s3SecretKey: 'lovelace-1843' });

it('two processes without a common disk work on one project: files, conflicts, history, snapshots', async () => {
  const [here, there] = await Promise.all([openTeam(credential('crew'), hostAt(temporaryFolder())), openTeam(credential('crew'), hostAt(temporaryFolder()))]);
  const ada = here.team.workspaces.open('Shop', { name: 'ada' });
  const bob = there.team.workspaces.open('Shop', { name: 'bob' });

  const first = await ada.files.write('src/app.js', 'let a = 1;\n');
  const commit = await ada.versions.commit('start');
  expect(await bob.files.read('src/app.js')).toMatchObject({ version: first.version, author: 'ada' });
  await bob.files.write('src/app.js', 'let a = 2;\n', first.version);
  await expect(ada.files.write('src/app.js', 'let a = 3;\n', first.version)).rejects.toThrow(/written by bob/);
  await bob.versions.commit('two');

  expect((await ada.versions.log()).map(({ message, author }) => [message, author])).toEqual([['two', 'bob'], ['start', 'ada']]);
  expect((await ada.versions.diff({ from: commit!.id })).diff).toContain('+let a = 2;');
  const zip = await ada.versions.snapshot();
  await bob.files.delete('src/app.js');
  await ada.versions.unpack(zip);
  expect((await bob.files.read('src/app.js')).content.toString()).toBe('let a = 2;\n');
  here.release();
  there.release();
}, 30_000);

it('lets one process read the files of a run the other has written', async () => {
  const [here, there] = await Promise.all([openTeam(credential('crew'), hostAt(temporaryFolder())), openTeam(credential('crew'), hostAt(temporaryFolder()))]);
  const written = await here.team.files.write('run-1', 'report.md', '# Tides');
  expect(await there.team.files.list('run-1')).toEqual([written]);
  expect((await there.team.files.read('run-1', 'report.md')).toString()).toBe('# Tides');
  here.release();
  there.release();
});

it('keeps teams apart, writes nothing of a project to the disk, and no key into the log', async () => {
  const userFolder = temporaryFolder();
  const { team, release } = await openTeam(credential('other'), hostAt(userFolder));
  const files = team.workspaces.open('Shop', { name: 'eve' }).files;
  expect(await files.list()).toEqual([]);
  await files.write('a.txt', 'x');
  expect([...server.objects.keys()].filter((key) => key.startsWith('other/'))).toHaveLength(1);
  expect(existsSync(join(userFolder, '.n8n', 'aios', 'other', 'workspaces'))).toBe(false);
  expect(logged.join('\n')).not.toMatch(/lovelace-1843/);
  release();
});
