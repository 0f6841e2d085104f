import type { MemoryItem } from './memory-item';

const DAY_MS = 24 * 3_600_000;
const HALF_LIFE_MS = 30 * DAY_MS;
/** How much age and outcomes may take from a score. Judgement. */
const WEIGHT_OF_AGE = 0.15;
const WEIGHT_OF_OUTCOMES = 0.5;
/** When room is made, what was said and noted ages; what is known to be so ages slowly. Judgement. */
const FACT_HALF_LIFE_MS = 180 * DAY_MS;

type Judged = Pick<MemoryItem, 'kind' | 'createdAtMs' | 'outcomes'>;

/** How much an item counts among those that fit a query as well. 1 for a new item of which nothing is known; 0.4..1.5. */
export function weightOf({ createdAtMs, outcomes }: Judged, nowMs: number): number {
  return (1 - WEIGHT_OF_AGE * (1 - freshness(createdAtMs, HALF_LIFE_MS, nowMs))) * byOutcomes(outcomes);
}

/** What is lost with an item: the least goes first when room must be made. */
export function worthOf({ kind, createdAtMs, outcomes }: Judged, nowMs: number): number {
  return freshness(createdAtMs, kind === 'fact' ? FACT_HALF_LIFE_MS : HALF_LIFE_MS, nowMs) * byOutcomes(outcomes);
}

function freshness(createdAtMs: number, halfLifeMs: number, nowMs: number): number {
  return 0.5 ** (Math.max(0, nowMs - createdAtMs) / halfLifeMs);
}

function byOutcomes({ passed, failed }: MemoryItem['outcomes']): number {
  // Laplace's rule of succession: one failure does not condemn.
  const success = (passed + 1) / (passed + failed + 2);
  return 1 + WEIGHT_OF_OUTCOMES * (2 * success - 1);
}
