import { CancelledError } from '../kernel';
import { roundedUsd } from './cost';
import type { CallGroup, LedgerEntry, UsageBreakdown } from './ledger';

/** What of a booked call the figures need. */
export type CountedCall = Pick<LedgerEntry, 'atMs' | 'model' | 'local' | 'role' | 'workflow' | 'workflowName' | 'experiment' | 'promptTokens' | 'completionTokens' | 'costUsd' | 'savedUsd' | 'durationMs' | 'outcome'>;

/** Adds up calls by model, role, workflow, arm of an experiment and UTC day, in one pass and in any order. @param pages as the driver reads them */
export async function breakDown(pages: AsyncIterable<readonly CountedCall[]>): Promise<UsageBreakdown> {
  const [byModel, byRole, byWorkflow, byArm, byDay] = [new Groups(), new Groups(), new Groups(), new Groups(), new Groups()];
  const days = new Days();
  for await (const page of pages) {
    for (const call of page) {
      byModel.add(call.model, call);
      byRole.add(call.role ?? '', call);
      byWorkflow.add(call.workflow ?? '', call, call.workflowName);
      if (call.experiment) byArm.add(armKey(call.experiment), call);
      byDay.add(days.of(call.atMs), call);
    }
  }
  return { byModel: byModel.busiestFirst(), byRole: byRole.busiestFirst(), byWorkflow: byWorkflow.busiestFirst(), byArm: byArm.busiestFirst(), byDay: byDay.inOrder() };
}

/** One text for both, from which both can be read again. */
export function armKey({ name, arm }: NonNullable<LedgerEntry['experiment']>): string {
  return JSON.stringify([name, arm]);
}

export function armOfKey(key: string): NonNullable<LedgerEntry['experiment']> {
  const [name, arm] = JSON.parse(key) as [string, string];
  return { name, arm };
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** UTC days as text, each written once: writing dates is the slowest part of adding up. */
class Days {
  private readonly texts = new Map<number, string>();

  of(atMs: number): string {
    const day = Math.floor(atMs / DAY_MS);
    const text = this.texts.get(day) ?? new Date(atMs).toISOString().slice(0, 10);
    this.texts.set(day, text);
    return text;
  }
}

/** The smallest value that at least the given share of the sorted values does not exceed (nearest rank); `null` of none. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

type Sums = Omit<CallGroup, 'medianDurationMs' | 'p95DurationMs'> & { durationsMs: number[] };

const CANCELLED = new CancelledError().code;

class Groups {
  private readonly sums = new Map<string, Sums>();

  add(key: string, call: CountedCall, title?: string): void {
    const sums = this.sums.get(key) ?? { key, localCalls: 0, cloudCalls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0, savedUsd: 0, unpricedCalls: 0, failures: 0, durationsMs: [] };
    this.sums.set(key, sums);
    if (title !== undefined) sums.title = title;
    sums[call.local ? 'localCalls' : 'cloudCalls'] += 1;
    sums.promptTokens += call.promptTokens;
    sums.completionTokens += call.completionTokens;
    sums.costUsd += call.costUsd ?? 0;
    sums.savedUsd += call.savedUsd ?? 0;
    if (call.costUsd === null) sums.unpricedCalls += 1;
    if (call.outcome === 'ok') sums.durationsMs.push(call.durationMs);
    else if (call.outcome !== CANCELLED && call.outcome !== 'cached') sums.failures += 1;
  }

  inOrder(): CallGroup[] {
    const groups = [...this.sums.values()].map(({ durationsMs, ...sums }) => {
      durationsMs.sort((one, other) => one - other);
      return { ...sums, costUsd: roundedUsd(sums.costUsd), savedUsd: roundedUsd(sums.savedUsd), medianDurationMs: percentile(durationsMs, 0.5), p95DurationMs: percentile(durationsMs, 0.95) };
    });
    // By code unit, so that the order is the same on every machine.
    return groups.sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  busiestFirst(): CallGroup[] {
    return this.inOrder().sort((one, other) => callsOf(other) - callsOf(one));
  }
}

function callsOf({ localCalls, cloudCalls }: CallGroup): number {
  return localCalls + cloudCalls;
}
