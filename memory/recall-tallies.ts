import type { Logger } from '../kernel';

/** What is counted; each only grows. */
export const RECALL_COUNTS = ['byAgents', 'byAgentsFound', 'byOthers', 'byOthersFound', 'givenPassed', 'givenFailed'] as const;

/**
 * How recalls ended. `byAgents` and `byOthers` (nodes and tools; who only looks, at a shell, is nobody) count those that looked, `…Found` those of them that found something.
 * `givenPassed` and `givenFailed` count memories that stood in the prompt of judged work, by how it ended. Never what was asked.
 */
export type RecallTally = Record<(typeof RECALL_COUNTS)[number], number>;

export const emptyRecallTally = (): RecallTally => Object.fromEntries(RECALL_COUNTS.map((name) => [name, 0])) as RecallTally;

/** Counts recalls by the day (UTC). Several processes may count at once. */
export interface RecallTallies {
  /** Counts for today. After a cut connection something may be counted twice. */
  add(counts: Partial<RecallTally>): Promise<void>;
  /** All of the days from that of `sinceMs` on, as far back as they are kept: two years in SQLite, 90 days in Redis. */
  tally(filter: { sinceMs: number }): Promise<RecallTally>;
}

export const DAY_MS = 24 * 3_600_000;

/** @returns the day of UTC, `2026-11-21` */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** Figures cost nobody his answer: a count that fails is lost, and said so in the log. */
export async function countRecalls({ tallies, log }: { tallies?: RecallTallies; log: Logger }, counts: Partial<RecallTally>): Promise<void> {
  try {
    await tallies?.add(counts);
  } catch (error) {
    log.warn('A recall could not be counted.', { cause: String((error as Error).message) });
  }
}
