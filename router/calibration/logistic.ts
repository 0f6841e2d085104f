import { nextTurn } from '../../kernel';
import { logistic } from '../complexity-model/model';

const MOST_STEPS = 15;
/** After the second step the curvature hardly changes any more, and it is what costs time. */
const CURVATURE_STEPS = 2;
const SMALL_STEP = 1e-6;

/**
 * Logistic regression with a penalty for each coefficient that pulls it towards its expected value; Newton's method, with a turn of the event
 * loop between its steps: a step over a thousand cases takes some 30 ms.
 * @param inputs one row per case, all of the same length
 * @returns one coefficient per column
 */
export async function fitLogistic(inputs: readonly Float64Array[], happened: readonly number[], penalties: Float64Array, expected: Float64Array): Promise<Float64Array> {
  const size = penalties.length;
  const coefficients = Float64Array.from(expected);
  let factor: Float64Array = new Float64Array();
  for (let step = 0; step < MOST_STEPS; step++) {
    await nextTurn();
    const gradient = penalties.map((penalty, at) => -penalty * (coefficients[at]! - expected[at]!));
    const probabilities = inputs.map((row) => logistic(linear(coefficients, row)));
    inputs.forEach((row, at) => addTimes(row, happened[at]! - probabilities[at]!, gradient));
    if (step < CURVATURE_STEPS) factor = factored(curvatureOf(inputs, probabilities, penalties), size);
    const change = solve(factor, gradient);
    for (let at = 0; at < size; at++) coefficients[at]! += change[at]!;
    if (change.every((value) => Math.abs(value) < SMALL_STEP)) break;
  }
  return coefficients;
}

export function linear(coefficients: Float64Array, row: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < row.length; at++) sum += coefficients[at]! * row[at]!;
  return sum;
}

function addTimes(row: Float64Array, times: number, to: Float64Array): void {
  for (let at = 0; at < row.length; at++) to[at]! += times * row[at]!;
}

/** The lower half of a symmetric matrix. */
function curvatureOf(inputs: readonly Float64Array[], probabilities: readonly number[], penalties: Float64Array): Float64Array {
  const size = penalties.length, curvature = new Float64Array(size * size);
  penalties.forEach((penalty, at) => (curvature[at * size + at] = penalty));
  inputs.forEach((row, at) => {
    const weight = probabilities[at]! * (1 - probabilities[at]!);
    for (let i = 0; i < size; i++) {
      const value = weight * row[i]!;
      if (value !== 0) for (let j = 0, place = i * size; j <= i; j++, place++) curvature[place]! += value * row[j]!;
    }
  });
  return curvature;
}

/** Cholesky's factor, in place; the lower half of the symmetric `matrix` is read. */
function factored(matrix: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k]! * matrix[j * size + k]!;
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[j * size + j]!;
    }
  }
  return matrix;
}

function solve(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length, answer = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) answer[i]! -= factor[i * size + k]! * answer[k]!;
    answer[i]! /= factor[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) answer[i]! -= factor[k * size + i]! * answer[k]!;
    answer[i]! /= factor[i * size + i]!;
  }
  return answer;
}
