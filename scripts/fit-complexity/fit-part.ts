import { type LinearPart, logistic } from '../../router/complexity-model/model';
import { HASH_BITS } from '../../router/complexity-model/tokens';
import type { PromptFeatures } from '../../router/complexity-model/features';
import { ridge, type SparseRow } from './ridge';

/** A prompt to learn from. */
export interface Lesson {
  features: PromptFeatures;
  target: number;
  weight: number;
  /** Lessons of one source: what all of a source have in common teaches nothing about its prompts. */
  group?: string;
}

export interface PartSettings {
  /** Size of the table of words: 2^bits. */
  bits: number;
  penalty: number;
  /** How much the shape may say in comparison with the words. */
  shapeShare: number;
}

/** Fits one judge. Deterministic. */
export function fitPart(lessons: readonly Lesson[], settings: PartSettings): LinearPart {
  const { bits, penalty, shapeShare } = settings;
  const size = 1 << bits;
  const scales = scalesOf(lessons);
  const groups = [...new Set(lessons.map(({ group }) => group))];
  const rows = lessons.map(({ features, group }) => sparseRow(features, groups.indexOf(group), scales, settings));
  const penalties = new Float64Array(size + scales.length + groups.length).fill(penalty);
  penalties.fill(1e-3, size + scales.length);
  const solution = ridge({ rows, targets: lessons.map(({ target }) => target), weights: lessons.map(({ weight }) => weight), penalties });
  const largest = solution.slice(0, size).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const step = round(largest / 127);
  const shape = scales.map(({ deviation }, at) => round((shapeShare * solution[size + at]!) / deviation));
  const middle = lessons.reduce((total, { weight, group }) => total + weight * solution[size + scales.length + groups.indexOf(group)]!, 0) / lessons.reduce((total, { weight }) => total + weight, 0);
  const intercept = round(middle - scales.reduce((total, { mean }, at) => total + shape[at]! * mean, 0));
  return { intercept, shape, words: Int8Array.from(solution.slice(0, size), (value) => Math.round(value / step)), step, need: { offset: 0, slope: 1 } };
}

interface Scale {
  mean: number;
  deviation: number;
}

function scalesOf(lessons: readonly Lesson[]): Scale[] {
  return (lessons[0]?.features.shape ?? []).map((_, at) => {
    const values = lessons.map(({ features }) => features.shape[at]!);
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    // What never varies among the lessons must not weigh heavily on a prompt where it does.
    return { mean, deviation: Math.max(0.02, Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length)) };
  });
}

function sparseRow({ hashes, shape }: PromptFeatures, group: number, scales: Scale[], { bits, shapeShare }: PartSettings): SparseRow {
  const size = 1 << bits;
  const share = 1 / Math.sqrt(Math.max(1, hashes.length));
  return {
    places: [...hashes.map((hash) => hash >>> (HASH_BITS - bits)), ...shape.map((_, at) => size + at), size + shape.length + group],
    values: [...hashes.map(() => share), ...shape.map((value, at) => (shapeShare * (value - scales[at]!.mean)) / scales[at]!.deviation), 1],
  };
}

/** The logistic curve that best tells from a score how often something is so; Newton's method. */
export function fitCurve(scores: readonly number[], happened: readonly number[]): LinearPart['need'] {
  let offset = 0, slope = 1;
  for (let step = 0; step < 50; step++) {
    let g0 = -1e-3 * offset, g1 = -1e-3 * slope, h00 = 1e-3, h01 = 0, h11 = 1e-3;
    scores.forEach((score, at) => {
      const p = logistic(offset + slope * score), error = happened[at]! - p, w = p * (1 - p);
      g0 += error; g1 += error * score; h00 += w; h01 += w * score; h11 += w * score * score;
    });
    const determinant = h00 * h11 - h01 * h01;
    offset += (h11 * g0 - h01 * g1) / determinant;
    slope += (h00 * g1 - h01 * g0) / determinant;
  }
  return { offset: round(offset), slope: round(slope) };
}

function round(value: number): number {
  return Number(value.toPrecision(5));
}
