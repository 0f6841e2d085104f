import { sha256 } from '../../kernel';
import { FileNotFoundError, FileTooLargeError, PathRefusedError, type RunFiles, RunFilesLimitError } from '../../workspace';

/** What every RunFiles must do. `open` gives an empty store with these limits. */
export function runFilesContract(name: string, open: (limits: { fileBytes: number; filesPerRun: number; bytesPerRun: number }) => RunFiles): void {
  describe(`run files: ${name}`, () => {
    let files: RunFiles;
    beforeEach(() => {
      files = open({ fileBytes: 100, filesPerRun: 3, bytesPerRun: 150 });
    });

    it('gives back what was written, normalised, with size and hash', async () => {
      const stored = await files.write('r1', './src//app.js', 'grüß');
      expect(stored).toEqual({ path: 'src/app.js', bytes: 6, sha256: sha256('grüß') });
      expect((await files.read('r1', 'src/app.js')).toString()).toBe('grüß');
      expect(await files.list('r1')).toEqual([stored]);
    });

    it('replaces a file and lists by path', async () => {
      await files.write('r1', 'b.txt', 'old');
      await files.write('r1', 'a/z.txt', 'z');
      await files.write('r1', 'b.txt', 'new!');
      expect((await files.list('r1')).map(({ path, bytes }) => [path, bytes])).toEqual([['a/z.txt', 1], ['b.txt', 4]]);
    });

    it('keeps runs apart and is empty for an unknown one', async () => {
      await files.write('r1', 'a', '1');
      expect(await files.list('r2')).toEqual([]);
      await expect(files.read('r2', 'a')).rejects.toThrow(FileNotFoundError);
      expect(files.folder('r1')).not.toBe(files.folder('r2'));
    });

    it('says that a file is not there', async () => {
      await files.write('r1', 'a', '1');
      await expect(files.read('r1', 'b')).rejects.toThrow(FileNotFoundError);
      await expect(files.read('r1', 'a/b')).rejects.toThrow(FileNotFoundError);
    });

    it('refuses paths that are no plain file below the run', async () => {
      for (const path of ['../x', '/etc/passwd', 'a/../../x', 'a\0b', '']) {
        await expect(files.write('r1', path, 'x')).rejects.toThrow(PathRefusedError);
        await expect(files.read('r1', path)).rejects.toThrow(PathRefusedError);
      }
      for (const runId of ['..', 'a/b', '', '.writing']) await expect(files.write(runId, 'a', 'x')).rejects.toThrow(PathRefusedError);
    });

    it('refuses a file in the place of a folder and the other way round', async () => {
      await files.write('r1', 'a/b', '1');
      await expect(files.write('r1', 'a', '1')).rejects.toThrow(PathRefusedError);
      await expect(files.write('r1', 'a/b/c', '1')).rejects.toThrow(PathRefusedError);
      await expect(files.read('r1', 'a')).rejects.toThrow(PathRefusedError);
    });

    it('holds its limits, a replaced file counting once', async () => {
      await expect(files.write('r1', 'a', 'x'.repeat(101))).rejects.toThrow(FileTooLargeError);
      await files.write('r1', 'a', 'x'.repeat(100));
      await expect(files.write('r1', 'b', 'x'.repeat(51))).rejects.toThrow(RunFilesLimitError);
      await files.write('r1', 'a', 'x'.repeat(90));
      await files.write('r1', 'b', 'x');
      await files.write('r1', 'c', 'x');
      await expect(files.write('r1', 'd', 'x')).rejects.toThrow(RunFilesLimitError);
      expect(await files.list('r1')).toHaveLength(3);
    });

    it('holds its limits when many write at once', async () => {
      const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((path) => files.write('r1', path, path)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      expect(await files.list('r1')).toHaveLength(3);
    });
  });
}
