import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../kernel';
import { inTransaction, migrate, translated, type Database } from '../../storage';
import { KEPT_CALLS, KEPT_MS, RANKS, type JudgedCall, type NotedCall, type OutcomeLog } from '../outcome-log';

const STEPS = [
  `CREATE TABLE noted_calls (
     call_id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, model TEXT NOT NULL, model_class TEXT NOT NULL, role TEXT, workflow TEXT, run_id TEXT, task_id TEXT, attempt INTEGER,
     experiment TEXT, arm TEXT, signature BLOB NOT NULL, prior REAL NOT NULL, ok INTEGER, judged_by TEXT, judge_rank INTEGER
   ) STRICT;
   CREATE INDEX noted_calls_by_attempt ON noted_calls (run_id, task_id, attempt) WHERE run_id IS NOT NULL;
   CREATE INDEX noted_calls_by_time ON noted_calls (at_ms);`,
];

/** The outcome log in the team's SQLite file; several processes may share it. */
export function openSqliteOutcomeLog(database: Database, clock: Clock, keptCalls = KEPT_CALLS): OutcomeLog {
  migrate(database, 'outcomes', STEPS);
  const insert = database.prepare(
    `INSERT OR IGNORE INTO noted_calls (call_id, at_ms, model, model_class, role, workflow, run_id, task_id, attempt, experiment, arm, signature, prior, ok, judged_by, judge_rank)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  // Row numbers only grow: the newest has the largest.
  const trim = database.prepare('DELETE FROM noted_calls WHERE rowid <= (SELECT MAX(rowid) FROM noted_calls) - ?');
  const forget = database.prepare('DELETE FROM noted_calls WHERE at_ms < ?');
  const judgeOne = database.prepare(`UPDATE noted_calls SET ok = :ok, judged_by = :by, judge_rank = :rank WHERE call_id = :callId AND COALESCE(judge_rank, 0) <= :rank`);
  const judgeAttempt = database.prepare(
    `UPDATE noted_calls SET ok = :ok, judged_by = :by, judge_rank = :rank
     WHERE run_id = :runId AND task_id = :taskId AND attempt = :attempt AND (:exceptRole IS NULL OR role IS NOT :exceptRole) AND COALESCE(judge_rank, 0) <= :rank AND NOT (COALESCE(judge_rank, 0) = 1 AND ok = 0)`,
  );
  return {
    async note(calls) {
      inTransaction(database, () => {
        for (const call of calls) insert.run(...rowOf(call));
        trim.run(keptCalls);
        forget.run(clock.nowMs() - KEPT_MS);
      });
    },

    async judge(which, { ok, by }) {
      const verdict = { ok: ok ? 1 : 0, by, rank: RANKS[by] };
      inTransaction(database, () => ('callId' in which ? judgeOne.run({ ...verdict, ...which }) : judgeAttempt.run({ ...verdict, ...which, exceptRole: which.exceptRole ?? null })));
    },

    async judged({ sinceMs = 0 }) {
      return (await Array.fromAsync(judgedSince(database, sinceMs))).flat();
    },
  };
}

/** Rows read at once: some milliseconds of work. */
const PAGE_ROWS = 2_000;

/** Page by page, with a turn of the event loop between, so that n8n goes on. */
async function* judgedSince(database: Database, sinceMs: number): AsyncGenerator<JudgedCall[]> {
  const select = database.prepare(
    `SELECT rowid AS row, call_id AS callId, at_ms AS atMs, model, model_class AS modelClass, role, workflow, run_id AS runId, task_id AS taskId, attempt, experiment, arm, signature, prior, ok, judged_by AS judgedBy
     FROM noted_calls WHERE (at_ms, rowid) > (?, ?) AND ok IS NOT NULL ORDER BY at_ms, rowid LIMIT ${PAGE_ROWS}`,
  );
  for (let [atMs, row] = [sinceMs, -1]; ; ) {
    const rows = translated(() => select.all(atMs, row)) as unknown as StoredCall[];
    yield rows.map(callOf);
    if (rows.length < PAGE_ROWS) return;
    ({ atMs, row } = rows.at(-1)!);
    await setImmediate();
  }
}

type Column = string | number | Uint8Array | null;

function rowOf({ callId, atMs, model, modelClass, role, workflow, runId, taskId, attempt, experiment, signature, prior, verdict }: NotedCall): Column[] {
  const facts = [role, workflow, runId, taskId, attempt, experiment?.name, experiment?.arm].map((fact) => fact ?? null);
  return [callId, atMs, model, modelClass, ...facts, signature, prior, ...(verdict ? [verdict.ok ? 1 : 0, verdict.by, RANKS[verdict.by]] : [null, null, null])];
}

type StoredCall = Record<'row' | 'atMs' | 'ok', number> & Record<'role' | 'workflow' | 'runId' | 'taskId' | 'attempt' | 'experiment' | 'arm' | 'judgedBy', never> & Omit<NotedCall, 'experiment' | 'verdict'>;

function callOf({ row: _row, experiment, arm, ok, judgedBy, ...call }: StoredCall): JudgedCall {
  const known = Object.fromEntries(Object.entries(call).filter(([, value]) => value !== null)) as unknown as NotedCall;
  return { ...known, ...(experiment !== null && { experiment: { name: experiment, arm } }), verdict: { ok: ok === 1, by: judgedBy } };
}
