import type { Clock } from '../../kernel';
import { type Database, inTransaction, translated } from '../../storage';
import { MAX_LEASE_MS } from '../moments';
import { canGoOn, isDead, rescuing } from '../rescue';
import type { RescueStore } from '../rescue-store';
import type { Run } from '../run';
import { assertListLimit } from '../run-state';
import { changeRun, readRecord } from './sqlite-run-rows';
import { prepareRunTables } from './sqlite-tables';

/** The sweeper's view on the runs of one SQLite file. */
export function openSqliteRescueStore({ database, clock }: { database: Database; clock: Clock }): RescueStore {
  prepareRunTables(database, clock.nowMs());
  const settle = async (runId: string, isDue: typeof isDead) =>
    await changeRun(database, runId, (before) => {
      const { record, outcome } = rescuing(before, { nowMs: clock.nowMs(), steps: finishedSteps(database, runId) }, isDue);
      return { record, answer: outcome };
    });
  return {
    takeTurn: async (turnMs) => takeTurn(database, clock.nowMs(), turnMs),
    findDead: async (limit, mayStart = () => true) => translated(() => findDead(database, clock.nowMs(), limit, mayStart)),
    findWaiting: async (limit, after) => translated(() => findWaiting(database, limit, after)),
    rescue: async (runId) => await settle(runId, isDead),
    goOn: async (runId) => await settle(runId, canGoOn),
  };
}

/** A turn that ends later than one taken now is of a clock that was set back since. */
function takeTurn(database: Database, nowMs: number, turnMs: number): boolean {
  return inTransaction(database, () => {
    const { changes } = database.prepare(
      `INSERT INTO team_turns (name, until_ms) VALUES ('sweep', ?)
       ON CONFLICT (name) DO UPDATE SET until_ms = excluded.until_ms WHERE until_ms <= ? OR until_ms > excluded.until_ms`,
    ).run(nowMs + turnMs, nowMs);
    return Number(changes) > 0;
  });
}

function findDead(database: Database, nowMs: number, limit: number, mayStart: (run: Run) => boolean): string[] {
  assertListLimit(limit);
  const rows = database.prepare("SELECT id FROM runs WHERE status IN ('queued', 'running', 'stopped', 'waiting') AND (lease_until_ms <= ? OR lease_until_ms > ?) ORDER BY created_at_ms, id").iterate(nowMs, nowMs + MAX_LEASE_MS);
  const dead: string[] = [];
  for (const row of rows) {
    const id = String(row.id);
    const record = readRecord(database, id);
    if (isDead(record, nowMs) && mayStart(record.run)) dead.push(id);
    if (dead.length === limit) break;
  }
  return dead;
}

function findWaiting(database: Database, limit: number, after: Pick<Run, 'id' | 'createdAtMs'> = { id: '', createdAtMs: 0 }): Run[] {
  assertListLimit(limit);
  const rows = database.prepare("SELECT id FROM runs WHERE status = 'waiting' AND (created_at_ms, id) > (?, ?) ORDER BY created_at_ms, id").iterate(after.createdAtMs, after.id);
  const waiting: Run[] = [];
  for (const row of rows) {
    const { run } = readRecord(database, String(row.id));
    if (run.error === undefined) waiting.push(run);
    if (waiting.length === limit) break;
  }
  return waiting;
}

function finishedSteps(database: Database, runId: string): number {
  return Number(database.prepare('SELECT COUNT(*) AS steps FROM journal_steps WHERE run_id = ? AND output IS NOT NULL').get(runId)!.steps);
}
