import type { Clock } from '../../kernel';
import { type Database, translated } from '../../storage';
import type { RunStatus, TaskStatus } from '../run';
import { emptyTally, type RunTallies, type RunTally, tallyKey } from '../run-tally';
import { prepareRunTables } from './sqlite-tables';

/** Counts the runs of one SQLite file. */
export function openSqliteRunTallies({ database, clock }: { database: Database; clock: Clock }): RunTallies {
  prepareRunTables(database, clock.nowMs());
  return { tally: async ({ sinceMs }) => translated(() => tally(database, sinceMs)) };
}

function tally(database: Database, sinceMs: number): RunTally {
  const counted = emptyTally();
  for (const row of database.prepare('SELECT status, COUNT(*) AS count FROM runs WHERE created_at_ms >= ? GROUP BY status').all(sinceMs)) {
    counted.runs[row.status as RunStatus] += Number(row.count);
  }
  const tasks = database.prepare(
    `SELECT tasks.status, MIN(tasks.attempts, 2) AS attempts, COUNT(*) AS count FROM tasks JOIN runs ON runs.id = tasks.run_id
     WHERE runs.created_at_ms >= ? GROUP BY 1, 2`,
  ).all(sinceMs);
  for (const row of tasks) counted.tasks[tallyKey({ status: row.status as TaskStatus, attempts: Number(row.attempts) })] += Number(row.count);
  return counted;
}
