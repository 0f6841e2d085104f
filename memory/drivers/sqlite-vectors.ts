import type { StatementSync } from 'node:sqlite';
import { DimensionMismatchError } from '../errors';
import type { MemoryFilter, Vector } from '../memory-store';
import { type RowMask, SketchIndex, codeOf } from '../sketch-index';
import { kindNumber, ofScope, privacyNumber, type Row } from './sqlite-memory-tables';

type Prepared = (sql: string) => StatementSync;

/** What masks look at, beside the code: opening would take twice as long if it read the items. */
const ATTRIBUTE = '(scope << 4) | (kind << 2) | privacy';

interface ModelIndex {
  id: number;
  index: SketchIndex;
  /** Newest code and newest removal that are taken over. */
  lastCode: number;
  lastRemoval: number;
}

/** Exact comparisons per wanted hit: the order by codes is nearly right already. */
const EXACT_PER_HIT = 4;
const EXACT_AT_LEAST = 64;
/** Up to so many rows are compared exactly at once, without the index. */
const COMPARED_EXACTLY = 500;
/** About 7 ms of work. */
const TAKEN_AT_ONCE = 1_000;
/** Removals other processes can read of; who has slept through more looks at all rows. */
const KEPT_REMOVALS = 10_000;

/** Vectors in SQLite, with an index of each model in use kept in memory; other processes' rows are taken over at each search. */
export class SqliteVectors {
  readonly #indexes = new Map<string, ModelIndex>();

  constructor(private readonly prepared: Prepared) {}

  /** Inside a transaction. An older vector of this row goes. @throws {DimensionMismatchError} */
  write(row: number, { model, values }: Vector): void {
    const id = this.#modelId(model, values.length);
    if (this.prepared('DELETE FROM memory_codes WHERE row = ?').run(row).changes > 0) this.noteRemoval(row);
    this.prepared(`INSERT INTO memory_codes (model, row, attribute, code) SELECT ?, row, ${ATTRIBUTE}, ? FROM memories WHERE row = ?`).run(id, codeOf(values), row);
    this.prepared('INSERT OR REPLACE INTO memory_vectors (row, vector) VALUES (?, ?)').run(row, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** Inside the transaction that removes the row. */
  noteRemoval(row: number): void {
    const { lastInsertRowid } = this.prepared('INSERT INTO memory_removals (row) VALUES (?)').run(row);
    this.prepared('DELETE FROM memory_removals WHERE sequence <= ?').run(Number(lastInsertRowid) - KEPT_REMOVALS);
  }

  /**
   * Takes over some of what was added and removed since the last search; the first search of a process has everything to take over, 0.7 s for 100,000 rows.
   *
   * @returns is there more? @throws {DimensionMismatchError}
   */
  takeOver({ model, values }: Vector): boolean {
    const id = this.#known(model, values.length);
    if (id === undefined) return false;
    const known = this.#indexOf(id, model, values.length);
    this.#dropGone(known);
    return this.#takeNew(known);
  }

  /** Of what was taken over. @returns rows and their cosine, best first. @param rows unset: all. @throws {DimensionMismatchError} */
  nearest({ model, values }: Vector, limit: number, filter: MemoryFilter, rows?: ReadonlySet<number>): Array<{ row: number; similarity: number }> {
    const id = this.#known(model, values.length);
    if (id === undefined) return [];
    if (rows && rows.size <= COMPARED_EXACTLY) return this.#exact(values, id, [...rows]);
    const { index } = this.#indexOf(id, model, values.length);
    const wanted = Math.max(EXACT_AT_LEAST, limit * EXACT_PER_HIT);
    return this.#exact(values, id, index.nearest(codeOf(values), wanted, this.#mask(filter, rows)));
  }

  #exact(values: Float32Array, model: number, rows: readonly number[]): Array<{ row: number; similarity: number }> {
    const found = this.prepared('SELECT v.row, v.vector FROM json_each(?) AS wanted CROSS JOIN memory_codes c ON c.row = wanted.value AND c.model = ? CROSS JOIN memory_vectors v ON v.row = c.row').all(JSON.stringify(rows), model) as Row[];
    return found.map(({ row, vector }) => ({ row: Number(row), similarity: cosine(values, vector as Uint8Array) })).sort((one, other) => other.similarity - one.similarity);
  }

  #modelId(model: string, dimension: number): number {
    this.prepared('INSERT OR IGNORE INTO memory_models (name, dimension) VALUES (?, ?)').run(model, dimension);
    return this.#known(model, dimension)!;
  }

