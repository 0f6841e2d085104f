import type { ModelClass } from './calibration/outcomes';
import { RANKS, type Judge, type JudgedCall } from './outcome-log';
import { isReadable } from './of-this-router';

/** Learning from so many takes one or two seconds of work; more of them hardly change what is learnt. */
export const MOST_OUTCOMES = 1_000;

/** Those that teach most: the best judges first, then the newest, half of them of each class where there are so many. */
export function outcomesToLearnFrom(judged: readonly JudgedCall[]): JudgedCall[] {
  const best = judged.filter(({ signature }) => isReadable(signature)).sort((a, b) => RANKS[b.verdict.by] - RANKS[a.verdict.by] || b.atMs - a.atMs);
  const ofClass = (modelClass: ModelClass) => best.filter((call) => call.modelClass === modelClass);
  const [small, large] = [ofClass('small'), ofClass('large')];
  const half = MOST_OUTCOMES / 2;
  const ofSmall = Math.max(half, MOST_OUTCOMES - large.length);
  return [...small.slice(0, ofSmall), ...large.slice(0, Math.max(half, MOST_OUTCOMES - small.length))].sort((a, b) => a.atMs - b.atMs);
}

/** Calls of each class and how many of them were good, and how many each judge judged. */
export interface OutcomeCounts {
  outcomes: number;
  small: { outcomes: number; ok: number };
  large: { outcomes: number; ok: number };
  judgedBy: Partial<Record<Judge, number>>;
}

export function countOutcomes(calls: readonly JudgedCall[]): OutcomeCounts {
  const ofClass = (wanted: ModelClass) => {
    const found = calls.filter(({ modelClass }) => modelClass === wanted);
    return { outcomes: found.length, ok: found.filter(({ verdict }) => verdict.ok).length };
  };
  const judgedBy: OutcomeCounts['judgedBy'] = {};
  for (const { verdict } of calls) judgedBy[verdict.by] = (judgedBy[verdict.by] ?? 0) + 1;
  return { outcomes: calls.length, small: ofClass('small'), large: ofClass('large'), judgedBy };
}
