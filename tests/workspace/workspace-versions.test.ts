import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveRefusedError, CommitNotFoundError, RestoreConflictError } from '../../workspace';
import { zipped } from '../../workspace/zip';
import { temporaryFolder } from '../support/temporary-folder';
import { openTestWorkspaces } from './open-workspace';

// Every write is flushed to the disk, which may be a busy one.
jest.setTimeout(30_000);

const LINES = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n';

async function withCommits() {
  const opened = openTestWorkspaces();
  const { files, versions } = opened.open();
  await files.write('a.txt', LINES);
  const first = (await versions.commit('first'))!;
  await files.write('a.txt', LINES.replace('two', 'TWO'));
  await files.write('b.txt', 'b\n');
  const second = (await versions.commit('second'))!;
  return { ...opened, files, versions, first, second };
}

describe('versions of a workspace', () => {
  it('commits with role and message, and nothing when nothing changed', async () => {
    const { versions, first, second, clock } = await withCommits();
    expect(second).toMatchObject({ message: 'second', author: 'backend', files: ['a.txt', 'b.txt'] });
    expect(await versions.commit('again')).toBeUndefined();
    expect(await versions.log()).toEqual([second, first]);
    expect(second.atMs).toBe(Math.floor(clock.nowMs() / 1_000) * 1_000);
    expect(await versions.log(1)).toHaveLength(1);
  });

  it('shows what changed since, in a commit, and between two', async () => {
    const { files, versions, first, second } = await withCommits();
    expect(await versions.diff()).toEqual({ diff: '', files: [] });
    const between = await versions.diff({ from: first.id, to: second.id.slice(0, 8) });
    expect(between.files).toEqual([{ path: 'a.txt', change: 'changed' }, { path: 'b.txt', change: 'added' }]);
    expect(between.diff).toContain('--- a/a.txt\n+++ b/a.txt\n@@ -1,5 +1,5 @@\n one\n-two\n+TWO\n');
    expect(between.diff).toContain('--- /dev/null\n+++ b/b.txt\n');
    await files.delete('b.txt');
    await files.write('c.bin', Buffer.from([0, 1]));
    expect((await versions.diff()).files).toEqual([{ path: 'b.txt', change: 'deleted' }, { path: 'c.bin', change: 'added' }]);
    expect((await versions.diff()).diff).toContain('Binary files /dev/null and b/c.bin differ');
  });

  it('show a long file that is new or gone line by line', async () => {
    const { files, versions, second } = await withCommits();
    const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`);
    await files.write('long.txt', lines.join(''));
    const third = (await versions.commit('third'))!;
    await files.delete('long.txt');
    expect((await versions.diff({ from: second.id, to: third.id })).diff).toContain('+line 4999\n');
    expect((await versions.diff()).diff).toContain('-line 4999\n');
  });

  it("makes diffs that patch takes, odd names and missing last newlines included", async () => {
    const { files, versions, first } = await withCommits();
    await files.write('docs/grüße (1) x.md', 'ohne Ende');
    await files.write('a.txt', LINES.replace('eight\n', 'acht'));
    const { diff } = await versions.diff({ from: first.id });
    const other = openTestWorkspaces().open();
    await other.files.write('a.txt', LINES);
    await other.files.patch(diff);
    for (const { path } of await files.list()) expect((await other.files.read(path)).content).toEqual((await files.read(path)).content);
  });

  it('takes one commit back and keeps what came later, committed or not', async () => {
    const { files, versions, second } = await withCommits();
    await files.write('a.txt', LINES.replace('two', 'TWO').replace('seven', 'SEVEN'));
    await versions.commit('third');
    await files.write('a.txt', LINES.replace('two', 'TWO').replace('seven', 'SEVEN').replace('eight', 'EIGHT'));
    const restored = await versions.restore(second.id.slice(0, 7));
    expect(restored).toMatchObject({ author: 'backend', files: ['a.txt', 'b.txt'] });
    expect(restored!.message).toContain(second.id);
    expect((await files.read('a.txt')).content.toString()).toBe(LINES.replace('seven', 'SEVEN').replace('eight', 'EIGHT'));
    expect((await files.list()).map(({ path }) => path)).toEqual(['a.txt']);
    // What was not committed still is not.
    expect((await versions.diff()).diff).toContain('-eight\n+EIGHT');
  });

  it('refuses to take back what later changes build upon, names the files and changes nothing', async () => {
    const { files, versions, second } = await withCommits();
    await files.write('a.txt', LINES.replace('two', 'zwei'));
    await files.write('b.txt', 'mine now\n');
    await versions.commit('third');
    const attempt = versions.restore(second.id);
    await expect(attempt).rejects.toThrow(RestoreConflictError);
    await expect(attempt).rejects.toMatchObject({ files: ['a.txt', 'b.txt'] });
    expect((await files.read('b.txt')).content.toString()).toBe('mine now\n');
    expect(await versions.log()).toHaveLength(3);
  });

  it('takes no name of a commit that is none', async () => {
    const { versions } = await withCommits();
    for (const name of ['HEAD', '../../x', 'main', '0'.repeat(40), 'refs/heads/main', '--upload-pack=x', '1234']) await expect(versions.restore(name)).rejects.toThrow(CommitNotFoundError);
    await expect(openTestWorkspaces().open().versions.diff()).resolves.toEqual({ diff: '', files: [] });
  });

  it('keeps every commit when several are made at once by different processes', async () => {
    const { stores, folder } = openTestWorkspaces();
    const teams = await Promise.all([0, 1, 2].map(async () => (await import('../../workspace')).openWorkspaces({ stores, clock: openTestWorkspaces().clock })));
    await Promise.all(
      teams.map(async (team, index) => {
        const { files, versions } = team.open('shop', { name: `w${index}` });
        await files.write(`f${index}.txt`, 'x');
        await versions.commit(`c${index}`, [`f${index}.txt`]);
      }),
    );
    const log = await teams[0]!.open('shop', { name: 'x' }).versions.log();
    expect(log.map(({ message }) => message).sort()).toEqual(['c0', 'c1', 'c2']);
    expect(existsSync(join(folder, '.versions', 'shop', 'hooks'))).toBe(false);
  });

  it('writes a repository git itself reads, and never runs a hook', async () => {
    const { folder, files, versions } = await withCommits();
    const repository = join(folder, '.versions', 'shop');
    const canary = join(temporaryFolder(), 'ran');
    mkdirSync(join(repository, 'hooks'), { recursive: true });
    for (const hook of ['pre-commit', 'post-commit', 'reference-transaction']) writeFileSync(join(repository, 'hooks', hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    await files.write('c.txt', 'c');
    await versions.commit('third <x>\nwith more');
    expect(existsSync(canary)).toBe(false);
    expect(execFileSync('git', ['--git-dir', repository, 'log', '--format=%an %s'], { encoding: 'utf8' })).toBe('backend third <x> with more\nbackend second\nbackend first\n');
    execFileSync('git', ['--git-dir', repository, 'fsck', '--strict'], { stdio: 'pipe' });
  });
});

describe('snapshots', () => {
  it('carry all files away and bring them back, of now and of a commit', async () => {
    const { files, versions, first } = await withCommits();
    await files.write('pictures/p.bin', Buffer.from([0, 1, 2, 255]));
    const [now, before] = [await versions.snapshot(), await versions.snapshot(first.id)];
    const other = openTestWorkspaces().open();
    await other.files.write('extra.txt', 'goes');
    const result = await other.versions.unpack(now);
    expect(result.deleted).toEqual(['extra.txt']);
    expect((await other.files.read('pictures/p.bin')).content).toEqual(Buffer.from([0, 1, 2, 255]));
    await other.versions.unpack(before);
    expect((await other.files.list()).map(({ path }) => path)).toEqual(['a.txt']);
    expect((await other.files.read('a.txt')).content.toString()).toBe(LINES);
    expect(await other.versions.unpack(before)).toEqual({ written: [], deleted: [] });
  });

  it('read zips of other programs', async () => {
    // Made by Python's zipfile: a folder entry and a deflated file in it.
    const archive = Buffer.from('UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAACAAAAZC9QSwMEFAAACAgAaKB1XdExcrkHAAAABQAAAAgAAABkL8O8LnR4dMtIzMnJBwBQSwECFAMUAAAAAAAAACEAAAAAAAAAAAAAAAAAAgAAAAAAAAAAABAA/0EAAAAAZC9QSwECFAMUAAAICABooHVd0TFyuQcAAAAFAAAACAAAAAAAAAAAAAAAgAEgAAAAZC/DvC50eHRQSwUGAAAAAAIAAgBmAAAATQAAAAAA', 'base64');
    const { files, versions } = openTestWorkspaces().open();
    await versions.unpack(archive);
    expect((await files.read('d/ü.txt')).content.toString()).toBe('hallo');
  });

  it.each(['../x', '/etc/x', 'a/../../x', 'C:/x', '.git/hooks/post-commit', 'a\\..\\x', '..', 'a/%2e%2e/x'])('refuse the path %j and change nothing', async (path) => {
    const { files, versions } = await withCommits();
    const archive = await zipped([{ path: 'good.txt', content: Buffer.from('x') }, { path, content: Buffer.from('x') }]);
    await expect(versions.unpack(archive)).rejects.toThrow(ArchiveRefusedError);
    expect((await files.list()).map((file) => file.path)).toEqual(['a.txt', 'b.txt']);
  });

  it('refuse links, twins, lies about size, other names inside, encryption and what is no zip', async () => {
    const { versions } = await withCommits();
    const archive = async (...paths: string[]) => await zipped(paths.map((path) => ({ path, content: Buffer.alloc(1_000, 'x') })));
    const changed = async (at: (bytes: Buffer) => void) => {
      const bytes = await archive('a.txt');
      at(bytes);
      return bytes;
    };
    const entry = (bytes: Buffer) => bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const wrong: Array<[string, Buffer]> = [
      ['link', await changed((bytes) => bytes.writeUInt32LE((0o120777 << 16) >>> 0, entry(bytes) + 38))],
      ['twice', await archive('A.txt', 'a.txt')],
      ['unpacks to more', await changed((bytes) => bytes.writeUInt32LE(10, entry(bytes) + 24))],
      ['two names', await changed((bytes) => bytes.write('b', 30))],
      ['encrypted', await changed((bytes) => bytes.writeUInt16LE(1, entry(bytes) + 8))],
      ['no zip', Buffer.from('hello')],
      ['not what its directory says', await changed((bytes) => bytes.writeUInt32LE(1, entry(bytes) + 16))],
    ];
    for (const [why, bytes] of wrong) {
      await expect(versions.unpack(bytes)).rejects.toThrow(ArchiveRefusedError);
      await expect(versions.unpack(bytes)).rejects.toThrow(why);
    }
  });

  it('do not unpack bombs', async () => {
    const { versions } = openTestWorkspaces({ files: 5, fileBytes: 10_000, totalBytes: 20_000 }).open();
    await expect(versions.unpack(await zipped([{ path: 'big', content: Buffer.alloc(50_000_000) }]))).rejects.toThrow('at most 10000');
    await expect(versions.unpack(await zipped(['a', 'b', 'c'].map((path) => ({ path, content: Buffer.alloc(9_000) }))))).rejects.toThrow('at most 20000');
    await expect(versions.unpack(await zipped(Array.from({ length: 30 }, (_, index) => ({ path: `f${index}`, content: Buffer.from('x') }))))).rejects.toThrow('at most 5 files');
  });
});
