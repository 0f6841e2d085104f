import type { MemoryItem } from './memory-item';
import { searchableWords } from './search-terms';

const PERMUTATIONS = 64;
/** Eight rows a band: two texts that share 90 % of their word pairs share a band with 99 %, at 50 % with 3 % (Leskovec, Mining of Massive Datasets, §3.4). */
const ROWS_PER_BAND = 8;
const SHINGLE_WORDS = 2;
/** From here on two texts say the same. */
const NEAR_DUPLICATE_SHARE = 0.9;

/** How alike texts are by the pairs of neighbouring words they share (MinHash, Broder 1997). */
export type Signature = Uint32Array;

/** 64 numbers; two texts agree in about as many of them as they share word pairs. */
export function signatureOf(text: string): Signature {
  const signature = new Uint32Array(PERMUTATIONS).fill(0xffffffff);
  for (const shingle of shinglesOf(text)) {
    const hash = fnv1a(shingle);
    for (let index = 0; index < PERMUTATIONS; index++) {
      const value = (Math.imul(hash ^ (hash >>> 15), MULTIPLIERS[index]!) + ADDENDS[index]!) >>> 0;
      if (value < signature[index]!) signature[index] = value;
    }
  }
  return signature;
}

/** Texts that are nearly the same share at least one of these. */
export function bandsOf(signature: Signature): string[] {
  const bands: string[] = [];
  for (let start = 0; start < PERMUTATIONS; start += ROWS_PER_BAND) {
    bands.push(`${start / ROWS_PER_BAND}:${fnv1a(signature.subarray(start, start + ROWS_PER_BAND).join()).toString(36)}`);
  }
  return bands;
}

/** @returns 0..1, share of word pairs both have; counted, because bands guess: at 80 % one pair of texts in fifty looks like 90 % */
function likeness(one: string, other: string): number {
  const [mine, theirs] = [shinglesOf(one), shinglesOf(other)];
  let shared = 0;
  for (const shingle of mine) if (theirs.has(shingle)) shared++;
  return shared / (mine.size + theirs.size - shared);
}

type Said = Pick<MemoryItem, 'text' | 'privacy' | 'provenance'>;

/**
 * How alike two items are that say the same of the same; 0 when they do not. One with another label is another. So is one of another user, or erasing the one
 * would take the other's along; and one of another source, or anybody could put his words under a document's name.
 */
export function sameness(one: Said, other: Said): number {
  const isOfSame = one.privacy === other.privacy && one.provenance.user === other.provenance.user && one.provenance.source === other.provenance.source;
  const share = isOfSame ? likeness(one.text, other.text) : 0;
  return share >= NEAR_DUPLICATE_SHARE ? share : 0;
}

/** Signs that change what is said: `load < 5`, `C#`, `-5`, `👍`. */
const TELLING_SIGNS = /[\p{S}#%§]|-(?=\d)/gu;

function shinglesOf(text: string): Set<string> {
  const words = [...searchableWords(text.toLowerCase()), ...(text.normalize('NFKC').match(TELLING_SIGNS) ?? [])];
  if (words.length < SHINGLE_WORDS) return new Set([words.join(' ') || text]);
  return new Set(words.slice(1).map((word, index) => `${words[index]} ${word}`));
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

// Fixed for ever: stored bands were made with them.
const MULTIPLIERS = Uint32Array.from({ length: PERMUTATIONS }, (_, index) => (fnv1a(`multiplier ${index}`) | 1) >>> 0);
const ADDENDS = Uint32Array.from({ length: PERMUTATIONS }, (_, index) => fnv1a(`addend ${index}`));
