import type { LedgerEntry, UsageTotals } from './ledger';

/** Adds up booked calls. */
export function addUp(calls: Iterable<Pick<LedgerEntry, 'local' | 'promptTokens' | 'completionTokens' | 'costUsd' | 'savedUsd'>>): UsageTotals {
  const totals: UsageTotals = { localCalls: 0, cloudCalls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0, savedUsd: 0, unpricedCalls: 0 };
  for (const call of calls) {
    totals[call.local ? 'localCalls' : 'cloudCalls'] += 1;
    totals.promptTokens += call.promptTokens;
    totals.completionTokens += call.completionTokens;
    totals.costUsd += call.costUsd ?? 0;
    totals.savedUsd += call.savedUsd ?? 0;
    if (call.costUsd === null) totals.unpricedCalls += 1;
  }
  return totals;
}
