import type { Clock } from '../kernel';
import { emptyRecallTally, type MemoryStore, type RecallTallies } from '../memory';
import { calibrationFacts, type CalibrationStore, type Ledger, type OutcomeLog } from '../router';
import type { RunTallies } from '../runs';
import { teamMetrics } from './metrics';
import { toStats, type MemoryFigures, type StorageSizes, type TeamStats } from './stats';

/** How large the team's records have become. */
export interface SizeReader {
  read(): Promise<StorageSizes>;
}

/** A team's figures. */
export interface Insights {
  stats(filter: { sinceMs: number }): Promise<TeamStats>;
  /** All figures since the team's beginning, in Prometheus' text format 0.0.4. */
  metrics(): Promise<string>;
}

export interface InsightsDeps {
  team: string;
  ledger: Ledger;
  calibrations: CalibrationStore;
  outcomes: Pick<OutcomeLog, 'judged'>;
  tallies: RunTallies;
  sizes: SizeReader;
  /** Unset: the team has never remembered anything. */
  memory?: Pick<MemoryStore, 'sizes'>;
  /** Unset: nobody counts recalls. */
  recallTallies?: Pick<RecallTallies, 'tally'>;
  clock: Clock;
}

export function createInsights({ team, ledger, calibrations, outcomes, tallies, sizes, memory, recallTallies, clock }: InsightsDeps): Insights {
  const stats: Insights['stats'] = async ({ sinceMs }) => {
    const [breakdown, judged, tally, storage, remembered, recalls, calibration] = await Promise.all([ledger.breakdown({ sinceMs }), outcomes.judged({ sinceMs }), tallies.tally({ sinceMs }), sizes.read(), memoryFigures(memory), recallTallies?.tally({ sinceMs }) ?? emptyRecallTally(), calibrationFacts(calibrations)]);
    return toStats({ team, sinceMs, atMs: clock.nowMs(), tally, breakdown, judged, storage, memory: remembered, recalls, calibration });
  };
  return { stats, metrics: async () => teamMetrics(await stats({ sinceMs: 0 })) };
}

/** Figures must not fail because the memory does. */
async function memoryFigures(memory: InsightsDeps['memory']): Promise<MemoryFigures | null> {
  const sizes = await memory?.sizes().catch(() => undefined);
  return sizes ? { items: sizes.items, bytes: sizes.bytes, byKind: sizes.byKind } : null;
}
