import { calibrate, calibratedComplexity, type Calibration } from '../../../router/calibration/calibrate';
import type { CallOutcome } from '../../../router/calibration/outcomes';
import { promptSignature } from '../../../router/calibration/signature';
import type { ComplexityModel } from '../../../router/complexity-model/model';
import { seededRandom, type Outcome } from '../../../scripts/fit-complexity/rows';
import { routed } from './judged';
import { apgr, mean } from './route-quality';

/** What a history holds of each prompt: both models' outcomes (an A/B, or an escalation), or the outcome of one by turns. */
export type HistoryKind = 'both' | 'one';

export interface ReplayFigures {
  /** Mean gain in APGR on the rows that are not in the history; 0 where nothing was applied. */
  gain: number;
  worst: number;
  /** Standard error of `gain` over the histories. */
  error: number;
  appliedShare: number;
}

/** Replays histories of `prompts` rows: calibrates on them, and looks at the others. */
export async function replay(rows: readonly Outcome[], prior: readonly number[], options: { prompts: number; kind: HistoryKind; histories: number; modelOf: (row: Outcome) => ComplexityModel }): Promise<ReplayFigures> {
  const known = rows.map((row, at) => ({ row, prior: prior[at]!, signature: promptSignature(row.features, options.modelOf(row)) }));
  const gains: number[] = [];
  let applied = 0;
  for (let seed = 0; seed < options.histories; seed++) {
    const shuffled = shuffle(known, seededRandom(1_000 + seed));
    const report = await calibrate(shuffled.slice(0, options.prompts).flatMap((each, at) => outcomesOf(each, options.kind, at)));
    const calibration = report.status === 'better' ? report.calibration : undefined;
    if (calibration) applied++;
    gains.push(calibration ? gainOn(shuffled.slice(options.prompts), calibration) : 0);
  }
  const gain = mean(gains);
  const error = Math.sqrt(mean(gains.map((each) => (each - gain) ** 2)) / gains.length);
  return { gain, worst: Math.min(...gains), error, appliedShare: applied / options.histories };
}

interface Known {
  row: Outcome;
  prior: number;
  signature: CallOutcome['signature'];
}

function outcomesOf({ row, prior, signature }: Known, kind: HistoryKind, at: number): CallOutcome[] {
  const both: CallOutcome[] = [{ signature, prior, modelClass: 'small', ok: row.small >= 0.5 }, { signature, prior, modelClass: 'large', ok: row.large >= 0.5 }];
  return kind === 'both' ? both : [both[at % 2]!];
}

function gainOn(unseen: readonly Known[], calibration: Calibration): number {
  const rows = unseen.map(({ row }) => row);
  return apgr(routed(rows, unseen.map((each) => calibratedComplexity(calibration, each)))) - apgr(routed(rows, unseen.map(({ prior }) => prior)));
}

function shuffle<T>(values: readonly T[], random: () => number): T[] {
  const shuffled = [...values];
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
  }
  return shuffled;
}
