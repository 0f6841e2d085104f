import type { PromptFeatures } from './features';
import { HASH_BITS } from './tokens';
import weights from './weights.json';

/** A linear judge of one kind of prompt: a weight for each number of the prompt's shape, and one for each place of a hash. */
export interface LinearPart {
  intercept: number;
  shape: readonly number[];
  /** Its length is a power of two, at most 2^HASH_BITS; a hash is shortened to fit. */
  words: Int8Array;
  /** What one step of `words` is worth. */
  step: number;
  /** Logistic curve from this part's score to the probability that a stronger model is needed. */
  need: { offset: number; slope: number };
}

/** Exams with answers to choose from, exercises, and requests to do something differ so much that each has a judge. */
export interface ComplexityModel {
  options: LinearPart;
  exercise: LinearPart;
  request: LinearPart;
  /** Tells exercises (above 0) from requests. */
  gate: LinearPart;
}

export interface Judgement {
  /** 0..1; from one half on, a stronger model than an 8B is worth its price. */
  complexity: number;
  /** 0..1: the probability that a stronger model does noticeably better. */
  need: number;
}

/** Expected gain in quality (0..1) at which a strong model is worth its price: with it, public exams keep about 96 % of the strong model's quality. */
export const WORTHWHILE_GAIN = 0.15;

export function scoreOf(part: LinearPart, features: PromptFeatures): number {
  const { hashes, shape } = features;
  const shift = HASH_BITS - Math.log2(part.words.length);
  let words = 0;
  for (const hash of hashes) words += part.words[hash >>> shift]!;
  let score = part.intercept + (words * part.step) / Math.sqrt(Math.max(1, hashes.length));
  for (let at = 0; at < shape.length; at++) score += part.shape[at]! * shape[at]!;
  return score;
}

export function judge(features: PromptFeatures, model: ComplexityModel): Judgement {
  if (features.hasOptions) return byGain(model.options, features);
  const exercise = byGain(model.exercise, features);
  const need = needOf(model.request, scoreOf(model.request, features));
  const share = logistic((scoreOf(model.gate, features) - GATE_MIDDLE) * GATE_SLOPE);
  return { complexity: share * exercise.complexity + (1 - share) * need, need: share * exercise.need + (1 - share) * need };
}

/** Half-way between the exercises and the requests in cross-validation; so steep that only what lies between is judged by both. */
const GATE_MIDDLE = 0.3;
const GATE_SLOPE = 40;

// For exams the score itself is the expected gain; for requests the probability is all there is.
function byGain(part: LinearPart, features: PromptFeatures): Judgement {
  const gain = scoreOf(part, features);
  return { complexity: clamp(0.5 + gain - WORTHWHILE_GAIN), need: needOf(part, gain) };
}

export function needOf({ need }: LinearPart, score: number): number {
  return logistic(need.offset + need.slope * score);
}

export function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

type StoredPart = Omit<LinearPart, 'words'> & { words: string };

/** @param part as it lies in weights.json: the weights of words as base64 */
export function readPart(part: StoredPart): LinearPart {
  return { ...part, words: new Int8Array(Buffer.from(part.words, 'base64')) };
}

export function storePart(part: LinearPart): StoredPart {
  return { ...part, words: Buffer.from(part.words).toString('base64') };
}

export const FITTED_MODEL: ComplexityModel = { options: readPart(weights.options), exercise: readPart(weights.exercise), request: readPart(weights.request), gate: readPart(weights.gate) };
