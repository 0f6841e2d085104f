import type { Privacy } from '../../privacy';
import { PRIVACY_LABELS } from '../../privacy';
import { MEMORY_KINDS, type MemoryItem, type MemoryKind, type Scope } from '../memory-item';
import type { MemoryFilter } from '../memory-store';

export const STEPS = [
  `CREATE TABLE memory_scopes (id INTEGER PRIMARY KEY, level TEXT NOT NULL, of TEXT NOT NULL, UNIQUE (level, of)) STRICT;
   CREATE TABLE memory_models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dimension INTEGER NOT NULL) STRICT;
   CREATE TABLE memories (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, scope INTEGER NOT NULL REFERENCES memory_scopes (id), privacy INTEGER NOT NULL,
     created_at_ms INTEGER NOT NULL, expires_at_ms INTEGER, passed INTEGER NOT NULL, failed INTEGER NOT NULL, user TEXT, run TEXT, project TEXT, role TEXT, source TEXT, provenance TEXT NOT NULL, text TEXT NOT NULL) STRICT;
   CREATE INDEX memories_by_scope ON memories (scope, kind, created_at_ms);
   CREATE INDEX memories_by_time ON memories (created_at_ms);
   CREATE INDEX memories_by_end ON memories (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
   CREATE INDEX memories_by_user ON memories (user) WHERE user IS NOT NULL;
   CREATE INDEX memories_by_run ON memories (run) WHERE run IS NOT NULL;
   CREATE INDEX memories_by_source ON memories (source) WHERE source IS NOT NULL;
   CREATE VIRTUAL TABLE memory_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2');
   CREATE TABLE memory_codes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, model INTEGER NOT NULL, row INTEGER NOT NULL REFERENCES memories (row) ON DELETE CASCADE, attribute INTEGER NOT NULL, code BLOB NOT NULL) STRICT;
   CREATE UNIQUE INDEX memory_codes_by_row ON memory_codes (row, model);
   CREATE TABLE memory_vectors (row INTEGER PRIMARY KEY REFERENCES memories (row) ON DELETE CASCADE, vector BLOB NOT NULL) STRICT;
   CREATE TABLE memory_bands (band TEXT NOT NULL, row INTEGER NOT NULL REFERENCES memories (row) ON DELETE CASCADE, PRIMARY KEY (band, row)) STRICT, WITHOUT ROWID;
   CREATE INDEX memory_bands_by_row ON memory_bands (row);
   CREATE TABLE memory_removals (sequence INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL) STRICT;`,
  // A page of one scope, in order, without sorting all of it.
  'CREATE INDEX memories_in_scope_by_time ON memories (scope, created_at_ms DESC, id);',
  // How much there is, without reading the texts: 8 ms for 100,000 instead of 130. It does what memories_by_scope did, too.
  'CREATE INDEX memories_by_size ON memories (scope, kind, expires_at_ms, octet_length(text)); DROP INDEX memories_by_scope;',
  // Texts an embedding model failed on. A renewed memory has another row, and begins anew.
  'CREATE TABLE memory_unreadable (row INTEGER PRIMARY KEY REFERENCES memories (row) ON DELETE CASCADE, model TEXT NOT NULL, times INTEGER NOT NULL, again_at_ms INTEGER NOT NULL) STRICT;',
];

export type Row = Record<string, unknown>;
export type Value = string | number;

export interface Condition {
  sql: string;
  values: Value[];
}

export const COLUMNS = 'm.row, m.id, m.kind, m.privacy, m.created_at_ms, m.expires_at_ms, m.passed, m.failed, m.provenance, m.text, s.level, s.of';
export const FROM = 'memories m JOIN memory_scopes s ON s.id = m.scope';

export function itemOf(row: Row): MemoryItem {
  return {
    id: String(row.id),
    kind: MEMORY_KINDS[Number(row.kind)]!,
    scope: scopeOf(row),
    text: String(row.text),
    privacy: PRIVACY_LABELS[Number(row.privacy)]!,
    provenance: provenanceOf(row),
    createdAtMs: Number(row.created_at_ms),
    expiresAtMs: row.expires_at_ms as number | null,
    outcomes: { passed: Number(row.passed), failed: Number(row.failed) },
  };
}

export const provenanceOf = ({ provenance }: Row): MemoryItem['provenance'] => JSON.parse(String(provenance)) as MemoryItem['provenance'];
export const scopeOf = ({ level, of }: Row): Scope => (level === 'team' ? { level } : { level: level as 'user', of: String(of) });
export const kindNumber = (kind: MemoryKind): number => MEMORY_KINDS.indexOf(kind);
export const privacyNumber = (privacy: Privacy): number => PRIVACY_LABELS.indexOf(privacy);
export const ofScope = (scope: Scope): string => (scope.level === 'team' ? '' : scope.of);

const WITHOUT_VECTOR = 'NOT EXISTS (SELECT 1 FROM memory_codes c WHERE c.row = m.row AND c.model = (SELECT id FROM memory_models WHERE name = ?))';

/** A filter as SQL over {@link FROM}; what has expired is left out. */
export function conditionOf(filter: MemoryFilter, nowMs: number): Condition {
  const parts: Array<{ sql: string; values: readonly Value[] }> = [{ sql: '(m.expires_at_ms IS NULL OR m.expires_at_ms > ?)', values: [nowMs] }];
  const oneOf = (column: string, values: readonly Value[] | undefined) => {
    if (values) parts.push({ sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] });
  };
  const is = (sql: string, value: Value | undefined) => {
    if (value !== undefined) parts.push({ sql, values: [value] });
  };
  oneOf('m.id', filter.ids);
  oneOf('m.kind', filter.kinds?.map(kindNumber));
  oneOf('m.privacy', filter.privacy?.map(privacyNumber));
  if (filter.scopes) parts.push(scopesCondition(filter.scopes));
  is('m.user = ?', filter.user);
  is('m.run = ?', filter.runId);
  is('m.project = ?', filter.project);
  is('m.role = ?', filter.role);
  is('m.source = ?', filter.source);
  is('m.created_at_ms < ?', filter.createdBeforeMs);
  is('m.created_at_ms > ?', filter.createdAfterMs);
  is(WITHOUT_VECTOR, filter.withoutVectorOf);
  is(WITHOUT_VECTOR, filter.dueForVectorOf);
  if (filter.dueForVectorOf !== undefined) parts.push({ sql: 'NOT EXISTS (SELECT 1 FROM memory_unreadable u WHERE u.row = m.row AND u.model = ? AND u.again_at_ms > ?)', values: [filter.dueForVectorOf, nowMs] });
  return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) };
}

function scopesCondition(scopes: readonly Scope[]): Condition {
  // One scope by equality: only then its items come in the order of an index.
  if (scopes.length === 1) return { sql: 'm.scope = (SELECT id FROM memory_scopes WHERE level = ? AND of = ?)', values: [scopes[0]!.level, ofScope(scopes[0]!)] };
  const wanted = JSON.stringify(scopes.map((scope) => [scope.level, ofScope(scope)]));
  return { sql: `m.scope IN (SELECT known.id FROM memory_scopes known, json_each(?) AS wanted WHERE known.level = wanted.value ->> 0 AND known.of = wanted.value ->> 1)`, values: [wanted] };
}
