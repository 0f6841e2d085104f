import { mean } from './route-quality';

export interface ReliabilityBin {
  /** Mean probability that was said, and share of cases in which it was so. */
  said: number;
  happened: number;
  cases: number;
}

/** Cases in order of what was said, in bins of equal size. */
export function reliability(said: readonly number[], happened: readonly number[], bins = 10): ReliabilityBin[] {
  const order = said.map((_, at) => at).sort((a, b) => said[a]! - said[b]!);
  return Array.from({ length: bins }, (_, bin) => order.slice(Math.floor((bin * order.length) / bins), Math.floor(((bin + 1) * order.length) / bins)))
    .filter((cases) => cases.length > 0)
    .map((cases) => ({ said: mean(cases.map((at) => said[at]!)), happened: mean(cases.map((at) => happened[at]!)), cases: cases.length }));
}

/** Mean distance between what was said and what happened, over the bins. */
export function expectedCalibrationError(said: readonly number[], happened: readonly number[]): number {
  return reliability(said, happened).reduce((total, bin) => total + (bin.cases * Math.abs(bin.said - bin.happened)) / said.length, 0);
}
