import type { Clock, JsonValue } from '../../kernel';
import { type Database, groupCommit, translated } from '../../storage';
import { StepNotBegunError } from '../errors';
import type { JournalStore, StepRecord } from '../journal';
import { DEFAULT_TTL_MS } from '../lifetime';
import type { Lease } from '../run';
import { assertHeld } from './sqlite-lease';
import { prepareRunTables } from './sqlite-tables';

export interface SqliteJournalOptions {
  database: Database;
  clock: Clock;
  /** How long a step is kept from its beginning; default 30 days. */
  ttlMs?: number;
}

/** The journal in the file of the run store, so that a step and its lease are one transaction. */
export function openSqliteJournalStore(options: SqliteJournalOptions): JournalStore {
  prepareRunTables(options.database, options.clock.nowMs());
  return {
    find: async (runId, key) => translated(() => find(options.database, runId, key)),
    begin: async (lease, key, inputHash, tries = 1) => await begin(options, lease, { key, inputHash, tries }),
    finish: async (lease, key, output) => await finish(options.database, lease, key, output),
  };
}

function find(database: Database, runId: string, key: string): StepRecord {
  const row = database.prepare('SELECT input_hash, output, tries FROM journal_steps WHERE run_id = ? AND key = ?').get(runId, key);
  if (!row) return { state: 'absent' };
  const inputHash = String(row.input_hash);
  if (row.output === null) return { state: 'open', inputHash, tries: Number(row.tries) };
  return { state: 'finished', inputHash, output: JSON.parse(String(row.output)) as JsonValue };
}

async function begin({ database, clock, ttlMs = DEFAULT_TTL_MS }: SqliteJournalOptions, lease: Lease, { key, inputHash, tries }: { key: string; inputHash: string; tries: number }): Promise<void> {
  await groupCommit(database)(() => {
    assertHeld(database, lease);
    // An open step begins anew with its new input; a finished one is never opened again.
    database.prepare(
      `INSERT INTO journal_steps (run_id, key, input_hash, tries, expires_at_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (run_id, key) DO UPDATE SET input_hash = excluded.input_hash, tries = excluded.tries WHERE output IS NULL`,
    ).run(lease.runId, key, inputHash, tries, clock.nowMs() + ttlMs);
  });
}

async function finish(database: Database, lease: Lease, key: string, output: JsonValue): Promise<void> {
  await groupCommit(database)(() => {
    assertHeld(database, lease);
    const { changes } = database.prepare('UPDATE journal_steps SET output = ? WHERE run_id = ? AND key = ? AND output IS NULL').run(JSON.stringify(output), lease.runId, key);
    if (Number(changes) === 0 && find(database, lease.runId, key).state === 'absent') throw new StepNotBegunError(key);
  });
}
