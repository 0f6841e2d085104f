import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError, StorageFullError } from '../../storage';
import { FileNotFoundError, FileTooLargeError, openLocalRunFiles, PathRefusedError } from '../../workspace';
import { translated } from '../../workspace/drivers/file-errors';
import { itUnless } from '../support/services';
import { noCorpus, sharedRows } from '../support/shared-data';
import { temporaryFolder } from '../support/temporary-folder';

function opened() {
  const root = temporaryFolder();
  const outside = temporaryFolder();
  writeFileSync(join(outside, 'secret.txt'), 'do not touch');
  const files = openLocalRunFiles(join(root, 'runs'));
  mkdirSync(files.folder('r1'), { recursive: true });
  return { files, outside, run: files.folder('r1'), root };
}

describe('links', () => {
  it('never follows a linked folder', async () => {
    const { files, outside, run } = opened();
    symlinkSync(outside, join(run, 'out'));
    await expect(files.write('r1', 'out/secret.txt', 'x')).rejects.toThrow(PathRefusedError);
    await expect(files.read('r1', 'out/secret.txt')).rejects.toThrow(PathRefusedError);
    expect(await files.list('r1')).toEqual([]);
    expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('do not touch');
  });

  it('never follows a linked file: reading refuses, writing replaces the link', async () => {
    const { files, outside, run } = opened();
    symlinkSync(join(outside, 'secret.txt'), join(run, 'a.txt'));
    await expect(files.read('r1', 'a.txt')).rejects.toThrow(PathRefusedError);
    await files.write('r1', 'a.txt', 'mine');
    expect((await files.read('r1', 'a.txt')).toString()).toBe('mine');
    expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('do not touch');
  });

  it('does not write through a hard link', async () => {
    const { files, outside, run } = opened();
    linkSync(join(outside, 'secret.txt'), join(run, 'a.txt'));
    await files.write('r1', 'a.txt', 'mine');
    expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('do not touch');
  });

  it("refuses a run whose own folder is a link, and a linked folder for what is being written", async () => {
    const { files, outside, root } = opened();
    symlinkSync(outside, join(root, 'runs', 'r2'));
    await expect(files.write('r2', 'a.txt', 'x')).rejects.toThrow(PathRefusedError);
    await expect(files.read('r2', 'secret.txt')).rejects.toThrow(PathRefusedError);
    expect(await files.list('r2')).toEqual([]);
    symlinkSync(outside, join(root, 'runs', '.writing'));
    await expect(files.write('r1', 'a.txt', 'x')).rejects.toThrow(PathRefusedError);
    expect(readdirSync(outside)).toEqual(['secret.txt']);
  });

  it('lets the data folder itself lie behind a link of the user', async () => {
    const { outside } = opened();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(outside, link);
    const files = openLocalRunFiles(link);
    await files.write('r1', 'a.txt', 'x');
    expect((await files.read('r1', 'a.txt')).toString()).toBe('x');
  });
});

it('is not held up by a pipe', async () => {
  const { files, run } = opened();
  execFileSync('mkfifo', [join(run, 'pipe')]);
  await expect(files.read('r1', 'pipe')).rejects.toThrow(PathRefusedError);
  expect(await files.list('r1')).toEqual([]);
});

it('leaves nothing half-written behind, and keeps files to their owner', async () => {
  const { files, run, root } = opened();
  mkdirSync(join(run, 'folder'));
  await expect(files.write('r1', 'folder', 'x')).rejects.toThrow(PathRefusedError);
  await files.write('r1', 'a.txt', 'x');
  expect(readdirSync(join(root, 'runs', '.writing'))).toEqual([]);
  expect(statSync(join(run, 'a.txt')).mode & 0o777).toBe(0o600);
});

it('does not read a huge file somebody else put there', async () => {
  const { files, run } = opened();
  writeFileSync(join(run, 'big'), Buffer.alloc(1_048_577));
  await expect(files.read('r1', 'big')).rejects.toThrow(FileTooLargeError);
  expect((await files.list('r1'))[0]).toMatchObject({ path: 'big', bytes: 1_048_577 });
});

it('says that a file is not there even before the first write', async () => {
  const files = openLocalRunFiles(join(temporaryFolder(), 'never', 'made'));
  await expect(files.read('r1', 'a')).rejects.toThrow(FileNotFoundError);
  expect(await files.list('r1')).toEqual([]);
});

it('says what is wrong with the data folder', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'file'), '');
  await expect(openLocalRunFiles(join(root, 'file')).write('r1', 'a', 'x')).rejects.toThrow(StorageError);
});

it('keeps the order of writes to one file', async () => {
  const { files } = opened();
  await Promise.all(Array.from({ length: 10 }, (_, number) => files.write('r1', 'a.txt', String(number))));
  expect((await files.read('r1', 'a.txt')).toString()).toBe('9');
});

it.each([['ENOSPC', StorageFullError], ['EDQUOT', StorageFullError], ['ENAMETOOLONG', PathRefusedError], ['EACCES', StorageError]])('turns %s into one of our errors', async (code, expected) => {
  const fault = Object.assign(new Error('refused'), { code });
  await expect(translated('a', () => Promise.reject(fault))).rejects.toThrow(expected);
});

it('hands on what is no file error', async () => {
  await expect(translated('a', () => Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError);
});

const DISK = process.env.TEST_SMALL_DISK;
itUnless(DISK ? undefined : 'TEST_SMALL_DISK names no folder on a disk below 1 MiB', 'says that the disk is full and keeps the old file', async () => {
  const files = openLocalRunFiles(join(DISK!, 'runs'));
  await files.write('r1', 'a.txt', 'old');
  await expect(files.write('r1', 'a.txt', 'x'.repeat(1_048_576))).rejects.toThrow(StorageFullError);
  expect((await files.read('r1', 'a.txt')).toString()).toBe('old');
});

const rows = sharedRows<{ payload: string }>('data/paths/traversal.jsonl');
itUnless(noCorpus(rows), 'writes nothing outside its folder, whatever path of the corpus comes', async () => {
  const root = temporaryFolder();
  const files = openLocalRunFiles(join(root, 'a', 'b', 'runs'), { fileBytes: 100, filesPerRun: 100_000, bytesPerRun: 10_000_000 });
  for (const [index, { payload }] of rows!.entries()) await files.write(`r${index}`, payload, 'x').catch((error: unknown) => expect(error).toBeInstanceOf(PathRefusedError));
  expect(readdirSync(root)).toEqual(['a']);
  expect(readdirSync(join(root, 'a'))).toEqual(['b']);
  for (const name of existsSync(join(root, 'a', 'b')) ? readdirSync(join(root, 'a', 'b')) : []) expect(name).toBe('runs');
}, 60_000);
