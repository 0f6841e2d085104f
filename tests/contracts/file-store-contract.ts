import { FileConflictError, FileNotFoundError, type FileStore, type FileStores } from '../../workspace';

/** What every place for projects must do. `open` gives an empty one. */
export function fileStoreContract(name: string, open: () => Promise<FileStores> | FileStores): void {
  describe(`file store: ${name}`, () => {
    let stores: FileStores;
    let files: FileStore;
    beforeEach(async () => {
      stores = await open();
      files = stores.open('shop', 'files');
    });
    const text = async (path: string) => (await files.get(path)).content.toString();

    it('gives back bytes with size, version and who wrote them', async () => {
      const facts = await files.put('src/a.bin', Buffer.from([0, 255, 10]), { author: 'backend' });
      expect(facts).toMatchObject({ path: 'src/a.bin', bytes: 3, author: 'backend' });
      expect(await files.get('src/a.bin')).toEqual({ ...facts, changedAtMs: expect.any(Number), content: Buffer.from([0, 255, 10]) });
      expect(await files.list()).toEqual([{ ...facts, changedAtMs: expect.any(Number) }]);
    });

    it('takes empty files and names of all the world', async () => {
      await files.put('leer', Buffer.alloc(0));
      await files.put('docs/grüße (1) 日本.md', Buffer.from('x'));
      expect((await files.list()).map(({ path, bytes }) => [path, bytes])).toEqual([['docs/grüße (1) 日本.md', 1], ['leer', 0]]);
      expect(await text('docs/grüße (1) 日本.md')).toBe('x');
    });

    it('has another version for another content, and the author of the last', async () => {
      const first = await files.put('a', Buffer.from('1'), { author: 'ada' });
      const second = await files.put('a', Buffer.from('2'), { author: 'bob' });
      expect(second.version).not.toBe(first.version);
      expect(await files.get('a')).toMatchObject({ version: second.version, author: 'bob' });
    });

    it('writes on the expected version alone, and says which one stands and whose it is', async () => {
      const first = await files.put('a', Buffer.from('1'), { author: 'ada', expected: null });
      await files.put('a', Buffer.from('2'), { author: 'bob', expected: first.version });
      const late = files.put('a', Buffer.from('3'), { author: 'eve', expected: first.version });
      await expect(late).rejects.toThrow(FileConflictError);
      await expect(late).rejects.toThrow(/written by bob/);
      await expect(files.put('a', Buffer.from('3'), { expected: null })).rejects.toThrow(FileConflictError);
      await expect(files.put('b', Buffer.from('3'), { expected: first.version })).rejects.toThrow(FileConflictError);
      await expect(files.delete('a', { expected: first.version })).rejects.toThrow(FileConflictError);
      expect(await text('a')).toBe('2');
    });

    it('lets one of many win who write on the same version', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => files.put('a', Buffer.from(`${index}`), { author: `w${index}`, expected: null })));
      const winners = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
      expect(winners).toHaveLength(1);
      expect(await text('a')).toBe(`${winners[0]}`);
    });

    it('lists what lies below a folder, sorted, and nothing beside it', async () => {
      for (const path of ['src/b', 'src/a/x', 'srcs/c', 'z']) await files.put(path, Buffer.from('x'));
      expect((await files.list('src')).map(({ path }) => path)).toEqual(['src/a/x', 'src/b']);
      expect((await files.list()).map(({ path }) => path)).toEqual(['src/a/x', 'src/b', 'srcs/c', 'z']);
      expect(await files.list('none')).toEqual([]);
    });

    it('deletes, and a folder without files is gone', async () => {
      await files.put('a/b/c', Buffer.from('x'), { author: 'ada' });
      await files.delete('a/b/c');
      await expect(files.get('a/b/c')).rejects.toThrow(FileNotFoundError);
      await expect(files.delete('a/b/c')).rejects.toThrow(FileNotFoundError);
      await files.put('a', Buffer.from('now a file'));
      expect(await files.list()).toMatchObject([{ path: 'a' }]);
    });

    it('keeps projects and their history apart', async () => {
      await files.put('a', Buffer.from('files'));
      await stores.open('shop', 'versions').put('a', Buffer.from('versions'));
      expect(await stores.open('other', 'files').list()).toEqual([]);
      expect(await text('a')).toBe('files');
      expect(await files.list()).toHaveLength(1);
    });

    it('knows its projects, and deletes one with its history and no other', async () => {
      await files.put('src/a', Buffer.from('1'), { author: 'ada' });
      await stores.open('shop', 'versions').put('objects/1', Buffer.from('1'));
      await stores.open('shop-2', 'files').put('a', Buffer.from('2'));
      await stores.open('blog', 'versions').put('HEAD', Buffer.from('3'));
      expect(await stores.folders()).toEqual(['blog', 'shop', 'shop-2']);
      await stores.remove('shop');
      expect(await stores.folders()).toEqual(['blog', 'shop-2']);
      expect([await files.list(), await stores.open('shop', 'versions').list()]).toEqual([[], []]);
      // Who wrote it is forgotten with it.
      expect(await files.put('src/a', Buffer.from('1'))).not.toHaveProperty('author');
      expect(await files.get('src/a')).not.toHaveProperty('author');
    });
  });
}
