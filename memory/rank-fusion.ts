import { searchTerms, searchableWords } from './search-terms';
import { termOf } from './sparse-words';

/** What a search found, with how well it fits by the search's own measure. */
export interface Ranked<T> {
  entry: T;
  score: number;
}

/** Places each list gives to the fusion, at least. */
export const LIST_LENGTH = 50;
/** Of a shorter list the last may be nearly as near as the best: cosines this far apart are none and all. Judgement. */
const LEAST_WIDTH = 0.2;
/** Even where a text holds all words of the query: among many that do, meaning shall tell. Judgement. */
const MOST_SAY = 0.9;

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
 * meaning from its last place (of a list that is not full from at least {@link LEAST_WIDTH} below) to the best ("relative scores", as Weaviate has them). Words have as much say as they tell: where the best by words holds half of the query's, half;
 * where it holds one of six by accident, about a sixth (docs/decisions/0032).
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
  add(byMeaning, leastOf(byMeaning), 1 - say);
  return [...sums].map(([entry, score]) => ({ entry, score })).sort((one, other) => other.score - one.score);
}

function leastOf(byMeaning: ReadonlyArray<Ranked<unknown>>): number {
  const [best, last] = [byMeaning[0]?.score ?? 0, byMeaning.at(-1)?.score ?? 0];
  return byMeaning.length < LIST_LENGTH ? Math.min(last, best - LEAST_WIDTH) : last;
}

function sayOfWords(words: number, meanings: number, heldShare: number): number {
  if (meanings === 0) return 1;
  return words === 0 ? 0 : Math.min(MOST_SAY, heldShare);
}

/**
 * The share of a query's words that a text holds, each counted by its length: long words are rare words, mostly, and how rare each is not every store can say.
 *
 * @returns 0..1
 */
export function heldShareOf(query: string, text: string): number {
  const wanted = new Set(searchTerms(query).map(termOf));
  const held = new Set(searchableWords(text).map(termOf));
  const letters = (terms: readonly string[]) => terms.reduce((sum, term) => sum + term.length, 0);
  return letters([...wanted].filter((term) => held.has(term))) / Math.max(1, letters([...wanted]));
}
