import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTransaction, migrate, openSqlite, StorageError, StorageFullError } from '../../storage';
import { temporaryFolder } from '../support/temporary-folder';

const countOf = (database: ReturnType<typeof openSqlite>) => database.prepare('SELECT COUNT(*) AS count FROM notes').get()!.count;
function notes() {
  const database = openSqlite(':memory:');
  migrate(database, 'notes', ['CREATE TABLE notes (text TEXT NOT NULL) STRICT']);
  return database;
}

it("makes the database's folder, for its owner alone, in WAL mode", () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  const database = openSqlite(join(folder, 'team.sqlite'));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  database.close();
});

it('keeps all of a transaction or nothing', () => {
  const database = notes();
  expect(inTransaction(database, () => database.prepare("INSERT INTO notes VALUES ('a')").run().changes)).toBe(1);
  expect(() =>
    inTransaction(database, () => {
      database.exec("INSERT INTO notes VALUES ('b')");
      throw new RangeError('stop');
    }),
  ).toThrow(RangeError);
  expect(countOf(database)).toBe(1);
  expect(database.isTransaction).toBe(false);
});

it('runs each migration once, and only the new ones later', () => {
  const database = notes();
  const second = "INSERT INTO notes VALUES ('migrated')";
  migrate(database, 'notes', ['CREATE TABLE notes (text TEXT NOT NULL) STRICT', second]);
  migrate(database, 'notes', ['CREATE TABLE notes (text TEXT NOT NULL) STRICT', second]);
  expect(countOf(database)).toBe(1);
});

it('undoes a migration that fails, and says so', () => {
  const database = notes();
  expect(() => migrate(database, 'notes', ['', "INSERT INTO notes VALUES ('x'); NONSENSE"])).toThrow(StorageError);
  expect(countOf(database)).toBe(0);
});

it('refuses tables of a newer package', () => {
  const database = notes();
  expect(() => migrate(database, 'notes', [])).toThrow('version 1; this package knows 0');
});

it('says that the disk is full, and keeps what was there', () => {
  const database = notes();
  database.exec("INSERT INTO notes VALUES ('kept')");
  // SQLite gives the very error of a full disk when a database may grow no further.
  database.exec(`PRAGMA max_page_count = ${Number(database.prepare('PRAGMA page_count').get()!.page_count)}`);
  expect(() => inTransaction(database, () => database.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(100_000)))).toThrow(StorageFullError);
  expect(countOf(database)).toBe(1);
});

it('says when the file is no database', () => {
  const file = join(temporaryFolder(), 'team.sqlite');
  writeFileSync(file, 'this is not a database, but long enough to be looked at as one');
  expect(() => openSqlite(file)).toThrow(StorageError);
});
