export { StorageError, StorageFullError } from './errors';
export type { PingResult } from './ping';
export { pingQdrant } from './qdrant';
export { pingRedis, type RedisPing } from './redis';
export type { Database } from './sqlite';
export { inTransaction, migrate, openSqlite, translated } from './sqlite';
