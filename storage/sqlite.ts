import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StorageBusyError, StorageError, StorageFullError } from './errors';

export type Database = DatabaseSync;

/** Time a writer waits for another process's write before SQLite gives up. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens (and creates) a database file as several processes may share it: WAL, waiting writers.
 *
 * @param file absolute path; its folder is created with mode 0700
 */
export function openSqlite(file: string): Database {
  return translated(() => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
    return withKeptStatements(database);
  });
}

/** Preparing costs more than most statements do. Texts are few; beyond this many are made anew. */
const KEPT_STATEMENTS = 500;

function withKeptStatements(database: Database): Database {
  const prepare = database.prepare.bind(database);
  const kept = new Map<string, StatementSync>();
  database.prepare = (sql, options) => {
    const known = options === undefined ? kept.get(sql) : undefined;
    if (known) return known;
    const made = prepare(sql, options);
    if (options === undefined && kept.size < KEPT_STATEMENTS) kept.set(sql, made);
    return made;
  };
  return database;
}

/** Whether there is a database to open; `openSqlite` would make one. */
export function hasSqlite(file: string): boolean {
  return existsSync(file);
}

/** Runs `work` as one atomic write. Takes the write lock at once, so two processes never deadlock on an upgrade. */
export function inTransaction<T>(database: Database, work: () => T): T {
  const { begin, commit } = transactionOf(database);
  return translated(() => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}

const transactions = new WeakMap<Database, { begin: StatementSync; commit: StatementSync }>();

/** Prepared once: a booked call is two transactions, and reading these two texts each time took a tenth of both. */
function transactionOf(database: Database): { begin: StatementSync; commit: StatementSync } {
  const known = transactions.get(database) ?? { begin: database.prepare('BEGIN IMMEDIATE'), commit: database.prepare('COMMIT') };
  transactions.set(database, known);
  return known;
}

const WAL_WAIT_MS = 100;

/**
 * Brings what was written into the file itself and empties the log beside it, in which deleted texts would stand until it is written over.
 * Left for later when another process is reading just now.
 */
export function emptyWal(database: Database): void {
  translated(() => database.exec(`PRAGMA busy_timeout = ${WAL_WAIT_MS}; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};`));
}

/** Prepares each statement once: preparing costs more than most statements do. For a fixed set of texts; they are kept for as long as the function is. */
export function keptStatements(database: Database): (sql: string) => StatementSync {
  const kept = new Map<string, StatementSync>();
  return (sql) => {
    const known = kept.get(sql) ?? database.prepare(sql);
    kept.set(sql, known);
    return known;
  };
}

/**
 * Brings one component's tables up to date; each component owns its own numbered steps.
 *
 * @param component for instance `runs`
 * @param steps SQL scripts in order; a released step is never changed, only followed by another
 */
export function migrate(database: Database, component: string, steps: readonly string[]): void {
  inTransaction(database, () => {
    database.exec('CREATE TABLE IF NOT EXISTS schema_versions (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT');
    const row = database.prepare('SELECT version FROM schema_versions WHERE component = ?').get(component);
    const current = Number(row?.version ?? 0);
    if (current > steps.length) throw new StorageError(`The ${component} tables are at version ${current}; this package knows ${steps.length}.`, { hint: 'The data was written by a newer n8n-nodes-aios. Update the package here as well.' });
    for (const step of steps.slice(current)) database.exec(step);
    database.prepare('INSERT INTO schema_versions (component, version) VALUES (?, ?) ON CONFLICT (component) DO UPDATE SET version = excluded.version').run(component, steps.length);
  });
}

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

/** Turns SQLite's and the file system's errors into ours by their numbers. Writes go through inTransaction, which does it for them. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { errcode, code } = error as { errcode?: number; code?: string };
    if (errcode === SQLITE_FULL || code === 'ENOSPC') throw new StorageFullError(error);
    // The low byte is the kind, the rest says where: 517 is a busy snapshot.
    if (typeof errcode === 'number' && (errcode & 0xff) === SQLITE_BUSY) throw new StorageBusyError(BUSY_TIMEOUT_MS, error);
    if (typeof errcode === 'number') throw new StorageError(`The team's database refused: ${(error as Error).message}.`, { hint: 'Check that the data folder is on a local, writable disk.', cause: error });
    throw error;
  }
}
