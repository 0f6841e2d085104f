/** Hamming candidates that are compared by their 8-bit codes. Clusters of 1,000 near texts fit in whole (see docs/benchmarks.md). */
const CODE_CANDIDATES = 2_000;

/** Which rows a search may return. */
export type RowMask = (attribute: number, row: number) => boolean;

export interface IndexedRow {
  row: number;
  /** Any small number that masks look at, for instance a place in a table of scopes. */
  attribute: number;
  code: Int8Array;
}

/** Rows come and go in blocks, so that growing copies nothing. */
const BLOCK_ROWS = 4_096;

interface Block {
  rows: Float64Array;
  attributes: Int32Array;
  /** Lengths of the codes: each was scaled by itself. */
  lengths: Float32Array;
  sketches: Uint32Array;
  codes: Int8Array;
}

/**
 * Nearest vectors without native code, in three steps: one bit per number for all rows, one byte per number for the nearest of
 * those, and the caller compares the exact numbers of what is left. Holds 1.2 bytes per number and row, about 90 MB for 100,000 rows of 768.
 */
export class SketchIndex {
  readonly #blocks: Block[] = [];
  readonly #places = new Map<number, number>();
  readonly #words: number;

  /** @param dimension of the vectors, at least 1 */
  constructor(readonly dimension: number) {
    // Three words are counted at once.
    this.#words = Math.ceil(dimension / 96) * 3;
  }

  get size(): number {
    return this.#places.size;
  }

  rows(): IterableIterator<number> {
    return this.#places.keys();
  }

