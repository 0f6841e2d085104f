import type { Clock } from '../../../kernel';
import { type Database, emptyWal, groupCommit, keptStatements, migrate, translated } from '../../../storage';
import { MAX_SESSION_MESSAGES, type SessionMessage, type SessionStore } from '../session-store';

const STEPS = [
  `CREATE TABLE sessions (id TEXT PRIMARY KEY, user TEXT, summary TEXT NOT NULL, first_number INTEGER NOT NULL, next_number INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT;
   CREATE INDEX sessions_by_user ON sessions (user) WHERE user IS NOT NULL;
   CREATE INDEX sessions_by_end ON sessions (expires_at_ms);
   CREATE TABLE session_messages (session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, number INTEGER NOT NULL, message TEXT NOT NULL, PRIMARY KEY (session, number)) STRICT, WITHOUT ROWID;`,
  // Several may talk in one session; each can be erased.
  `CREATE TABLE session_users (user TEXT NOT NULL, session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, PRIMARY KEY (user, session)) STRICT, WITHOUT ROWID;
   CREATE INDEX session_users_by_session ON session_users (session);
   INSERT INTO session_users (user, session) SELECT user, id FROM sessions WHERE user IS NOT NULL;
   DROP INDEX sessions_by_user;
   ALTER TABLE sessions DROP COLUMN user;`,
];

/** Conversations in the team's SQLite file. */
export function openSqliteSessions({ database, clock }: { database: Database; clock: Clock }): SessionStore {
  migrate(database, 'sessions', STEPS);
  // What is erased is overwritten, not only given free.
  database.exec('PRAGMA secure_delete = ON');
  const write = groupCommit(database);
  const prepared = keptStatements(database);

  const removeExpired = () => prepared('DELETE FROM sessions WHERE expires_at_ms <= ?').run(clock.nowMs());
  const dropBelow = (sessionId: string, number: number) => {
    prepared('DELETE FROM session_messages WHERE session = ? AND number < ?').run(sessionId, number);
    prepared('UPDATE sessions SET first_number = ? WHERE id = ?').run(number, sessionId);
  };

  return {
    async append(sessionId, messages, { user, keptMs }) {
      await write(() => {
        removeExpired();
        prepared(
          `INSERT INTO sessions (id, summary, first_number, next_number, expires_at_ms) VALUES (?, '', 0, 0, ?)
           ON CONFLICT (id) DO UPDATE SET expires_at_ms = excluded.expires_at_ms`,
        ).run(sessionId, clock.nowMs() + keptMs);
        if (user !== undefined) prepared('INSERT OR IGNORE INTO session_users (user, session) VALUES (?, ?)').run(user, sessionId);
        const { first_number: first, next_number: next } = prepared('SELECT first_number, next_number FROM sessions WHERE id = ?').get(sessionId) as { first_number: number; next_number: number };
        for (const [index, message] of messages.entries()) prepared('INSERT INTO session_messages (session, number, message) VALUES (?, ?, ?)').run(sessionId, next + index, JSON.stringify(message));
        const end = next + messages.length;
        prepared('UPDATE sessions SET next_number = ? WHERE id = ?').run(end, sessionId);
        if (end - first > MAX_SESSION_MESSAGES) dropBelow(sessionId, end - MAX_SESSION_MESSAGES);
      });
    },

    async read(sessionId) {
      return translated(() => {
        const row = prepared('SELECT summary, first_number FROM sessions WHERE id = ? AND expires_at_ms > ?').get(sessionId, clock.nowMs());
        if (!row) return { summary: '', firstNumber: 0, messages: [] };
        const messages = prepared('SELECT message FROM session_messages WHERE session = ? ORDER BY number').all(sessionId);
        return { summary: String(row.summary), firstNumber: Number(row.first_number), messages: messages.map(({ message }) => JSON.parse(String(message)) as SessionMessage) };
      });
    },

    async compact(sessionId, { firstNumber, count, summary }) {
      return await write(() => {
        const { changes } = prepared('UPDATE sessions SET summary = ? WHERE id = ? AND first_number = ?').run(summary, sessionId, firstNumber);
        if (Number(changes) > 0) dropBelow(sessionId, firstNumber + count);
        return Number(changes) > 0;
      });
    },

    async clear(sessionId) {
      await write(() => prepared('DELETE FROM sessions WHERE id = ?').run(sessionId));
    },

    countOfUser: async (user) => Number(translated(() => prepared('SELECT count(*) AS sessions FROM session_users JOIN sessions ON id = session WHERE user = ? AND expires_at_ms > ?').get(user, clock.nowMs()))!.sessions),

    async removeOfUser(user) {
      const gone = await write(() => (removeExpired(), Number(prepared('DELETE FROM sessions WHERE id IN (SELECT session FROM session_users WHERE user = ?)').run(user).changes)));
      emptyWal(database);
      return gone;
    },
  };
}
