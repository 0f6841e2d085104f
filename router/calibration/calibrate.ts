import { WORTHWHILE_GAIN } from '../complexity-model/model';
import type { CallOutcome } from './outcomes';
import { fitSuccess, gainOf, successOf, type SuccessModel } from './success-model';
import { gainOfPrior, trustIn } from './trust';

/** What a team's own outcomes taught; applied instead of the shipped model until it is undone. */
export interface Calibration {
  success: SuccessModel;
  outcomes: number;
  /** What was applied before, for undoing; only one step is kept. */
  former?: Omit<Calibration, 'former'>;
}

/** How well outcomes of calls were foreseen that were not learnt from. */
export interface Foresight {
  /** Mean logarithmic loss: 0 is certain and right, 0.69 a coin. */
  loss: number;
  /** Share of calls whose outcome was foreseen. */
  foreseen: number;
}

export type CalibrationReport =
  | { status: 'tooFew'; outcomes: number; needed: number; ofEachClass: Record<CallOutcome['modelClass'], number>; neededOfEachClass: number }
  | { status: 'noBetter' | 'better'; outcomes: number; before: Foresight; after: Foresight; /** Present when better. */ calibration?: Calibration };

export const FEWEST_OUTCOMES = 100;
const FEWEST_OF_EACH_CLASS = 20;
const FOLDS = 5;
/** The improvement must be this many times its own standard error: by luck alone one history in twenty reaches it. */
const MARGIN_DEVIATIONS = 1.64;

/**
 * Learns from a team's outcomes where the shipped complexity is wrong for it. Pure; changes nothing by itself. A thousand outcomes take a second
 * or two, with turns of the event loop between, so that the process goes on.
 * @param applied what is in force now, kept for undoing
 */
export async function calibrate(outcomes: readonly CallOutcome[], applied?: Calibration): Promise<CalibrationReport> {
  const ofEachClass = { small: outcomes.filter(({ modelClass }) => modelClass === 'small').length, large: outcomes.filter(({ modelClass }) => modelClass === 'large').length };
  if (outcomes.length < FEWEST_OUTCOMES || Math.min(ofEachClass.small, ofEachClass.large) < FEWEST_OF_EACH_CLASS) {
    return { status: 'tooFew', outcomes: outcomes.length, needed: FEWEST_OUTCOMES, ofEachClass, neededOfEachClass: FEWEST_OF_EACH_CLASS };
  }
  const before = await foretold(outcomes, false), after = await foretold(outcomes, true);
  const report = { outcomes: outcomes.length, before: foresight(outcomes, before.success), after: foresight(outcomes, after.success) };
  if (!isClearlyBetter(outcomes, before.success, after.success)) return { status: 'noBetter', ...report };
  const calibration: Calibration = { success: { ...(await fitSuccess(outcomes, true)), trust: trustIn(after.gain, outcomes) }, outcomes: outcomes.length };
  if (applied) calibration.former = { success: applied.success, outcomes: applied.outcomes };
  return { status: 'better', ...report, calibration };
}

/** What applied before; `undefined` is the shipped model alone. */
export function undone({ former }: Calibration): Calibration | undefined {
  return former && { ...former };
}

/** @returns complexity 0..1 on the same scale as the prior: from one half on the stronger model is worth its price */
export function calibratedComplexity({ success }: Calibration, prompt: Pick<CallOutcome, 'signature' | 'prior'>): number {
  const gain = success.trust * gainOf(success, prompt) + (1 - success.trust) * gainOfPrior(prompt.prior);
  return Math.min(1, Math.max(0, 0.5 + gain - WORTHWHILE_GAIN));
}

/** For each outcome its probability and its prompt's gain, by a model fitted to the others. Equal prompts stay together: their outcomes are not independent. */
async function foretold(outcomes: readonly CallOutcome[], usesShape: boolean): Promise<{ success: number[]; gain: number[] }> {
  const folds = foldsOf(outcomes);
  const models: SuccessModel[] = [];
  for (let fold = 0; fold < FOLDS; fold++) models.push(await fitSuccess(outcomes.filter((_, at) => folds[at] !== fold), usesShape));
  const modelOf = (at: number): SuccessModel => models[folds[at]!]!;
  return { success: outcomes.map((outcome, at) => successOf(modelOf(at), outcome, outcome.modelClass)), gain: outcomes.map((outcome, at) => gainOf(modelOf(at), outcome)) };
}

function foldsOf(outcomes: readonly CallOutcome[]): number[] {
  const seen = new Map<string, number>();
  return outcomes.map(({ signature }) => {
    const key = signature.join();
    if (!seen.has(key)) seen.set(key, seen.size % FOLDS);
    return seen.get(key)!;
  });
}

const loss = (probability: number, ok: boolean): number => -Math.log(Math.max(1e-6, ok ? probability : 1 - probability));

function foresight(outcomes: readonly CallOutcome[], probabilities: readonly number[]): Foresight {
  const losses = outcomes.reduce((total, { ok }, at) => total + loss(probabilities[at]!, ok), 0);
  return { loss: losses / outcomes.length, foreseen: outcomes.filter(({ ok }, at) => probabilities[at]! >= 0.5 === ok).length / outcomes.length };
}

function isClearlyBetter(outcomes: readonly CallOutcome[], before: readonly number[], after: readonly number[]): boolean {
  const gains = outcomes.map(({ ok }, at) => loss(before[at]!, ok) - loss(after[at]!, ok));
  const mean = gains.reduce((total, gain) => total + gain, 0) / gains.length;
  const deviation = Math.sqrt(gains.reduce((total, gain) => total + (gain - mean) ** 2, 0) / gains.length);
  return mean > (MARGIN_DEVIATIONS * deviation) / Math.sqrt(gains.length);
}
