import type { Clock } from '../kernel';
import { calibrationFacts, type CalibrationStore, type Ledger, type OutcomeLog } from '../router';
import type { RunTallies } from '../runs';
import { teamMetrics } from './metrics';
import { toStats, type StorageSizes, type TeamStats } from './stats';

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
  clock: Clock;
}

export function createInsights({ team, ledger, calibrations, outcomes, tallies, sizes, clock }: InsightsDeps): Insights {
  const stats: Insights['stats'] = async ({ sinceMs }) => {
    const [breakdown, judged, tally, storage, calibration] = await Promise.all([ledger.breakdown({ sinceMs }), outcomes.judged({ sinceMs }), tallies.tally({ sinceMs }), sizes.read(), calibrationFacts(calibrations)]);
    return toStats({ team, sinceMs, atMs: clock.nowMs(), tally, breakdown, judged, storage, calibration });
  };
  return { stats, metrics: async () => teamMetrics(await stats({ sinceMs: 0 })) };
}
