import type { Clock } from '../../kernel';
import { inTransaction, keptStatements, migrate, translated, type Database, type Write } from '../../storage';
import type { BudgetScope } from '../budgets/budget';
import { usedUpError } from '../budgets/errors';
import { countersOf, plainName, type BudgetWindow } from '../budgets/window';
import { type Ledger, type LedgerEntry, ROUNDING_USD } from '../ledger';

const STEPS = [
  `CREATE TABLE budget_counters (key TEXT PRIMARY KEY, spent_usd REAL NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX budget_counters_by_expiry ON budget_counters (expires_at_ms);
   CREATE TABLE budget_reservations (call_id TEXT NOT NULL, key TEXT NOT NULL, usd REAL NOT NULL, expires_at_ms INTEGER NOT NULL, PRIMARY KEY (call_id, key)) STRICT, WITHOUT ROWID;
   CREATE INDEX budget_reservations_by_key ON budget_reservations (key);
   CREATE INDEX budget_reservations_by_expiry ON budget_reservations (expires_at_ms);`,
  // Expired ones are looked for now and then only; every call would pay for the order.
  'DROP INDEX budget_reservations_by_expiry;',
];

/** A counter of a run or task is made anew from the ledger when it is asked for again. */
const KEPT_MS = 24 * 60 * 60 * 1_000;

/** The column that says whose money a call has spent. */
const SPENT_BY: Record<BudgetScope, string> = { team: "''", run: 'run_id', task: "run_id = substr(:of, 1, instr(:of, '/') - 1) AND run_id || '/' || task_id", workflow: 'workflow', role: 'plain_name(role)', project: 'plain_name(project)' };

/** What a ledger of SQLite needs to keep budgets. Counters are there only for budgets somebody set, each made from the booked calls when it is first asked for. */
export type SqliteBudgets = Pick<Ledger, 'reserve' | 'spentUsd'> & {
  /** Within the transaction that books the call. */
  count(entry: LedgerEntry): void;
  free(callId: string): void;
};

/**
 * @param database with the ledger's tables
 * @param write the ledger's own: what is set aside and what is booked share their transactions
 */
export function openSqliteBudgets(database: Database, clock: Clock, write: Write): SqliteBudgets {
  migrate(database, 'budgets', STEPS);
  database.function('plain_name', { deterministic: true }, (name) => (typeof name === 'string' ? plainName(name) : null));
  const statements = {
    counter: database.prepare('SELECT spent_usd AS usd FROM budget_counters WHERE key = ?'),
    taken: database.prepare('SELECT (SELECT spent_usd FROM budget_counters WHERE key = ?1) AS spentUsd, (SELECT SUM(usd) FROM budget_reservations WHERE key = ?1 AND expires_at_ms > ?2) AS reservedUsd'),
    makeCounter: database.prepare('INSERT INTO budget_counters (key, spent_usd, expires_at_ms) VALUES (?, ?, ?)'),
    forgetCounters: database.prepare('DELETE FROM budget_counters WHERE expires_at_ms <= ?'),
    reserve: database.prepare('INSERT OR IGNORE INTO budget_reservations (call_id, key, usd, expires_at_ms) VALUES (?, ?, ?, ?)'),
    forgetReservations: database.prepare('DELETE FROM budget_reservations WHERE expires_at_ms <= ?'),
    free: database.prepare('DELETE FROM budget_reservations WHERE call_id = ?'),
  };
  const prepared = keptStatements(database);

  const makeCounter = ({ key, scope, of, fromMs, untilMs }: BudgetWindow): number => {
    // A good moment to tidy up: each day and each run has one.
    statements.forgetCounters.run(clock.nowMs());
    statements.forgetReservations.run(clock.nowMs());
    const booked = database.prepare(`SELECT SUM(cost_usd) AS usd FROM model_calls WHERE at_ms >= :fromMs AND at_ms < :untilMs AND ${SPENT_BY[scope]} = :of`);
    const usd = usdOf(booked.get({ of, fromMs, untilMs: untilMs ?? Number.MAX_SAFE_INTEGER }));
    statements.makeCounter.run(key, usd, (untilMs ?? clock.nowMs()) + KEPT_MS);
    return usd;
  };
  const counter = (window: BudgetWindow): number => {
    const row = statements.counter.get(window.key);
    return row ? usdOf(row) : makeCounter(window);
  };
  /** Spent and set aside by others. */
  const takenUsd = (window: BudgetWindow): number => {
    const { spentUsd, reservedUsd } = statements.taken.get(window.key, clock.nowMs())!;
    return (spentUsd === null ? makeCounter(window) : Number(spentUsd)) + Number(reservedUsd ?? 0);
  };

  return {
    async reserve({ callId, estimatedUsd, windows, ttlMs }) {
      await write(() => {
        // What this call has set aside before is replaced, not added to.
        statements.free.run(callId);
        for (const window of windows) {
          const usd = takenUsd(window);
          if (usd + estimatedUsd > window.limitUsd + ROUNDING_USD) throw usedUpError(window, usd);
        }
        for (const { key } of windows) statements.reserve.run(callId, key, estimatedUsd, clock.nowMs() + ttlMs);
      });
    },

    async spentUsd(windows) {
      const known = translated(() => windows.map(({ key }) => statements.counter.get(key)));
      return known.every((row) => row !== undefined) ? known.map(usdOf) : inTransaction(database, () => windows.map(counter));
    },

    count(entry) {
      if (!entry.costUsd) return;
      const keys = countersOf(entry).map(({ key }) => key);
      prepared(`UPDATE budget_counters SET spent_usd = spent_usd + ? WHERE key IN (${keys.map(() => '?').join()})`).run(entry.costUsd, ...keys);
    },

    free: (callId) => void statements.free.run(callId),
  };
}

function usdOf(row: Record<string, unknown> | undefined): number {
  return Number(row?.usd ?? 0);
}
