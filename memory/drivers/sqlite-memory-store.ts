import type { Clock } from '../../kernel';
import { type Database, groupCommit, keptStatements, migrate, translated } from '../../storage';
import { MEMORY_KINDS } from '../memory-item';
import type { MemoryFilter, MemoryHit, MemoryQuery, MemoryStore, NewMemory } from '../memory-store';
import { fuseRanks } from '../rank-fusion';
import { searchTerms, searchableWords } from '../search-terms';
import { COLUMNS, FROM, type Row, STEPS, conditionOf, itemOf, kindNumber, ofScope, privacyNumber } from './sqlite-memory-tables';
import { SqliteVectors } from './sqlite-vectors';

/** Places each list gives to the fusion. */
const LIST_LENGTH = 50;
const MAX_NEAR_DUPLICATES = 20;

/** What the team remembers, in its SQLite file: words in FTS5, vectors by {@link SqliteVectors}. */
export function openSqliteMemory({ database, clock }: { database: Database; clock: Clock }): MemoryStore {
  migrate(database, 'memory', STEPS);
  const write = groupCommit(database);
  const prepared = keptStatements(database);
  const vectors = new SqliteVectors(prepared);

  const rowsOf = (filter: MemoryFilter, rest: string, ...more: Array<string | number>): Row[] => {
    const { sql, values } = conditionOf(filter, clock.nowMs());
    return translated(() => database.prepare(`SELECT ${COLUMNS} FROM ${FROM} WHERE ${sql} ${rest}`).all(...values, ...more)) as Row[];
  };

  const remove = (condition: { sql: string; values: Array<string | number> }): number => {
    const rows = database.prepare(`SELECT m.row FROM memories m WHERE ${condition.sql}`).all(...condition.values) as Row[];
    for (const { row } of rows) removeRow(Number(row));
    if (rows.length > 0) prepared('UPDATE memory_removals SET times = times + 1').run();
    return rows.length;
  };

  const removeRow = (row: number): void => {
    prepared('DELETE FROM memory_words WHERE rowid = ?').run(row);
    prepared('DELETE FROM memories WHERE row = ?').run(row);
  };

  const insert = ({ item, vector, bands }: NewMemory): void => {
    remove({ sql: 'm.id = ?', values: [item.id] });
    prepared('INSERT OR IGNORE INTO memory_scopes (level, of) VALUES (?, ?)').run(item.scope.level, ofScope(item.scope));
    const scope = Number(prepared('SELECT id FROM memory_scopes WHERE level = ? AND of = ?').get(item.scope.level, ofScope(item.scope))!.id);
    const { user = null, runId = null, project = null, role = null, source = null } = item.provenance;
    const { lastInsertRowid } = prepared(
      'INSERT INTO memories (id, kind, scope, privacy, created_at_ms, expires_at_ms, passed, failed, user, run, project, role, source, provenance, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(item.id, kindNumber(item.kind), scope, privacyNumber(item.privacy), item.createdAtMs, item.expiresAtMs, item.outcomes.passed, item.outcomes.failed, user, runId, project, role, source, JSON.stringify(item.provenance), item.text);
    const row = Number(lastInsertRowid);
    prepared('INSERT INTO memory_words (rowid, words) VALUES (?, ?)').run(row, searchableWords(item.text).join(' '));
    for (const band of new Set(bands)) prepared('INSERT INTO memory_bands (band, row) VALUES (?, ?)').run(band, row);
    if (vector) vectors.write(row, vector);
  };

  const byWords = ({ text, filter }: MemoryQuery): Row[] => {
    const terms = searchTerms(text);
    if (terms.length === 0) return [];
    const { sql, values } = conditionOf(filter, clock.nowMs());
    const match = terms.map((term) => `"${term}"`).join(' OR ');
    return database
      .prepare(`SELECT ${COLUMNS} FROM memory_words w CROSS JOIN memories m ON m.row = w.rowid JOIN memory_scopes s ON s.id = m.scope WHERE memory_words MATCH ? AND ${sql} ORDER BY bm25(memory_words) LIMIT ${LIST_LENGTH}`)
      .all(match, ...values) as Row[];
  };

  const byMeaning = ({ vector, filter, limit }: MemoryQuery): Array<{ row: number; similarity: number }> => {
    if (!vector) return [];
    return vectors.nearest(vector, Math.max(limit, LIST_LENGTH), filter, needsTables(filter) ? new Set(rowsOf(filter, '').map(({ row }) => Number(row))) : undefined);
  };

  return {
    put: async (memories) => await write(() => memories.forEach(insert)),

    async search(query) {
      return translated(() => {
        const near = byMeaning(query);
        const found = new Map(byWords(query).map((row) => [Number(row.row), row]));
        const lexical = new Set(found.keys());
        const missing = near.map(({ row }) => row).filter((row) => !found.has(row));
        for (const row of rowsOf(query.filter, 'AND m.row IN (SELECT value FROM json_each(?))', JSON.stringify(missing))) found.set(Number(row.row), row);
        const similarities = new Map(near.map(({ row, similarity }) => [row, similarity]));
        const nearRows = near.map(({ row }) => row).filter((row) => found.has(row)).slice(0, Math.max(query.limit, LIST_LENGTH));
        const lists = query.vector ? [nearRows, [...lexical]] : [[...lexical]];
        return fuseRanks(lists).slice(0, query.limit).map(({ entry, score }): MemoryHit => ({ item: itemOf(found.get(entry)!), score, similarity: similarities.get(entry) ?? null, lexical: lexical.has(entry) }));
      });
    },

    async list(filter, limit, after) {
      const start = after === undefined ? undefined : translated(() => prepared('SELECT created_at_ms, id FROM memories WHERE id = ?').get(after));
      const order = 'ORDER BY m.created_at_ms DESC, m.id DESC LIMIT ?';
      const rows = start ? rowsOf(filter, `AND (m.created_at_ms, m.id) < (?, ?) ${order}`, Number(start.created_at_ms), String(start.id), limit) : rowsOf(filter, order, limit);
      return rows.map(itemOf);
    },

    async nearDuplicates({ kind, scope }, bands) {
      const sharing = 'AND m.row IN (SELECT row FROM memory_bands WHERE band IN (SELECT value FROM json_each(?))) ORDER BY m.created_at_ms DESC LIMIT ?';
      return rowsOf({ kinds: [kind], scopes: [scope] }, sharing, JSON.stringify(bands), MAX_NEAR_DUPLICATES).map(itemOf);
    },

    async count(filter) {
      const { sql, values } = conditionOf(filter, clock.nowMs());
      return Number(translated(() => database.prepare(`SELECT count(*) AS items FROM memories m WHERE ${sql}`).get(...values))!.items);
    },

    remove: async (filter) => await write(() => remove(conditionOf(filter, clock.nowMs()))),

    removeExpired: async () => await write(() => remove({ sql: 'm.expires_at_ms <= ?', values: [clock.nowMs()] })),

    async noteOutcome(ids, outcome) {
      await write(() => prepared(`UPDATE memories SET ${outcome} = ${outcome} + 1 WHERE id IN (SELECT value FROM json_each(?))`).run(JSON.stringify(ids)));
    },

    async sizes() {
      return translated(() => {
        const kinds = prepared('SELECT kind, count(*) AS items, sum(length(CAST(text AS BLOB))) AS bytes FROM memories GROUP BY kind').all() as Row[];
        const models = prepared('SELECT name, dimension, (SELECT count(*) FROM memory_codes c WHERE c.model = memory_models.id) AS items FROM memory_models ORDER BY name').all() as Row[];
        const itemsOf = (number: number) => Number(kinds.find(({ kind }) => kind === number)?.items ?? 0);
        return {
          items: kinds.reduce((sum, { items }) => sum + Number(items), 0),
          bytes: kinds.reduce((sum, { bytes }) => sum + Number(bytes), 0),
          byKind: Object.fromEntries(MEMORY_KINDS.map((kind, number) => [kind, itemsOf(number)])) as Record<(typeof MEMORY_KINDS)[number], number>,
          byModel: models.map(({ name, dimension, items }) => ({ model: String(name), dimension: Number(dimension), items: Number(items) })),
        };
      });
    },
  };
}

/** Beyond kind, label and scope only the tables can tell. */
function needsTables({ ids, user, runId, project, role, source, createdBeforeMs, createdAfterMs }: MemoryFilter): boolean {
  return [ids, user, runId, project, role, source, createdBeforeMs, createdAfterMs].some((condition) => condition !== undefined);
}
