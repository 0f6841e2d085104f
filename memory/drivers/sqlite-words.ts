import type { StatementSync } from 'node:sqlite';
import type { Clock } from '../../kernel';
import type { Ranked } from '../rank-fusion';
import { searchTerms } from '../search-terms';
import type { Condition, Row } from './sqlite-memory-tables';

type Prepared = (sql: string) => StatementSync;

/** A word that so many items hold tells them hardly apart, and weighing them all is what takes the time. */
const FREQUENT_FROM_ITEMS = 2_000;
const FREQUENT_SHARE = 0.05;
/** Of several frequent words the rarest are asked for when there is no other. */
const ASKED_WHEN_ALL_ARE_FREQUENT = 2;
/** The rarest words first, as long as no more items than this hold them, counted for each word: weighing one takes about 0.7 µs. */
const WEIGHED_ITEMS = 8_000;
/** The best by words are looked at first: to ask of every item that has a word whether the filter allows it takes three times as long. */
const LOOKED_AT_PER_WANTED = 4;
const KNOWN_FOR_MS = 10 * 60_000;
const MAX_KNOWN = 10_000;

/** Finds items by words, in FTS5. Very frequent words are left out where the query has others. */
export class SqliteWords {
  readonly #frequencies = new Map<string, number>();
  #knownSinceMs = -Infinity;
  #limit = FREQUENT_FROM_ITEMS;

  constructor(private readonly prepared: Prepared, private readonly prepare: (sql: string) => StatementSync, private readonly clock: Clock) {}

  /** Inside a transaction. @param words as `searchableWords` gives them */
  write(row: number, words: readonly string[]): void {
    this.prepared('INSERT INTO memory_words (rowid, words) VALUES (?, ?)').run(row, words.join(' '));
  }

  remove(row: number): void {
    this.prepared('DELETE FROM memory_words WHERE rowid = ?').run(row);
  }

  /** @returns rows and how well their words fit (BM25, above 0), best first */
  find(text: string, { sql, values }: Condition, limit: number): Array<Ranked<number>> {
    const terms = this.#telling(searchTerms(text));
    if (terms.length === 0) return [];
    const match = terms.map(quoted).join(' OR ');
    const best = rankedOf(this.prepared('SELECT rowid AS row, rank FROM memory_words WHERE memory_words MATCH ? ORDER BY rank LIMIT ?').all(match, limit * LOOKED_AT_PER_WANTED));
    const rows = this.prepare(`SELECT m.row FROM json_each(?) AS wanted CROSS JOIN memories m ON m.row = wanted.value WHERE ${sql}`).all(JSON.stringify(best.map(({ entry }) => entry)), ...values) as Row[];
    const allowed = new Set(rows.map(({ row }) => Number(row)));
    if (allowed.size >= limit || best.length < limit * LOOKED_AT_PER_WANTED) return best.filter(({ entry }) => allowed.has(entry)).slice(0, limit);
    return rankedOf(this.prepare(`SELECT m.row, bm25(memory_words) AS rank FROM memory_words w CROSS JOIN memories m ON m.row = w.rowid WHERE memory_words MATCH ? AND ${sql} ORDER BY bm25(memory_words) LIMIT ?`).all(match, ...values, limit));
  }

  #telling(terms: readonly string[]): readonly string[] {
    if (terms.length <= 1) return terms;
    this.#forgetOld();
    const counted = terms.map((term) => ({ term, items: this.#frequency(term) }));
    const rare = counted.filter(({ items }) => items <= this.#limit);
    const byRarity = (rare.length > 0 ? rare : counted).sort((one, other) => one.items - other.items);
    const asked = rare.length > 0 ? withinBound(byRarity) : byRarity.slice(0, ASKED_WHEN_ALL_ARE_FREQUENT);
    return asked.map(({ term }) => term);
  }

  /** Counted no further than one beyond the limit, so that counting is never what takes the time. */
  #frequency(term: string): number {
    const known = this.#frequencies.get(term);
    if (known !== undefined) return known;
    if (this.#frequencies.size >= MAX_KNOWN) this.#frequencies.clear();
    const items = Number(this.prepared('SELECT count(*) AS items FROM (SELECT 1 FROM memory_words WHERE memory_words MATCH ? LIMIT ?)').get(quoted(term), this.#limit + 1)!.items);
    this.#frequencies.set(term, items);
    return items;
  }

  #forgetOld(): void {
    const nowMs = this.clock.nowMs();
    if (nowMs - this.#knownSinceMs < KNOWN_FOR_MS) return;
    this.#knownSinceMs = nowMs;
    this.#frequencies.clear();
    const items = Number(this.prepared('SELECT count(*) AS items FROM memories').get()!.items);
    this.#limit = Math.max(FREQUENT_FROM_ITEMS, Math.floor(items * FREQUENT_SHARE));
  }
}

/** @param counted the rarest first; that one is always asked for */
function withinBound<Counted extends { items: number }>(counted: readonly Counted[]): Counted[] {
  let weighed = 0;
  return counted.filter(({ items }, place) => (weighed += items) <= WEIGHED_ITEMS || place === 0);
}

/** FTS5's rank is BM25 with the sign turned round. */
const rankedOf = (rows: unknown[]): Array<Ranked<number>> => (rows as Row[]).map(({ row, rank }) => ({ entry: Number(row), score: -Number(rank) }));

/** Terms are letters, marks, digits and "_" alone, so nothing in them can leave the quotes. */
const quoted = (term: string): string => `"${term}"`;
