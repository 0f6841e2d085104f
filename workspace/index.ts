export { DEFAULT_RUN_FILES_LIMITS, type LocalRunFilesLimits, openLocalRunFiles } from './drivers/local-run-files';
export * from './errors';
export type { RunFiles, StoredFile } from './run-files';
export { refusalOf, safePath } from './safe-path';
export { removeOldRuns } from './drivers/remove-old-runs';
