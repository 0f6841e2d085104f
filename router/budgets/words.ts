import type { BudgetPeriod, BudgetScope } from './budget';
import { periodLabel, type BudgetWindow } from './window';

const ADJECTIVES: Record<BudgetPeriod, string> = { hour: 'hourly', day: 'daily', month: 'monthly' };

/** What errors and decisions say of a window. */
export type NamedWindow = Pick<BudgetWindow, 'of' | 'per' | 'fromMs' | 'name'> & { scope: BudgetScope | 'call' };

/** For the middle of a sentence: `the daily budget of the role backend (2026-11-21 UTC)`. */
export function windowInWords({ scope, of, per, fromMs, name }: NamedWindow): string {
  const whose = scope === 'role' || scope === 'workflow' || scope === 'project' ? `the ${scope} ${name ?? of}` : `the ${scope}`;
  if (per === undefined) return `the budget of ${whose}`;
  return `the ${ADJECTIVES[per]} budget of ${whose} (${periodLabel(per, fromMs)}${per === 'hour' ? ':00' : ''} UTC)`;
}

/** Cents where they say enough, else as many places as it takes. */
export function usdInWords(usd: number): string {
  return usd === 0 || usd >= 1 ? `$${usd.toFixed(2)}` : `$${usd.toFixed(4)}`;
}

/** `2026-11-22 00:00 UTC` */
export function momentInWords(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
