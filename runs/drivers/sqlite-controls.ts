import type { Clock } from '../../kernel';
import { type Database, inTransaction, translated } from '../../storage';
import { type ControlScope, type ControlStore, PAUSE_TTL_MS, type Standing, scopeKey, scopeOf, scopesOf, standingOf, stopped } from '../controls';
import { DEFAULT_TTL_MS } from '../lifetime';
import type { Lease } from '../run';
import { refusedOf, reopening } from '../run-record';
import { changeRun } from './sqlite-run-rows';
import { prepareRunTables } from './sqlite-tables';

/** Pauses and stops in the file of the run store. */
export function openSqliteControls({ database, clock }: { database: Database; clock: Clock }): ControlStore {
  prepareRunTables(database, clock.nowMs());
  return {
    pause: async (scope) => inTransaction(database, () => pause(database, scope, clock.nowMs())),
    resume: async (scope) => inTransaction(database, () => Number(database.prepare('DELETE FROM pauses WHERE scope = ? AND expires_at_ms > ?').run(scopeKey(scope), clock.nowMs()).changes) > 0),
    pauses: async () =>
      translated(() => {
        const rows = database.prepare('SELECT scope, since_ms FROM pauses WHERE expires_at_ms > ? ORDER BY since_ms, scope').all(clock.nowMs());
        return rows.map((row) => ({ scope: scopeOf(String(row.scope)), sinceMs: Number(row.since_ms) }));
      }),
    standing: async (lease, role) => translated(() => standing(database, lease, role, clock.nowMs())),
    reopen: async (runId) => await changeRun(database, runId, (before) => ({ record: reopening(before), answer: undefined })),
    stop: async (runId, why) => await changeRun(database, runId, (before) => stopped(before, why, clock.nowMs())),
  };
}

function pause(database: Database, scope: ControlScope, nowMs: number): void {
  database.prepare('DELETE FROM pauses WHERE expires_at_ms <= ?').run(nowMs);
  const ttlMs = scope.kind === 'run' ? DEFAULT_TTL_MS : PAUSE_TTL_MS;
  database.prepare('INSERT INTO pauses (scope, since_ms, expires_at_ms) VALUES (?, ?, ?) ON CONFLICT (scope) DO NOTHING').run(scopeKey(scope), nowMs, nowMs + ttlMs);
}

function standing(database: Database, lease: Lease, role: string | undefined, nowMs: number): Standing {
  const row = database.prepare('SELECT project, lease_owner AS owner, lease_fence AS fence, lease_refused AS refused FROM runs WHERE id = ?').get(lease.runId);
  if (!row) return { kind: 'lost' };
  const scopes = scopesOf(lease.runId, { project: (row.project as string | null) ?? undefined, role });
  const places = scopes.map(() => '?').join(', ');
  const paused = database.prepare(`SELECT scope FROM pauses WHERE scope IN (${places}) AND expires_at_ms > ?`).all(...scopes.map(scopeKey), nowMs);
  const held = { owner: row.owner as string | undefined, fence: Number(row.fence), refused: refusedOf(row.refused as string | null) };
  return standingOf(lease, held, scopes, new Set(paused.map(({ scope }) => String(scope))));
}