  #known(model: string, dimension: number): number | undefined {
    const row = this.prepared('SELECT id, dimension FROM memory_models WHERE name = ?').get(model);
    if (row && row.dimension !== dimension) throw new DimensionMismatchError(model, dimension, Number(row.dimension));
    return row && Number(row.id);
  }

  #indexOf(id: number, model: string, dimension: number): ModelIndex {
    const known = this.#indexes.get(model) ?? { id, index: new SketchIndex(dimension), lastCode: 0, lastRemoval: this.#lastRemoval() };
    this.#indexes.set(model, known);
    return known;
  }

  #lastRemoval(): number {
    return Number(this.prepared('SELECT max(sequence) AS last FROM memory_removals').get()!.last ?? 0);
  }

  #takeNew(known: ModelIndex): boolean {
    const newest = Number(this.prepared('SELECT max(sequence) AS last FROM memory_codes').get()!.last ?? 0);
    if (newest === known.lastCode) return false;
    const rows = this.prepared('SELECT sequence, row, attribute, code FROM memory_codes NOT INDEXED WHERE sequence > ? AND sequence <= ? AND model = ? ORDER BY sequence LIMIT ?').all(known.lastCode, newest, known.id, TAKEN_AT_ONCE) as Row[];
    for (const { row, code, attribute } of rows) {
      const bytes = code as Uint8Array;
      known.index.add({ row: Number(row), attribute: Number(attribute), code: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) });
    }
    const isAll = rows.length < TAKEN_AT_ONCE;
    known.lastCode = isAll ? newest : Number(rows.at(-1)!.sequence);
    return !isAll;
  }

  #dropGone(known: ModelIndex): void {
    const last = this.#lastRemoval();
    if (last === known.lastRemoval) return;
    const gone = this.prepared('SELECT row, EXISTS (SELECT 1 FROM memory_codes c WHERE c.row = r.row AND c.model = ?) AS is_back FROM memory_removals r WHERE sequence > ?').all(known.id, known.lastRemoval) as Row[];
    // A gap: some that are not known here have left the list already.
    if (gone.length < last - known.lastRemoval) this.#keepOnlyStored(known);
    // A row that has a new code is not gone: that code may be known here already.
    else for (const { row, is_back: isBack } of gone) if (!isBack) known.index.remove(Number(row));
    known.lastRemoval = last;
  }

  #keepOnlyStored({ id, index }: ModelIndex): void {
    const kept = new Set((this.prepared('SELECT row FROM memory_codes WHERE model = ?').all(id) as Row[]).map(({ row }) => Number(row)));
    for (const row of [...index.rows()]) if (!kept.has(row)) index.remove(row);
  }

  /** Kind, label and scope are told by a row's attribute, without a look into the tables. */
  #mask({ kinds, privacy, scopes }: MemoryFilter, rows?: ReadonlySet<number>): RowMask {
    const kindBits = bitsOf(kinds?.map(kindNumber));
    const privacyBits = bitsOf(privacy?.map(privacyNumber));
    const scopeIds = scopes && new Set(scopes.map((scope) => Number(this.prepared('SELECT id FROM memory_scopes WHERE level = ? AND of = ?').get(scope.level, ofScope(scope))?.id)));
    return (attribute, row) =>
      ((kindBits >>> ((attribute >>> 2) & 3)) & 1) === 1 && ((privacyBits >>> (attribute & 3)) & 1) === 1 && (!scopeIds || scopeIds.has(attribute >>> 4)) && (!rows || rows.has(row));
  }
}

const ALL_BITS = 0b1111;

function bitsOf(numbers: readonly number[] | undefined): number {
  return numbers ? numbers.reduce((bits, number) => bits | (1 << number), 0) : ALL_BITS;
}

function cosine(one: Float32Array, bytes: Uint8Array): number {
  // SQLite's bytes may start anywhere; numbers must not.
  const other = bytes.byteOffset % 4 === 0 ? new Float32Array(bytes.buffer, bytes.byteOffset, one.length) : new Float32Array(bytes.slice().buffer);
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}
