import { searchTerms, searchableWords } from './search-terms';

/** How soon a word that comes again counts no more, and how much long texts are held back (Robertson, Zaragoza, The Probabilistic Relevance Framework, 2009, §3.5). */
const [K1, B] = [1.2, 0.75];
/** Words of a text of usual length; a constant, because a stored vector cannot follow the average. Judgement. */
const USUAL_WORDS = 60;

/** Weights of words, by the hash of each. */
export interface SparseVector {
  indices: number[];
  values: number[];
}

/** BM25's part of the document; the store multiplies it with how rare each word is. */
export function sparseVectorOf(text: string): SparseVector {
  const terms = searchableWords(text).map(termOf);
  const counts = new Map<number, number>();
  for (const term of terms) counts.set(hashOf(term), (counts.get(hashOf(term)) ?? 0) + 1);
  const rest = K1 * (1 - B + (B * terms.length) / USUAL_WORDS);
  return { indices: [...counts.keys()], values: [...counts.values()].map((count) => (count * (K1 + 1)) / (count + rest)) };
}

/** Each word of a query counts once. */
export function sparseQueryOf(text: string): SparseVector {
  const indices = [...new Set(searchTerms(text).map((term) => hashOf(termOf(term))))];
  return { indices, values: indices.map(() => 1) };
}

/** Without case, accents and the English plural (Harman, How Effective Is Suffixing?, 1991: the S stemmer). */
export function termOf(word: string): string {
  const plain = word.toLowerCase().normalize('NFD').replace(/\p{M}+/gu, (marks) => (/\p{Script=Inherited}/u.test(marks) ? '' : marks));
  if (/[^aeiou]ies$/.test(plain)) return `${plain.slice(0, -3)}y`;
  if (/[^aeo]es$/.test(plain)) return plain.slice(0, -1);
  return /[^us]s$/.test(plain) ? plain.slice(0, -1) : plain;
}

/** FNV-1a, 32 bits. Two of 30,000 words share a hash with one in ten collections or so; they then find each other, no more. */
function hashOf(term: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < term.length; index++) hash = Math.imul(hash ^ term.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
