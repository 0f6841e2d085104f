import type { NewMemory, Vector } from '../../../memory';

export interface MadeUp {
  memories(): Generator<NewMemory>;
  vectorOf(number: number): Float32Array;
  /** Near some item, but none of them. */
  query(number: number): { text: string; vector: Vector };
  items: number;
}

const MODEL = 'made-up';
const VOCABULARY = 30_000;
const WORDS_PER_TEXT = 60;
/** How far an item lies from the middle of its cluster, in parts of the distance between clusters. */
const SPREAD = 0.5;

/** The same seed makes the same memories; nothing is kept, so that the bench does not measure itself. */
export function madeUpMemories({ items, clusterSize, dimension, seed }: { items: number; clusterSize: number; dimension: number; seed: number }): MadeUp {
  const vectorOf = (number: number) => nearCluster(Math.floor(number / clusterSize), `item ${number}`);
  const nearCluster = (cluster: number, what: string): Float32Array => {
    const middle = gaussians(`${seed} cluster ${cluster}`, dimension);
    const offset = gaussians(`${seed} ${what}`, dimension);
    return normalised(middle.map((value, index) => value + SPREAD * offset[index]!));
  };
  return {
    items,
    vectorOf,
    *memories() {
      for (let number = 0; number < items; number++) {
        yield {
          item: { id: `m${number}`, kind: 'fact', scope: number % 4 === 0 ? { level: 'team' } : { level: 'project', of: `p${number % 3}` }, text: textOf(`${seed} text ${number}`, WORDS_PER_TEXT), privacy: 'internal', provenance: {}, createdAtMs: 1_000 + number, expiresAtMs: null, outcomes: { passed: 0, failed: 0 } },
          vector: { model: MODEL, values: vectorOf(number) },
          bands: [`0:${number}`],
        };
      }
    },
    query: (number) => ({ text: textOf(`${seed} query ${number}`, 8), vector: { model: MODEL, values: nearCluster(Math.floor(random(`${seed} pick ${number}`)() * (items / clusterSize)), `query ${number}`) } }),
  };
}

/** Words as frequent as in a natural language: the n-th most frequent one appears 1/n as often as the first. */
function textOf(seed: string, words: number): string {
  const next = random(seed);
  return Array.from({ length: words }, () => `word${Math.floor(VOCABULARY ** next()).toString(36)}`).join(' ');
}

function gaussians(seed: string, count: number): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(next() || 1e-12)) * Math.cos(2 * Math.PI * next()));
}

export function normalised(values: Float32Array): Float32Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

/** mulberry32 (public domain), seeded by a text. @returns numbers 0..1 */
function random(seed: string): () => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < seed.length; index++) state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
