export * from './errors';
export type { RunFiles, StoredFile } from './run-files';
