import type { Clock } from '../../kernel';
import { type Database, groupCommit, keptStatements, migrate, translated } from '../../storage';
import { DAY_MS, RECALL_COUNTS, type RecallTallies, dayOf, emptyRecallTally } from '../recall-tallies';

const STEPS = ['CREATE TABLE recall_tallies (day TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, name)) STRICT, WITHOUT ROWID'];
/** As long as the ledger keeps its calls. */
const KEPT_DAYS = 730;

/** Counts recalls in the team's SQLite file: six small rows a day. */
export function openSqliteRecallTallies({ database, clock }: { database: Database; clock: Clock }): RecallTallies {
  migrate(database, 'recall_tallies', STEPS);
  const write = groupCommit(database);
  const prepared = keptStatements(database);
  return {
    async add(counts) {
      const nowMs = clock.nowMs();
      await write(() => {
        for (const name of RECALL_COUNTS) {
          if (counts[name]) prepared('INSERT INTO recall_tallies (day, name, count) VALUES (?, ?, ?) ON CONFLICT (day, name) DO UPDATE SET count = count + excluded.count').run(dayOf(nowMs), name, counts[name]);
        }
        prepared('DELETE FROM recall_tallies WHERE day < ?').run(dayOf(Math.max(0, nowMs - KEPT_DAYS * DAY_MS)));
      });
    },

    async tally({ sinceMs }) {
      const rows = translated(() => prepared('SELECT name, sum(count) AS count FROM recall_tallies WHERE day >= ? GROUP BY name').all(dayOf(sinceMs)));
      return { ...emptyRecallTally(), ...Object.fromEntries(rows.map(({ name, count }) => [String(name), Number(count)])) };
    },
  };
}
