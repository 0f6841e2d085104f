import type { FileStores } from './file-store';

/** Projects that are touched only while `assertShared` says that every process of the team sees the same ones. */
export function projectsInSharedFolder(stores: FileStores, { assertShared }: { assertShared(): Promise<void> }): FileStores {
  return {
    local: stores.local,
    async folders() {
      await assertShared();
      return await stores.folders();
    },
    async remove(folder) {
      await assertShared();
      await stores.remove(folder);
    },
    open(folder, kind) {
      const store = stores.open(folder, kind);
      const shared = async <T>(work: () => Promise<T>): Promise<T> => {
        await assertShared();
        return await work();
      };
      return {
        get: (path) => shared(() => store.get(path)),
        put: (path, content, options) => shared(() => store.put(path, content, options)),
        list: (below) => shared(() => store.list(below)),
        delete: (path, options) => shared(() => store.delete(path, options)),
      };
    },
  };
}
