import { type Clock, nextTurn } from '../../kernel';
import { type Database, emptyWal, groupCommit, keptStatements, migrate, translated } from '../../storage';
import { MEMORY_KINDS, type MemoryKind, longerLife } from '../memory-item';
import type { MemoryFilter, MemoryHit, MemoryQuery, MemorySizes, MemoryStore, NewMemory } from '../memory-store';
import { LIST_LENGTH, type Ranked, fuse, heldShareOf } from '../rank-fusion';
import { searchableWords } from '../search-terms';
import { soughtText } from '../sought-text';
import { pauseAfterMs } from '../unreadable';
import { COLUMNS, type Condition, FROM, type Row, STEPS, type Value, conditionOf, itemOf, kindNumber, ofScope, privacyNumber, provenanceOf, scopeOf } from './sqlite-memory-tables';
import { SqliteVectors } from './sqlite-vectors';
import { SqliteWords } from './sqlite-words';

const MAX_NEAR_DUPLICATES = 20;
const EXPIRED_PER_CALL = 5_000;
const REMOVED_AT_ONCE = 50;
/** Beyond this (a few hundred MB of words) the rest is left to later ones. */
const MAX_CLEAN_UP_STEPS = 2_000;
const MAX_SCOPES_TOLD = 100;

/** What the team remembers, in its SQLite file: words in FTS5, vectors by {@link SqliteVectors}. */
export function openSqliteMemory({ database, clock }: { database: Database; clock: Clock }): MemoryStore {
  migrate(database, 'memory', STEPS);
  // What is forgotten is overwritten, not only given free.
  database.exec('PRAGMA secure_delete = ON');
  const write = groupCommit(database);
  const prepared = keptStatements(database);
  const vectors = new SqliteVectors(prepared);
  const words = new SqliteWords(prepared, (sql) => database.prepare(sql), clock);
  const conditionNow = (filter: MemoryFilter): Condition => conditionOf(filter, clock.nowMs());

  const rowsOf = (filter: MemoryFilter, rest: string, ...more: Value[]): Row[] => {
    const { sql, values } = conditionNow(filter);
    return translated(() => database.prepare(`SELECT ${COLUMNS} FROM ${FROM} WHERE ${sql} ${rest}`).all(...values, ...more)) as Row[];
  };

  const remove = (rows: readonly Row[]): number => rows.reduce((gone, { row }) => gone + removeRow(Number(row)), 0);

  /** @returns 0 when somebody else has removed it meanwhile */
  const removeRow = (row: number): number => {
    const scope = prepared('SELECT scope FROM memories WHERE row = ?').get(row)?.scope;
    if (scope === undefined) return 0;
    words.remove(row);
    vectors.noteRemoval(row);
    prepared('DELETE FROM memories WHERE row = ?').run(row);
    // A scope may be a user's name.
    prepared('DELETE FROM memory_scopes WHERE id = ? AND NOT EXISTS (SELECT 1 FROM memories WHERE scope = memory_scopes.id)').run(Number(scope));
    return 1;
  };

  /** In steps, between which everything else of the process runs. What is renewed meanwhile has another row and stays. */
  const removeInSteps = async ({ sql, values }: Condition): Promise<number> => {
    const rows = translated(() => database.prepare(`SELECT m.row FROM memories m WHERE ${sql}`).all(...values)) as Row[];
    let gone = 0;
    for (let start = 0; start < rows.length; start += REMOVED_AT_ONCE) gone += await write(() => remove(rows.slice(start, start + REMOVED_AT_ONCE)));
    return gone;
  };

  /** What was forgotten stands nowhere any more, not even its words. */
  const cleanUp = async (): Promise<void> => {
    for (let [step, isMore] = [0, true]; isMore && step < MAX_CLEAN_UP_STEPS; step++) isMore = await write(() => words.compact(step === 0));
    emptyWal(database);
  };

  const insert = ({ item, vector, bands, renews = false }: NewMemory): void => {
    const before = prepared('SELECT row, passed, failed, expires_at_ms FROM memories WHERE id = ?').get(item.id) as Row | undefined;
    const { passed, failed } = renews && before ? { passed: Number(before.passed), failed: Number(before.failed) } : item.outcomes;
    const expiresAtMs = renews && before ? longerLife([item, { expiresAtMs: before.expires_at_ms as number | null }]) : item.expiresAtMs;
    if (before) removeRow(Number(before.row));
    const text = storable(item.text);
    prepared('INSERT OR IGNORE INTO memory_scopes (level, of) VALUES (?, ?)').run(item.scope.level, ofScope(item.scope));
    const scope = Number(prepared('SELECT id FROM memory_scopes WHERE level = ? AND of = ?').get(item.scope.level, ofScope(item.scope))!.id);
    const { user = null, runId = null, project = null, role = null, source = null } = item.provenance;
    const { lastInsertRowid } = prepared(
      'INSERT INTO memories (id, kind, scope, privacy, created_at_ms, expires_at_ms, passed, failed, user, run, project, role, source, provenance, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(item.id, kindNumber(item.kind), scope, privacyNumber(item.privacy), item.createdAtMs, expiresAtMs, passed, failed, user, runId, project, role, source, JSON.stringify(item.provenance), text);
    const row = Number(lastInsertRowid);
    words.write(row, searchableWords(soughtText({ ...item, text })));
    for (const band of new Set(bands)) prepared('INSERT INTO memory_bands (band, row) VALUES (?, ?)').run(band, row);
    if (vector) vectors.write(row, vector);
  };

  const nearest = ({ vector, filter }: MemoryQuery, condition: Condition, length: number): Array<{ row: number; similarity: number }> => {
    if (!vector) return [];
    if (needsTables(filter)) return vectors.nearest(vector, length, filter, rowsWhere(condition)).slice(0, length);
    const expired = rowsWhere({ sql: 'm.expires_at_ms <= ?', values: [clock.nowMs()] });
    // They are only there until the next upkeep, and must not take the places of others.
    return vectors.nearest(vector, length + expired.size, filter).filter(({ row }) => !expired.has(row)).slice(0, length);
  };

  const heldByBest = (text: string, [best]: ReadonlyArray<Ranked<number>>): number => {
    const row = best && (prepared('SELECT text, provenance FROM memories WHERE row = ?').get(best.entry) as Row | undefined);
    return row ? heldShareOf(text, soughtText({ text: String(row.text), provenance: provenanceOf(row) })) : 0;
  };

  const rowsWhere = ({ sql, values }: Condition): Set<number> =>
    new Set((database.prepare(`SELECT m.row FROM memories m WHERE ${sql}`).all(...values) as Row[]).map(({ row }) => Number(row)));

  const addVector = (id: string, vector: NonNullable<NewMemory['vector']>): number => {
    const found = prepared('SELECT row FROM memories WHERE id = ?').get(id);
    if (found) vectors.write(Number(found.row), vector);
    return found ? 1 : 0;
  };

  const failedOn = (id: string, model: string): void => {
    const found = prepared('SELECT m.row, u.model, u.times FROM memories m LEFT JOIN memory_unreadable u ON u.row = m.row WHERE m.id = ?').get(id);
    if (!found) return;
    const times = found.model === model ? Number(found.times) + 1 : 1;
    prepared('INSERT OR REPLACE INTO memory_unreadable (row, model, times, again_at_ms) VALUES (?, ?, ?, ?)').run(Number(found.row), model, times, clock.nowMs() + pauseAfterMs(times));
  };

  return {
    put: async (memories) => await write(() => memories.forEach(insert)),

    async search(query) {
      const { vector } = query;
      // A large store is read in many goes, so that nobody else has to wait for it.
      while (vector && translated(() => vectors.takeOver(vector))) await nextTurn();
      return translated(() => {
        const condition = conditionNow(query.filter);
        const length = Math.max(query.limit, LIST_LENGTH);
        const near = nearest(query, condition, length);
        const byWords = words.find(query.text, condition, length);
        const byMeaning = near.map(({ row, similarity }) => ({ entry: row, score: similarity }));
        const best = fuse({ byWords, byMeaning, heldShare: near.length > 0 ? heldByBest(query.text, byWords) : 1 }).slice(0, query.limit);
        const items = new Map(rowsOf({}, 'AND m.row IN (SELECT value FROM json_each(?))', JSON.stringify(best.map(({ entry }) => entry))).map((row) => [Number(row.row), itemOf(row)]));
        const similarities = new Map(near.map(({ row, similarity }) => [row, similarity]));
        const hasWords = new Set(byWords.map(({ entry }) => entry));
        const hit = ({ entry, score }: (typeof best)[number]): MemoryHit => ({ item: items.get(entry)!, score, similarity: similarities.get(entry) ?? null, lexical: hasWords.has(entry) });
        return best.filter(({ entry }) => items.has(entry)).map(hit);
      });
    },

    async list(filter, limit, after) {
      const order = 'ORDER BY m.created_at_ms DESC, m.id LIMIT ?';
      if (!after) return rowsOf(filter, order, limit).map(itemOf);
      return rowsOf(filter, `AND m.created_at_ms <= ? AND (m.created_at_ms < ? OR m.id > ?) ${order}`, after.createdAtMs, after.createdAtMs, after.id, limit).map(itemOf);
    },

    async nearDuplicates({ kind, scope }, bands) {
      // The bands first: they lead to a handful of items, kind and scope to nearly all.
      const sharing = '(SELECT DISTINCT row FROM memory_bands WHERE band IN (SELECT value FROM json_each(?))) near CROSS JOIN memories m ON m.row = near.row CROSS JOIN memory_scopes s ON s.id = m.scope';
      const { sql, values } = conditionNow({ kinds: [kind], scopes: [scope] });
      const found = translated(() => prepared(`SELECT ${COLUMNS} FROM ${sharing} WHERE ${sql} ORDER BY m.created_at_ms DESC, m.id LIMIT ?`).all(JSON.stringify(bands), ...values, MAX_NEAR_DUPLICATES));
      return (found as Row[]).map(itemOf);
    },

    async count(filter) {
      const { sql, values } = conditionNow(filter);
      return Number(translated(() => database.prepare(`SELECT count(*) AS items FROM memories m WHERE ${sql}`).get(...values))!.items);
    },

    async remove(filter) {
      const gone = await removeInSteps(conditionNow(filter));
      if (gone > 0) await cleanUp();
      return gone;
    },

    removeExpired: async () => await removeInSteps({ sql: 'm.expires_at_ms <= ? LIMIT ?', values: [clock.nowMs(), EXPIRED_PER_CALL] }),

    addVectors: async (added) => await write(() => added.reduce((sum, { id, vector }) => sum + addVector(id, vector), 0)),

    async noteUnreadable(ids, model) {
      await write(() => ids.forEach((id) => failedOn(id, model)));
    },

    async noteOutcome(ids, outcome) {
      await write(() => prepared(`UPDATE memories SET ${outcome} = ${outcome} + 1 WHERE id IN (SELECT value FROM json_each(?))`).run(JSON.stringify(ids)));
    },

    async sizes() {
      return translated(() => sizesOf((sql, ...values) => prepared(sql).all(...values) as Row[], clock.nowMs()));
    },
  };
}

function sizesOf(rows: (sql: string, ...values: Value[]) => Row[], nowMs: number): MemorySizes {
  const parts = rows(`SELECT s.level, s.of, p.* FROM (SELECT scope, kind, count(*) AS items, sum(octet_length(text)) AS bytes FROM memories WHERE expires_at_ms IS NULL OR expires_at_ms > ? GROUP BY scope, kind) p JOIN memory_scopes s ON s.id = p.scope`, nowMs);
  const expired = 'SELECT count(*) FROM memories m JOIN memory_codes e ON e.row = m.row WHERE m.expires_at_ms <= ? AND e.model = o.id';
  const models = rows(`SELECT o.name, o.dimension, count(*) - (${expired}) AS items FROM memory_codes c JOIN memory_models o ON o.id = c.model GROUP BY o.id ORDER BY o.name`, nowMs);
  const byScope = [...Map.groupBy(parts, ({ scope }) => scope).values()].map((ofScope) => ({ scope: scopeOf(ofScope[0]!), items: sumOf(ofScope, 'items') }));
  return {
    items: sumOf(parts, 'items'),
    bytes: sumOf(parts, 'bytes'),
    byKind: Object.fromEntries(MEMORY_KINDS.map((name, number) => [name, sumOf(parts.filter(({ kind }) => kind === number), 'items')])) as Record<MemoryKind, number>,
    byModel: models.map(({ name, dimension, items }) => ({ model: String(name), dimension: Number(dimension), items: Number(items) })).filter(({ items }) => items > 0),
    byScope: byScope.sort((one, other) => other.items - one.items).slice(0, MAX_SCOPES_TOLD),
  };
}

const sumOf = (rows: readonly Row[], column: string): number => rows.reduce((sum, row) => sum + Number(row[column]), 0);

/** SQLite ends a text at a NUL for some of its functions, and UTF-8 knows no half signs. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', ' ');
}

/** Beyond kind, label and scope only the tables can tell. */
function needsTables({ kinds: _kinds, privacy: _privacy, scopes: _scopes, ...others }: MemoryFilter): boolean {
  return Object.values(others).some((condition) => condition !== undefined);
}
