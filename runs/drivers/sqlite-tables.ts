import { type Database, inTransaction, migrate } from '../../storage';

/** Most rows of a kind that one cleanup removes, so that opening a large old store stays quick. */
const CLEANUP_BATCH = 500;

// Each fact stands once: the plan holds the task's text, `tasks` only where it stands, `attempts` what one try brought.
const STEPS = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    goal TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    limits TEXT NOT NULL,
    plan TEXT,
    report TEXT,
    error TEXT,
    idempotency_key TEXT UNIQUE,
    lease_owner TEXT,
    lease_fence INTEGER NOT NULL DEFAULT 0,
    lease_until_ms INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_age ON runs (created_at_ms);
  CREATE INDEX runs_by_expiry ON runs (expires_at_ms);

  CREATE TABLE tasks (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    resumes INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (run_id, id)
  ) STRICT;

  CREATE TABLE attempts (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    result TEXT,
    verdict TEXT,
    PRIMARY KEY (run_id, task_id, attempt)
  ) STRICT;

  CREATE TABLE journal_steps (
    run_id TEXT NOT NULL,
    key TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    output TEXT,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (run_id, key)
  ) STRICT;
  CREATE INDEX journal_steps_by_expiry ON journal_steps (expires_at_ms);

  CREATE TABLE run_events (
    run_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    type TEXT NOT NULL,
    task_id TEXT,
    facts TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (run_id, sequence)
  ) STRICT;
  CREATE INDEX run_events_by_expiry ON run_events (expires_at_ms);
  `,
  // Who carries a run, who was refused it, how often it was started again; what a person has paused.
  `
  ALTER TABLE runs ADD COLUMN workflow_id TEXT;
  ALTER TABLE runs ADD COLUMN project TEXT;
  ALTER TABLE runs ADD COLUMN lease_refused TEXT;
  ALTER TABLE runs ADD COLUMN rescue TEXT;
  CREATE INDEX runs_by_status ON runs (status, created_at_ms);
  ALTER TABLE journal_steps ADD COLUMN tries INTEGER NOT NULL DEFAULT 1;

  CREATE TABLE team_turns (
    name TEXT PRIMARY KEY,
    until_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE pauses (
    scope TEXT PRIMARY KEY,
    since_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT;
  `,
  'ALTER TABLE runs ADD COLUMN submitted_by TEXT',
  'ALTER TABLE tasks ADD COLUMN faults INTEGER NOT NULL DEFAULT 0',
];

/** Makes the tables ready for use and removes what has outlived its time. */
export function prepareRunTables(database: Database, nowMs: number): void {
  migrate(database, 'runs', STEPS);
  removeExpired(database, nowMs);
}

/**
 * Removes runs, steps and events whose lifetime is over, at most `limit` of each. A run somebody holds stays until the lease ends.
 *
 * @returns how many rows of all kinds were removed
 */
export function removeExpired(database: Database, nowMs: number, limit = CLEANUP_BATCH): number {
  const removals: Array<[sql: string, ...values: number[]]> = [
    ['DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE expires_at_ms <= ? AND lease_until_ms <= ? LIMIT ?)', nowMs, nowMs, limit],
    ['DELETE FROM journal_steps WHERE rowid IN (SELECT rowid FROM journal_steps WHERE expires_at_ms <= ? LIMIT ?)', nowMs, limit],
    ['DELETE FROM run_events WHERE rowid IN (SELECT rowid FROM run_events WHERE expires_at_ms <= ? LIMIT ?)', nowMs, limit],
  ];
  return inTransaction(database, () => removals.reduce((total, [sql, ...values]) => total + Number(database.prepare(sql).run(...values).changes), 0));
}
