import { randomBytes } from 'node:crypto';
import { groupCommit, inTransaction, keptStatements, migrate, translated, type Database } from '../../storage';
import { ANSWER_BOUNDS, type AnswerBounds, type AnswerStore } from '../answer-cache/answer-store';

const STEPS = [
  `CREATE TABLE kept_answers (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, bytes INTEGER NOT NULL, text TEXT NOT NULL, prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cost_usd REAL) STRICT;
   CREATE INDEX kept_answers_by_time ON kept_answers (at_ms);
   CREATE TABLE kept_answers_secret (one INTEGER PRIMARY KEY CHECK (one = 1), secret TEXT NOT NULL) STRICT;`,
];

/** Kept answers in the team's SQLite file. */
export function openSqliteAnswers(database: Database, bounds: AnswerBounds = ANSWER_BOUNDS): AnswerStore {
  migrate(database, 'answers', STEPS);
  inTransaction(database, () => database.prepare('INSERT OR IGNORE INTO kept_answers_secret (one, secret) VALUES (1, ?)').run(randomBytes(32).toString('hex')));
  const write = groupCommit(database);
  const prepared = keptStatements(database);
  return {
    secret: async () => translated(() => String(prepared('SELECT secret FROM kept_answers_secret').get()!.secret)),

    async find(key, sinceMs) {
      const row = translated(() => prepared('SELECT text, at_ms, prompt_tokens, completion_tokens, cost_usd FROM kept_answers WHERE key = ? AND at_ms >= ?').get(key, sinceMs));
      return row && { text: String(row.text), atMs: Number(row.at_ms), usage: { promptTokens: Number(row.prompt_tokens), completionTokens: Number(row.completion_tokens) }, costUsd: row.cost_usd as number | null };
    },

    async keep(key, { text, atMs, usage, costUsd }) {
      await write(() => {
        prepared('INSERT OR REPLACE INTO kept_answers (key, at_ms, bytes, text, prompt_tokens, completion_tokens, cost_usd) VALUES (?, ?, ?, ?, ?, ?, ?)').run(key, atMs, Buffer.byteLength(text), text, usage.promptTokens, usage.completionTokens, costUsd);
        prepared('DELETE FROM kept_answers WHERE at_ms < ?').run(atMs - bounds.keptMs);
        prepared(
          `DELETE FROM kept_answers WHERE key IN (SELECT key FROM (SELECT key, ROW_NUMBER() OVER newest AS place, SUM(bytes) OVER newest AS total
             FROM kept_answers WINDOW newest AS (ORDER BY at_ms DESC, rowid DESC ROWS UNBOUNDED PRECEDING)) WHERE place > ? OR total > ?)`,
        ).run(bounds.entries, bounds.bytes);
      });
    },
  };
}
