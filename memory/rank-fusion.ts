import { searchTerms, searchableWords } from './search-terms';
import { termOf } from './sparse-words';

/** What a search found, with how well it fits by the search's own measure. */
export interface Ranked<T> {
  entry: T;
  score: number;
}

interface Found<T> {
  /** Best first, without doubles; scores above 0. */
  byWords: ReadonlyArray<Ranked<T>>;
  /** Best first, without doubles. */
  byMeaning: ReadonlyArray<Ranked<T>>;
  /** Of {@link heldShareOf}, for the best by words. */
  heldShare: number;
}

/**
 * One order of what was found by words and by meaning. Measures of two searches cannot be compared, so each list is laid between 0 and 1: words from none shared to the best,
 * meaning from its last place to the best ("relative scores", as Weaviate has them). Words have as much say as they tell: where the best by words holds half of the query's words, half;
 * where it holds one of six by accident, about a sixth. Nothing in it is fitted to anything (docs/decisions/0032).
 *
 * @returns each entry once, best first, score 0..1: 1 is first in both
 */
export function fuse<T>({ byWords, byMeaning, heldShare }: Found<T>): Array<Ranked<T>> {
  const say = sayOfWords(byWords.length, byMeaning.length, heldShare);
  const sums = new Map<T, number>();
  const add = (list: ReadonlyArray<Ranked<T>>, worst: number, weight: number): void => {
    const width = (list[0]?.score ?? 0) - worst;
    for (const { entry, score } of list) sums.set(entry, (sums.get(entry) ?? 0) + weight * (width > 0 ? (score - worst) / width : 1));
  };
  add(byWords, 0, say);
  add(byMeaning, byMeaning.at(-1)?.score ?? 0, 1 - say);
  return [...sums].map(([entry, score]) => ({ entry, score })).sort((one, other) => other.score - one.score);
}

function sayOfWords(words: number, meanings: number, heldShare: number): number {
  if (meanings === 0) return 1;
  return words === 0 ? 0 : heldShare;
}

/**
 * The share of a query's words that a text holds, as though half a word more had been asked that nobody holds: one word of one is not the whole truth, so that meaning always has some say.
 *
 * @returns 0..1, never 1
 */
export function heldShareOf(query: string, text: string): number {
  const wanted = new Set(searchTerms(query).map(termOf));
  const held = new Set(searchableWords(text).map(termOf));
  const shared = [...wanted].filter((term) => held.has(term)).length;
  return shared / (wanted.size + 0.5);
}
