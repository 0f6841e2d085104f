/** A seeded generator (mulberry32): the same seed gives the same rows on every machine. */
export interface Random {
  /** 0 ≤ value < 1 */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  pick<T>(values: readonly T[]): T;
  /** `length` characters of `alphabet`. */
  characters(alphabet: string, length: number): string;
}

export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();
export const DIGITS = '0123456789';
export const HEX = '0123456789abcdef';
export const BASE36 = LOWER + DIGITS;
export const BASE62 = LOWER + UPPER + DIGITS;
export const WORD = `${BASE62}_-`;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick: (values) => values[between(0, values.length - 1)]!,
    characters: (alphabet, length) => Array.from({ length }, () => alphabet[between(0, alphabet.length - 1)]!).join(''),
  };
}
