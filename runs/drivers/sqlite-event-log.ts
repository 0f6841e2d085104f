import type { Clock } from '../../kernel';
import { type Database, groupCommit, translated } from '../../storage';
import { type EventLog, type RunEvent, type RunEventType, assertEventLimit } from '../events';
import { DEFAULT_TTL_MS } from '../lifetime';
import type { Lease } from '../run';
import { ofRun } from '../run-state';
import { assertHeld } from './sqlite-lease';
import { prepareRunTables } from './sqlite-tables';

export interface SqliteEventLogOptions {
  database: Database;
  clock: Clock;
  /** How long an event is kept; default 30 days. */
  ttlMs?: number;
}

export function openSqliteEventLog(options: SqliteEventLogOptions): EventLog {
  prepareRunTables(options.database, options.clock.nowMs());
  return {
    append: async (event, lease) => await append(options, event, lease && ofRun(lease, event)),
    after: async (runId, after, limit) => translated(() => eventsAfter(options.database, runId, after, limit)),
  };
}

async function append({ database, clock, ttlMs = DEFAULT_TTL_MS }: SqliteEventLogOptions, event: Omit<RunEvent, 'sequence' | 'atMs'>, lease: Lease | undefined): Promise<void> {
  const nowMs = clock.nowMs();
  await groupCommit(database)(() => {
    if (lease) assertHeld(database, lease);
    database.prepare(
      `INSERT INTO run_events (run_id, sequence, at_ms, type, task_id, facts, expires_at_ms)
       SELECT ?, COALESCE(MAX(sequence), 0) + 1, ?, ?, ?, ?, ? FROM run_events WHERE run_id = ?`,
    ).run(event.runId, nowMs, event.type, event.taskId ?? null, JSON.stringify(event.facts), nowMs + ttlMs, event.runId);
  });
}

function eventsAfter(database: Database, runId: string, after: number, limit: number): RunEvent[] {
  assertEventLimit(limit);
  const rows = database.prepare('SELECT * FROM run_events WHERE run_id = ? AND sequence > ? ORDER BY sequence LIMIT ?').all(runId, after, limit);
  return rows.map((row) => ({
    sequence: Number(row.sequence),
    runId,
    atMs: Number(row.at_ms),
    type: row.type as RunEventType,
    ...(row.task_id === null ? {} : { taskId: String(row.task_id) }),
    facts: JSON.parse(String(row.facts)) as RunEvent['facts'],
  }));
}
