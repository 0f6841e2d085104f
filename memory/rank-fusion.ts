/** Damps the first places (Cormack, Clarke, Büttcher, SIGIR 2009). */
const FUSION_CONSTANT = 60;

/**
 * Reciprocal rank fusion: an entry's score is the sum of 1/(60 + place) over the lists that have it, in shares of the most that can be.
 *
 * @param lists each best first, without doubles
 * @returns each entry once, best first, score 0..1
 */
export function fuseRanks<T>(lists: ReadonlyArray<readonly T[]>): Array<{ entry: T; score: number }> {
  const most = lists.length / (FUSION_CONSTANT + 1);
  const sums = new Map<T, number>();
  for (const list of lists) {
    for (const [place, entry] of list.entries()) sums.set(entry, (sums.get(entry) ?? 0) + 1 / (FUSION_CONSTANT + place + 1));
  }
  return [...sums].map(([entry, sum]) => ({ entry, score: sum / most })).sort((one, other) => other.score - one.score);
}
