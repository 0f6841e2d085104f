import { WORTHWHILE_GAIN } from '../complexity-model/model';
import type { CallOutcome, ModelClass } from './outcomes';

/** Before a team's outcomes speak: seven tenths, give or take three. */
const EXPECTED = 0.7;
const DEVIATION = 0.3;

/**
 * How far the learnt gain should replace the prior's, by outcomes it was not learnt from.
 * One outcome says little about a gain, so that a short history hardly moves the expected share.
 * @param gains for each outcome, the gain −1..1 as a model foresees it that has not seen the outcome
 * @returns 0 (the prior alone) .. 1 (what was learnt alone)
 */
export function trustIn(gains: readonly number[], outcomes: readonly CallOutcome[]): number {
  const rates = { small: rateOf(outcomes, 'small'), large: rateOf(outcomes, 'large') };
  const priorGains = outcomes.map(({ prior }) => gainOfPrior(prior));
  const [meanGain, meanPrior] = [average(gains), average(priorGains)];
  // Of one class alone: twice what is above its usual rate stands for the gain, on average.
  const noise = 2 * (rates.small * (1 - rates.small) + rates.large * (1 - rates.large)) || 1;
  let agreement = EXPECTED / DEVIATION ** 2, certainty = 1 / DEVIATION ** 2;
  outcomes.forEach(({ modelClass, ok }, at) => {
    const above = (modelClass === 'large' ? 2 : -2) * ((ok ? 1 : 0) - rates[modelClass]);
    const prior = priorGains[at]! - meanPrior;
    const correction = gains[at]! - meanGain - prior;
    agreement += (correction * (above - prior)) / noise;
    certainty += correction ** 2 / noise;
  });
  return Math.min(1, Math.max(0, agreement / certainty));
}

/** The gain −1..1 a complexity stands for. */
export function gainOfPrior(prior: number): number {
  return prior - 0.5 + WORTHWHILE_GAIN;
}

function rateOf(outcomes: readonly CallOutcome[], of: ModelClass): number {
  return average(outcomes.filter(({ modelClass }) => modelClass === of).map(({ ok }) => (ok ? 1 : 0)));
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
}
