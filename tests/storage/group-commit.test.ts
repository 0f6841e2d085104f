import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupCommit, openSqlite, StorageBusyError, StorageError, type Database } from '../../storage';

class Refused extends Error {}

describe('writes that come together', () => {
  let folder: string;
  let database: Database;
  let other: Database;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aios-group-'));
    [database, other] = [openSqlite(join(folder, 'a.sqlite')), openSqlite(join(folder, 'a.sqlite'))];
    database.exec('CREATE TABLE words (word TEXT PRIMARY KEY)');
  });
  afterEach(() => {
    for (const one of [database, other]) if (one.isOpen) one.close();
    rmSync(folder, { recursive: true });
  });

  const add = (word: string) => () => Number(database.prepare('INSERT INTO words VALUES (?)').run(word).changes);
  const seen = (): string[] => other.prepare('SELECT word FROM words ORDER BY rowid').all().map(({ word }) => String(word));

  it('are all there, in their order, once each is told so', async () => {
    const write = groupCommit(database);
    expect(await Promise.all(['c', 'a', 'b'].map((word) => write(add(word))))).toEqual([1, 1, 1]);
    expect(seen()).toEqual(['c', 'a', 'b']);
  });

  it('share a transaction whichever store of the database they come from', async () => {
    await Promise.all([groupCommit(database)(() => database.exec('CREATE TEMP TABLE mine (n)')), groupCommit(database)(() => expect(database.isTransaction).toBe(true))]);
    expect(groupCommit(database)).toBe(groupCommit(database));
    expect(groupCommit(other)).not.toBe(groupCommit(database));
  });

  it('see what those before them wrote', async () => {
    const write = groupCommit(database);
    const count = () => Number(database.prepare('SELECT COUNT(*) AS count FROM words').get()!.count);
    expect(await Promise.all([write(add('a')), write(count), write(add('b')), write(count)])).toEqual([1, 1, 1, 2]);
  });

  it('fail alone, and leave nothing of what failed', async () => {
    const write = groupCommit(database);
    const halfDone = () => {
      add('half')();
      throw new Refused();
    };
    const results = await Promise.allSettled([write(add('a')), write(add('a')), write(halfDone), write(add('b'))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(StorageError);
    expect((results[2] as PromiseRejectedResult).reason).toBeInstanceOf(Refused);
    expect(seen()).toEqual(['a', 'b']);
  });

  it('are refused together where another process does not let them write: each waits for it once', async () => {
    const waitMs = 200;
    database.exec(`PRAGMA busy_timeout = ${waitMs}`);
    other.exec('BEGIN IMMEDIATE');
    const write = groupCommit(database);
    const beganMs = performance.now();
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => write(add(String(index)))));
    expect(performance.now() - beganMs).toBeLessThan(5 * waitMs);
    other.exec('ROLLBACK');
    expect(results.every((result) => result.status === 'rejected' && result.reason instanceof StorageBusyError)).toBe(true);
    expect(seen()).toEqual([]);
  });

  it('are refused, not lost silently, when the database is closed meanwhile', async () => {
    const written = groupCommit(database)(add('a'));
    database.close();
    await expect(written).rejects.toThrow();
  });
});
