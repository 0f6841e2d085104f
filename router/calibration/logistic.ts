import { logistic } from '../complexity-model/model';

const MOST_STEPS = 12;
const SMALL_STEP = 1e-6;

/**
 * Logistic regression with a penalty for each coefficient that pulls it towards its expected value; Newton's method.
 * @param inputs one row per case, all of the same length
 * @returns one coefficient per column
 */
export function fitLogistic(inputs: readonly Float64Array[], happened: readonly number[], penalties: Float64Array, expected: Float64Array): Float64Array {
  const size = penalties.length;
  const coefficients = Float64Array.from(expected);
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = new Float64Array(size), curvature = new Float64Array(size * size);
    for (let at = 0; at < size; at++) {
      gradient[at] = -penalties[at]! * (coefficients[at]! - expected[at]!);
      curvature[at * size + at] = penalties[at]!;
    }
    inputs.forEach((row, at) => addCase(row, happened[at]!, coefficients, gradient, curvature));
    const change = solve(curvature, gradient);
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

function addCase(row: Float64Array, happened: number, coefficients: Float64Array, gradient: Float64Array, curvature: Float64Array): void {
  const size = row.length;
  const probability = logistic(linear(coefficients, row));
  const error = happened - probability, weight = probability * (1 - probability);
  for (let i = 0; i < size; i++) {
    const value = row[i]!;
    if (value === 0) continue;
    gradient[i]! += error * value;
    for (let j = 0; j <= i; j++) curvature[i * size + j]! += weight * value * row[j]!;
  }
}

/** Cholesky; `matrix` is symmetric, its lower half is read and overwritten. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length, answer = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k]! * matrix[j * size + k]!;
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[j * size + j]!;
    }
    for (let k = 0; k < i; k++) answer[i]! -= matrix[i * size + k]! * answer[k]!;
    answer[i]! /= matrix[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) answer[i]! -= matrix[k * size + i]! * answer[k]!;
    answer[i]! /= matrix[i * size + i]!;
  }
  return answer;
}
