export { DEFAULT_RUN_FILES_LIMITS, type LocalRunFilesLimits, openLocalRunFiles } from './drivers/local-run-files';
export { openSharedFolder, type SharedFolder, type SharedFolderOptions } from './drivers/shared-folder';
export * from './errors';
export type { RunFiles, StoredFile } from './run-files';
export { refusalOf, safePath } from './safe-path';
export { inSharedFolder } from './shared-run-files';
export { removeOldRuns } from './drivers/remove-old-runs';
