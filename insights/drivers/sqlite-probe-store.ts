import { existsSync } from 'node:fs';
import type { Clock } from '../../kernel';
import { inTransaction, migrate, openSqlite, translated, type Database } from '../../storage';
import type { ProbeResult, ProbeStore } from '../probe-store';

const STEPS = ['CREATE TABLE model_probes (digest TEXT PRIMARY KEY, result TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;'];

/** Drivers and hardware change: what a model did a year ago says little. */
const KEPT_MS = 366 * 24 * 60 * 60 * 1_000;

/** Trials of models in the team's SQLite file. */
export function openSqliteProbeStore(database: Database, clock: Clock): ProbeStore {
  migrate(database, 'probes', STEPS);
  return {
    async read(digest) {
      const row = translated(() => database.prepare('SELECT result FROM model_probes WHERE digest = ? AND at_ms > ?').get(digest, clock.nowMs() - KEPT_MS));
      return row && (JSON.parse(String(row.result)) as ProbeResult);
    },

    async save(result) {
      inTransaction(database, () => {
        database.prepare('DELETE FROM model_probes WHERE at_ms <= ?').run(clock.nowMs() - KEPT_MS);
        database.prepare('INSERT OR REPLACE INTO model_probes (digest, result, at_ms) VALUES (?, ?, ?)').run(result.digest, JSON.stringify(result), result.atMs);
      });
    },
  };
}

/**
 * Opens the store of a database file for the time of `work`.
 *
 * @param rule `make`: a database that is not there yet is made; otherwise `work` is not called
 * @returns undefined when there is no database
 */
export async function withSqliteProbeStore<T>(rule: { databaseFile: string; make: boolean; clock: Clock }, work: (store: ProbeStore) => Promise<T>): Promise<T | undefined> {
  if (!rule.make && !existsSync(rule.databaseFile)) return undefined;
  const database = openSqlite(rule.databaseFile);
  try {
    return await work(openSqliteProbeStore(database, rule.clock));
  } finally {
    database.close();
  }
}
