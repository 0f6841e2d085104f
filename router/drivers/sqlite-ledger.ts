import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../kernel';
import { groupCommit, inTransaction, keptStatements, migrate, translated, type Database } from '../../storage';
import { breakDown, type CountedCall } from '../break-down';
import type { Ledger, LedgerEntry, UsageTotals } from '../ledger';
import { openSqliteBudgets } from './sqlite-budgets';

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
  `ALTER TABLE model_calls ADD COLUMN workflow TEXT;
   ALTER TABLE model_calls ADD COLUMN workflow_name TEXT;
   ALTER TABLE model_calls ADD COLUMN project TEXT;
   DROP TABLE model_call_reservations;`,
  `ALTER TABLE model_calls ADD COLUMN experiment TEXT;
   ALTER TABLE model_calls ADD COLUMN arm TEXT;`,
];

/** Two years of calls: enough for a yearly comparison, and the file does not grow for ever. */
const KEPT_MS = 2 * 366 * 24 * 60 * 60 * 1_000;

/** The ledger in the team's SQLite file; several processes may share it. */
export function openSqliteLedger(database: Database, clock: Clock): Ledger {
  migrate(database, 'ledger', STEPS);
  inTransaction(database, () => database.prepare('DELETE FROM model_calls WHERE at_ms < ?').run(clock.nowMs() - KEPT_MS));
  const write = groupCommit(database);
  const prepared = keptStatements(database);
  const budgets = openSqliteBudgets(database, clock, write);
  return {
    reserve: budgets.reserve,
    spentUsd: budgets.spentUsd,

    async settle(entry) {
      await write(() => {
        if (insert(prepared, entry)) budgets.count(entry);
        budgets.free(entry.callId);
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
    `SELECT rowid AS row, at_ms AS atMs, model, local, role, workflow, workflow_name AS workflowName, experiment, arm, prompt_tokens AS promptTokens, completion_tokens AS completionTokens, cost_usd AS costUsd, saved_usd AS savedUsd, duration_ms AS durationMs, outcome
     FROM model_calls WHERE (at_ms, rowid) > (?, ?) ORDER BY at_ms, rowid LIMIT ${PAGE_ROWS}`,
  );
  for (let [atMs, row] = [sinceMs, -1]; ; ) {
    const rows = translated(() => select.all(atMs, row));
    yield rows.map((values) => ({ ...values, local: values.local === 1, role: values.role ?? undefined, workflow: values.workflow ?? undefined, workflowName: values.workflowName ?? undefined, experiment: values.experiment === null ? undefined : { name: values.experiment, arm: values.arm } }) as unknown as CountedCall);
    if (rows.length < PAGE_ROWS) return;
    [atMs, row] = [Number(rows.at(-1)!.atMs), Number(rows.at(-1)!.row)];
    await setImmediate();
  }
}

/** @returns false when the call was booked before: a second settlement of the same call is the same news */
function insert(prepared: ReturnType<typeof keptStatements>, entry: LedgerEntry): boolean {
  // By place, not by name: names would be looked up one by one for every call.
  const { changes } = prepared(
    `INSERT OR IGNORE INTO model_calls (call_id, at_ms, model, provider, local, privacy, role, workflow, workflow_name, project, experiment, arm, run_id, task_id, attempt, prompt_tokens, completion_tokens, cost_usd, saved_usd, duration_ms, outcome)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    entry.callId, entry.atMs, entry.model, entry.provider, entry.local ? 1 : 0, entry.privacy,
    entry.role ?? null, entry.workflow ?? null, entry.workflowName ?? null, entry.project ?? null, entry.experiment?.name ?? null, entry.experiment?.arm ?? null,
    entry.runId ?? null, entry.taskId ?? null, entry.attempt ?? null,
    entry.promptTokens, entry.completionTokens, entry.costUsd, entry.savedUsd ?? null, Math.round(entry.durationMs), entry.outcome,
  );
  return Number(changes) > 0;
}
