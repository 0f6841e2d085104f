import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../kernel';
import { groupCommit, inTransaction, keptStatements, migrate, translated, type Database } from '../../storage';
import { breakDown, type CountedCall } from '../break-down';
import { BudgetExceededError } from '../errors';
import { type Ledger, type LedgerEntry, ROUNDING_USD, type UsageTotals } from '../ledger';

const STEPS = [
  `CREATE TABLE model_calls (
     call_id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL, local INTEGER NOT NULL, privacy TEXT NOT NULL,
     role TEXT, run_id TEXT, task_id TEXT, attempt INTEGER,
     prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cost_usd REAL, saved_usd REAL, duration_ms INTEGER NOT NULL, outcome TEXT NOT NULL
   ) STRICT;
   CREATE INDEX model_calls_by_run ON model_calls (run_id, task_id);
   CREATE INDEX model_calls_by_time ON model_calls (at_ms);
   CREATE TABLE model_call_reservations (call_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, estimated_usd REAL NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT;
   CREATE INDEX model_call_reservations_by_run ON model_call_reservations (run_id);`,
];

/** Two years of calls: enough for a yearly comparison, and the file does not grow for ever. */
const KEPT_MS = 2 * 366 * 24 * 60 * 60 * 1_000;

/** The ledger in the team's SQLite file; several processes may share it. */
export function openSqliteLedger(database: Database, clock: Clock): Ledger {
  migrate(database, 'ledger', STEPS);
  inTransaction(database, () => database.prepare('DELETE FROM model_calls WHERE at_ms < ?').run(clock.nowMs() - KEPT_MS));
  const write = groupCommit(database);
  const prepared = keptStatements(database);
  return {
    async reserve({ callId, runId, estimatedUsd, budgetUsd, ttlMs }) {
      await write(() => {
        // What this call has set aside before is replaced, not added to.
        prepared('DELETE FROM model_call_reservations WHERE expires_at_ms <= ? OR call_id = ?').run(clock.nowMs(), callId);
        const takenUsd = sum(prepared, 'SELECT SUM(cost_usd) AS usd FROM model_calls WHERE run_id = ?', runId) + sum(prepared, 'SELECT SUM(estimated_usd) AS usd FROM model_call_reservations WHERE run_id = ?', runId);
        if (takenUsd + estimatedUsd > budgetUsd + ROUNDING_USD) throw new BudgetExceededError(takenUsd, budgetUsd);
        prepared('INSERT INTO model_call_reservations (call_id, run_id, estimated_usd, expires_at_ms) VALUES (?, ?, ?, ?)').run(callId, runId, estimatedUsd, clock.nowMs() + ttlMs);
      });
    },

    async settle(entry) {
      await write(() => {
        insert(prepared, entry);
        prepared('DELETE FROM model_call_reservations WHERE call_id = ?').run(entry.callId);
      });
    },

    async totals({ runId, taskId, sinceMs }) {
      // Only what is asked for stands in the condition, or no index could be used.
      const conditions = ['at_ms >= :sinceMs', ...(runId === undefined ? [] : ['run_id = :runId']), ...(taskId === undefined ? [] : ['task_id = :taskId'])];
      const row = translated(() => prepared(
        `SELECT COALESCE(SUM(local), 0) AS localCalls, COUNT(*) - COALESCE(SUM(local), 0) AS cloudCalls, COALESCE(SUM(prompt_tokens), 0) AS promptTokens,
           COALESCE(SUM(completion_tokens), 0) AS completionTokens, COALESCE(SUM(cost_usd), 0.0) AS costUsd, COALESCE(SUM(saved_usd), 0.0) AS savedUsd, COUNT(*) - COUNT(cost_usd) AS unpricedCalls
         FROM model_calls WHERE ${conditions.join(' AND ')}`,
      ).get({ ...(runId === undefined ? {} : { runId }), ...(taskId === undefined ? {} : { taskId }), sinceMs: sinceMs ?? 0 }));
      return { ...row } as unknown as UsageTotals;
    },

    breakdown: async ({ sinceMs }) => await breakDown(callsSince(database, sinceMs)),
  };
}

/** Rows read at once: some milliseconds of work. */
const PAGE_ROWS = 2_000;

/** Page by page, with a turn of the event loop between: a year of calls must not stop n8n while it is added up. */
async function* callsSince(database: Database, sinceMs: number): AsyncGenerator<CountedCall[]> {
  const select = database.prepare(
    `SELECT rowid AS row, at_ms AS atMs, model, local, role, prompt_tokens AS promptTokens, completion_tokens AS completionTokens, cost_usd AS costUsd, saved_usd AS savedUsd, duration_ms AS durationMs, outcome
     FROM model_calls WHERE (at_ms, rowid) > (?, ?) ORDER BY at_ms, rowid LIMIT ${PAGE_ROWS}`,
  );
  for (let [atMs, row] = [sinceMs, -1]; ; ) {
    const rows = translated(() => select.all(atMs, row));
    yield rows.map((values) => ({ ...values, local: values.local === 1, role: values.role ?? undefined }) as unknown as CountedCall);
    if (rows.length < PAGE_ROWS) return;
    [atMs, row] = [Number(rows.at(-1)!.atMs), Number(rows.at(-1)!.row)];
    await setImmediate();
  }
}

type Prepared = ReturnType<typeof keptStatements>;

// A call is booked once: a second settlement of the same call is the same news.
function insert(prepared: Prepared, entry: LedgerEntry): void {
  prepared(
    `INSERT OR IGNORE INTO model_calls (call_id, at_ms, model, provider, local, privacy, role, run_id, task_id, attempt, prompt_tokens, completion_tokens, cost_usd, saved_usd, duration_ms, outcome)
     VALUES (:callId, :atMs, :model, :provider, :local, :privacy, :role, :runId, :taskId, :attempt, :promptTokens, :completionTokens, :costUsd, :savedUsd, :durationMs, :outcome)`,
  ).run({ ...entry, local: entry.local ? 1 : 0, role: entry.role ?? null, runId: entry.runId ?? null, taskId: entry.taskId ?? null, attempt: entry.attempt ?? null, savedUsd: entry.savedUsd ?? null, durationMs: Math.round(entry.durationMs) });
}

function sum(prepared: Prepared, sql: string, runId: string): number {
  return Number(prepared(sql).get(runId)?.usd ?? 0);
}
