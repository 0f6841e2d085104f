import type { RunFiles } from './run-files';

/** Files that are touched only while `assertShared` says that every process of the team sees the same ones. */
export function inSharedFolder(files: RunFiles, { assertShared }: { assertShared(): Promise<void> }): RunFiles {
  return {
    local: files.local,
    async write(runId, path, content) {
      await assertShared();
      return await files.write(runId, path, content);
    },
    async read(runId, path) {
      await assertShared();
      return await files.read(runId, path);
    },
    async list(runId) {
      await assertShared();
      return await files.list(runId);
    },
    folder: (runId) => files.folder(runId),
  };
}
