import type { Clock } from '../../kernel';
import { inTransaction, migrate, type Database } from '../../storage';
import type { Cap } from '../caps/cap-rules';
import { FORGOTTEN_MS, MINUTE_MS, waitMs, type CappedCall, type CapStore, type RecentCall } from '../caps/cap-store';

const STEPS = [
  `CREATE TABLE capped_calls (
     slot_id TEXT NOT NULL, key TEXT NOT NULL, begun_at_ms INTEGER NOT NULL, tokens INTEGER NOT NULL, held_until_ms INTEGER NOT NULL, PRIMARY KEY (slot_id, key)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX capped_calls_by_key ON capped_calls (key, begun_at_ms);
   CREATE TABLE capped_waiters (slot_id TEXT PRIMARY KEY, key TEXT NOT NULL, since_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
];

/** Caps of all processes on the team's SQLite file. */
export function openSqliteCapStore(database: Database, clock: Clock): CapStore {
  migrate(database, 'caps', STEPS);
  const statements = {
    forget: database.prepare(`DELETE FROM capped_calls WHERE key = :key AND begun_at_ms <= :nowMs - ${MINUTE_MS} AND held_until_ms <= :nowMs`),
    held: database.prepare('SELECT COUNT(*) AS calls FROM capped_calls WHERE key = ? AND held_until_ms > ?'),
    forgetWaiters: database.prepare(`DELETE FROM capped_waiters WHERE seen_ms <= ? - ${FORGOTTEN_MS}`),
    before: database.prepare('SELECT COUNT(*) AS calls FROM capped_waiters WHERE key = ? AND slot_id <> ? AND since_ms < ?'),
    wait: database.prepare('INSERT OR REPLACE INTO capped_waiters (slot_id, key, since_ms, seen_ms) VALUES (?, ?, ?, ?)'),
    waitNoMore: database.prepare('DELETE FROM capped_waiters WHERE slot_id = ?'),
    sums: database.prepare('SELECT COUNT(*) AS calls, COALESCE(SUM(tokens), 0) AS tokens FROM capped_calls WHERE key = ? AND begun_at_ms > ?'),
    recent: database.prepare('SELECT begun_at_ms AS begunAtMs, tokens FROM capped_calls WHERE key = ? AND begun_at_ms > ? ORDER BY begun_at_ms'),
    begin: database.prepare('INSERT INTO capped_calls (slot_id, key, begun_at_ms, tokens, held_until_ms) VALUES (?, ?, ?, ?, ?)'),
    renew: database.prepare('UPDATE capped_calls SET held_until_ms = ? WHERE slot_id = ? AND held_until_ms > 0'),
    end: database.prepare('UPDATE capped_calls SET held_until_ms = 0, tokens = COALESCE(?, tokens) WHERE slot_id = ?'),
  };

  /** @returns ms until there may be room; 0 when a call must end first; `undefined` when there is room */
  const retryInMs = (cap: Cap, { slotId, tokens, sinceMs }: CappedCall, nowMs: number): number | undefined => {
    statements.forget.run({ key: cap.key, nowMs });
    if (cap.concurrency !== undefined) {
      statements.forgetWaiters.run(nowMs);
      if (Number(statements.held.get(cap.key, nowMs)!.calls) + Number(statements.before.get(cap.key, slotId, sinceMs)!.calls) >= cap.concurrency) return 0;
    }
    const sums = statements.sums.get(cap.key, nowMs - MINUTE_MS) as unknown as { calls: number; tokens: number };
    const isFree = sums.calls < (cap.requestsPerMinute ?? Infinity) && (sums.tokens === 0 || sums.tokens + tokens <= (cap.tokensPerMinute ?? Infinity));
    return isFree ? undefined : waitMs(statements.recent.all(cap.key, nowMs - MINUTE_MS) as unknown as RecentCall[], cap, tokens, nowMs);
  };

  return {
    async begin(call) {
      const { slotId, caps, tokens, leaseMs } = call;
      return inTransaction(database, () => {
        const nowMs = clock.nowMs();
        for (const cap of caps) {
          const waitingMs = retryInMs(cap, call, nowMs);
          if (waitingMs === undefined) continue;
          if (waitingMs === 0 && call.waits) statements.wait.run(slotId, cap.key, call.sinceMs, nowMs);
          return { begun: false, full: cap, retryInMs: waitingMs };
        }
        statements.waitNoMore.run(slotId);
        for (const { key } of caps) statements.begin.run(slotId, key, nowMs, tokens, nowMs + leaseMs);
        return { begun: true };
      });
    },

    async renew({ slotId, leaseMs }) {
      inTransaction(database, () => statements.renew.run(clock.nowMs() + leaseMs, slotId));
    },

    async end({ slotId }, tokens) {
      inTransaction(database, () => statements.end.run(tokens ?? null, slotId));
    },
  };
}
