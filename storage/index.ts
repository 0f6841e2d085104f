export { StorageError, StorageFullError } from './errors';
export type { Database } from './sqlite';
export { inTransaction, migrate, openSqlite } from './sqlite';
