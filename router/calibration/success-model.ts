import { SHAPE_NAMES } from '../complexity-model/features';
import { logistic } from '../complexity-model/model';
import { fitLogistic, linear } from './logistic';
import type { CallOutcome, ModelClass } from './outcomes';
import { FIRST_WORD_NUMBER, signatureNumbers } from './signature';

/** How likely each class of model succeeds on a prompt; plain data, so that it can be stored and taken back. */
export interface SuccessModel {
  means: number[];
  /** 0 for what never varied in the history. */
  factors: number[];
  /** Of [1, class, numbers…, prior, numbers × class…, prior × class]. */
  coefficients: number[];
  /** 0..1: how far its gain replaces the prior's. */
  trust: number;
}

type Known = Pick<CallOutcome, 'signature' | 'prior'>;

/** Pulls towards "what the prior says, and nothing else": chosen on replayed histories of 250 prompts (docs/benchmarks.md). */
const PENALTY = 100;
const MOST_DEVIATIONS = 3;
/** Words are many and each says little. */
const WORD_SHARE = 0.5;
/** The form of answers to choose from says most of all about exams: its penalty is a third. */
const OPTION_SHARE = Math.sqrt(3);
/** Before anything is known: most calls succeed, large models more often, and prompts that look hard less often, small models above all. */
const EXPECTED = { success: 1, larger: 0.8, prior: -0.3, priorByClass: 0.2 };

/** @param usesShape false: learns only how far the prior is right, for comparison */
export async function fitSuccess(outcomes: readonly CallOutcome[], usesShape: boolean): Promise<SuccessModel> {
  const rows = outcomes.map(numbersOf);
  const means = rows[0]!.map((_, at) => rows.reduce((total, row) => total + row[at]!, 0) / rows.length);
  const factors = means.map((mean, at) => {
    const deviation = Math.sqrt(rows.reduce((total, row) => total + (row[at]! - mean) ** 2, 0) / rows.length);
    if (deviation < 1e-3 || (!usesShape && at !== means.length - 1)) return 0;
    return shareOf(at, means.length) / deviation;
  });
  const empty: SuccessModel = { means, factors, coefficients: [], trust: 1 };
  const size = 2 + 2 * means.length;
  const penalties = new Float64Array(size).fill(PENALTY);
  [penalties[0], penalties[1]] = [0.1, 0.5];
  const expected = new Float64Array(size);
  [expected[0], expected[1], expected[1 + means.length], expected[size - 1]] = [EXPECTED.success, EXPECTED.larger, EXPECTED.prior, EXPECTED.priorByClass];
  const inputs = outcomes.map((outcome) => inputOf(empty, outcome, outcome.modelClass));
  const coefficients = await fitLogistic(inputs, outcomes.map(({ ok }) => (ok ? 1 : 0)), penalties, expected);
  return { ...empty, coefficients: [...coefficients].map((value) => Number(value.toPrecision(6))) };
}

/** @returns 0..1 */
export function successOf(model: SuccessModel, prompt: Known, modelClass: ModelClass): number {
  return logistic(linear(Float64Array.from(model.coefficients), inputOf(model, prompt, modelClass)));
}

/** By how much a large model is likelier to succeed, −1..1. */
export function gainOf(model: SuccessModel, prompt: Known): number {
  return successOf(model, prompt, 'large') - successOf(model, prompt, 'small');
}

function numbersOf({ signature, prior }: Known): number[] {
  return [...signatureNumbers(signature), prior];
}

/** How much a number may say beside the others; the last one is the prior. */
function shareOf(at: number, count: number): number {
  if (at >= FIRST_WORD_NUMBER && at < count - 1) return WORD_SHARE;
  return SHAPE_NAMES[at - 1]?.startsWith('option') ? OPTION_SHARE : 1;
}

function inputOf({ means, factors }: SuccessModel, prompt: Known, modelClass: ModelClass): Float64Array {
  const half = modelClass === 'large' ? 0.5 : -0.5;
  const limit = (value: number, at: number): number => {
    const most = MOST_DEVIATIONS * shareOf(at, means.length);
    return Math.max(-most, Math.min(most, value));
  };
  const numbers = numbersOf(prompt).map((value, at) => limit((value - means[at]!) * factors[at]!, at));
  return Float64Array.from([1, half, ...numbers, ...numbers.map((value) => value * half)]);
}
