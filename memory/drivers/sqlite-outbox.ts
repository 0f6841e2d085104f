import type { Clock } from '../../kernel';
import { type Database, groupCommit, keptStatements, migrate, translated } from '../../storage';
import { OutboxFullError } from '../errors';
import type { NewMemory } from '../memory-store';
import type { NotedOutcome, Outbox } from '../outbox';

/** About 50 MB with vectors of 768 numbers. */
const MOST_WAITING = 10_000;

const STEPS = ['CREATE TABLE memory_outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, memory TEXT NOT NULL, vector BLOB, claimed_until_ms INTEGER NOT NULL DEFAULT 0) STRICT;'];

type Row = Record<string, unknown>;

/** Waiting memories in the team's SQLite file, secret ones too: it is on this machine. */
export function openSqliteOutbox({ database, clock }: { database: Database; clock: Clock }): Outbox {
  migrate(database, 'memory outbox', STEPS);
  // What has been sent, and may be forgotten there, is overwritten here.
  database.exec('PRAGMA secure_delete = ON');
  const write = groupCommit(database);
  const prepared = keptStatements(database);
  const count = (): number => Number(translated(() => prepared('SELECT count(*) AS waiting FROM memory_outbox').get())!.waiting);

  return {
    async add(waiting) {
      await write(() => {
        if (count() + waiting.length > MOST_WAITING) throw new OutboxFullError(count(), MOST_WAITING);
        for (const entry of waiting) {
          const { vector, ...rest } = 'item' in entry ? entry : { ...entry, vector: undefined };
          const bytes = vector ? new Uint8Array(vector.values.buffer, vector.values.byteOffset, vector.values.byteLength) : null;
          prepared('INSERT INTO memory_outbox (memory, vector) VALUES (?, ?)').run(JSON.stringify({ ...rest, model: vector?.model }), bytes);
        }
      });
    },

    async claim(limit, leaseMs) {
      // A lease longer than any was taken before the clock was set back.
      const nowMs = clock.nowMs();
      return await write(() => {
        const rows = prepared('SELECT number, memory, vector FROM memory_outbox WHERE claimed_until_ms <= ? OR claimed_until_ms > ? ORDER BY number LIMIT ?').all(nowMs, nowMs + leaseMs, limit) as Row[];
        for (const { number } of rows) prepared('UPDATE memory_outbox SET claimed_until_ms = ? WHERE number = ?').run(nowMs + leaseMs, Number(number));
        return rows.map((row) => ({ number: Number(row.number), waiting: entryOf(row) }));
      });
    },

    async drop(numbers) {
      await write(() => numbers.forEach((number) => prepared('DELETE FROM memory_outbox WHERE number = ?').run(number)));
    },

    async release(numbers) {
      await write(() => numbers.forEach((number) => prepared('UPDATE memory_outbox SET claimed_until_ms = 0 WHERE number = ?').run(number)));
    },

    count: async () => await Promise.resolve(count()),
  };
}

function entryOf({ memory, vector }: Row): NewMemory | NotedOutcome {
  const { model, ...rest } = JSON.parse(String(memory)) as (NewMemory | NotedOutcome) & { model?: string };
  return { ...rest, ...(model !== undefined && { vector: { model, values: new Float32Array((vector as Uint8Array).slice().buffer) } }) };
}
