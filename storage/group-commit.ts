import { type Database, inTransaction } from './sqlite';

interface Waiting {
  work(): unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Runs `work` as one atomic write; resolves once it is written. `work` must not wait for anything. */
export type Write = <T>(work: () => T) => Promise<T>;

/**
 * Writes that come within one turn of the event loop share one transaction: many at once cost hardly more than one.
 * Each waits until it is written, in the order they came; where one fails, each of them is done by itself, so that it fails alone.
 * Where the database lets nobody write (locked, closed), all fail at once: each by itself would wait as long again.
 */
export function groupCommit(database: Database): Write {
  const known = writes.get(database) ?? openGroup(database);
  writes.set(database, known);
  return known;
}

/** One per database: what its stores write side by side shares a transaction, too. */
const writes = new WeakMap<Database, Write>();

function openGroup(database: Database): Write {
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const group = waiting;
    waiting = [];
    let mayWrite = false;
    try {
      const results = inTransaction(database, () => {
        mayWrite = true;
        return group.map(({ work }) => work());
      });
      group.forEach(({ resolve }, index) => resolve(results[index]));
    } catch (error) {
      if (group.length === 1 || !mayWrite) for (const { reject } of group) reject(error);
      else for (const one of group) alone(database, one);
    }
  };
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve: resolve as (result: unknown) => void, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
}

function alone(database: Database, { work, resolve, reject }: Waiting): void {
  try {
    resolve(inTransaction(database, work));
  } catch (error) {
    reject(error);
  }
}