  add({ row, attribute, code }: IndexedRow): void {
    const place = this.#places.get(row) ?? this.size;
    this.#places.set(row, place);
    const { block, at } = this.#at(place);
    block.rows[at] = row;
    block.attributes[at] = attribute;
    block.lengths[at] = lengthOf(code);
    block.codes.set(code, at * this.dimension);
    block.sketches.set(sketchOf(code, this.#words), at * this.#words);
  }

  /** The last row takes the place of the one that goes. */
  remove(row: number): void {
    const place = this.#places.get(row);
    if (place === undefined) return;
    const last = this.size - 1;
    this.#places.delete(row);
    if (place !== last) this.#move(last, place);
    if (last % BLOCK_ROWS === 0) this.#blocks.length = last / BLOCK_ROWS;
  }

  /** @returns rows, nearest first by their codes; the caller compares exact numbers */
  nearest(query: Int8Array, limit: number, mask: RowMask): number[] {
    const distances = this.#distances(sketchOf(query, this.#words), mask);
    const places = nearestPlaces(distances, this.dimension, Math.max(CODE_CANDIDATES, limit));
    const scored = places.map((place) => ({ place, score: this.#product(query, place) }));
    scored.sort((one, other) => other.score - one.score);
    return scored.slice(0, limit).map(({ place }) => this.#at(place).block.rows[place % BLOCK_ROWS]!);
  }

  /** Bits in which each sketch differs; FAR for rows the mask leaves out. */
  #distances(query: Uint32Array, mask: RowMask): Uint16Array {
    const distances = new Uint16Array(this.size);
    for (const [number, { rows, attributes, sketches }] of this.#blocks.entries()) {
      const start = number * BLOCK_ROWS;
      const end = Math.min(this.size - start, BLOCK_ROWS);
      for (let at = 0; at < end; at++) {
        distances[start + at] = mask(attributes[at]!, rows[at]!) ? bitsBetween(sketches, at * query.length, query) : FAR;
      }
    }
    return distances;
  }

  #product(query: Int8Array, place: number): number {
    const { block, at } = this.#at(place);
    const [codes, start] = [block.codes, at * this.dimension];
    let sum = 0;
    for (let index = 0; index < query.length; index++) sum += query[index]! * codes[start + index]!;
    return sum / block.lengths[at]!;
  }

  #move(from: number, to: number): void {
    const [source, target] = [this.#at(from), this.#at(to)];
    const row = source.block.rows[source.at]!;
    const code = source.block.codes.slice(source.at * this.dimension, (source.at + 1) * this.dimension);
    target.block.rows[target.at] = row;
    target.block.attributes[target.at] = source.block.attributes[source.at]!;
    target.block.lengths[target.at] = source.block.lengths[source.at]!;
    target.block.codes.set(code, target.at * this.dimension);
    target.block.sketches.set(sketchOf(code, this.#words), target.at * this.#words);
    this.#places.set(row, to);
  }

  #at(place: number): { block: Block; at: number } {
    const number = Math.floor(place / BLOCK_ROWS);
    this.#blocks[number] ??= {
      rows: new Float64Array(BLOCK_ROWS),
      attributes: new Int32Array(BLOCK_ROWS),
      lengths: new Float32Array(BLOCK_ROWS),
      sketches: new Uint32Array(BLOCK_ROWS * this.#words),
      codes: new Int8Array(BLOCK_ROWS * this.dimension),
    };
    return { block: this.#blocks[number], at: place % BLOCK_ROWS };
  }
}

const FAR = 65_535;

/** Numbers of a vector of length 1 as bytes: the largest becomes 127 or -127. */
export function codeOf(values: Float32Array): Int8Array {
  let largest = 0;
  for (let index = 0; index < values.length; index++) largest = Math.max(largest, Math.abs(values[index]!));
  const scale = largest === 0 ? 0 : 127 / largest;
  const code = new Int8Array(values.length);
  for (let index = 0; index < values.length; index++) code[index] = Math.round(values[index]! * scale);
  return code;
}

/** At least 1, so that a vector of zeros can be divided by it. */
function lengthOf(code: Int8Array): number {
  let squares = 0;
  for (let index = 0; index < code.length; index++) squares += code[index]! * code[index]!;
  return Math.max(1, Math.sqrt(squares));
}

/** The signs, one bit each: positive is 1. Without a branch, since signs cannot be foretold. */
function sketchOf(code: Int8Array, words: number): Uint32Array {
  const sketch = new Uint32Array(words);
  for (let word = 0, index = 0; index < code.length; word++) {
    const end = Math.min(index + 32, code.length);
    let bits = 0;
    for (let bit = 0; index < end; bit++, index++) bits |= (-code[index]! >>> 31) << bit;
    sketch[word] = bits;
  }
  return sketch;
}

/**
 * Counts differing bits, three words at once (carry-save, Hacker's Delight 2nd ed. §5-1): 2.8 ms for 100,000 × 768,
 * where a count per word takes 3.7 and a table of counts 6.
 */
function bitsBetween(sketches: Uint32Array, start: number, query: Uint32Array): number {
  let bits = 0;
  for (let word = 0, at = start; word < query.length; word += 3, at += 3) {
    const first = sketches[at]! ^ query[word]!;
    const second = sketches[at + 1]! ^ query[word + 1]!;
    const third = sketches[at + 2]! ^ query[word + 2]!;
    const either = first ^ second;
    bits += Math.imul(byteCounts(either ^ third) + 2 * byteCounts((first & second) | (either & third)), 0x01010101) >>> 24;
  }
  return bits;
}

/** How many bits are set in each byte. */
function byteCounts(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (nibbles + (nibbles >>> 4)) & 0x0f0f0f0f;
}

/** The `wanted` smallest distances, and those equal to the last of them; by counting, not by sorting. */
function nearestPlaces(distances: Uint16Array, dimension: number, wanted: number): number[] {
  const counts = new Uint32Array(dimension + 1);
  for (const distance of distances) if (distance !== FAR) counts[distance]!++;
  let [limit, found] = [0, counts[0]!];
  while (limit < dimension && found < wanted) found += counts[++limit]!;
  const places: number[] = [];
  for (let place = 0; place < distances.length; place++) if (distances[place]! <= limit) places.push(place);
  return places;
}
