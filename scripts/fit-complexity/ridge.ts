/** One row of a sparse design: places and the values there. */
export interface SparseRow {
  places: number[];
  values: number[];
}

export interface RidgeProblem {
  rows: readonly SparseRow[];
  targets: readonly number[];
  weights: readonly number[];
  /** One per place; how strongly its coefficient is held near 0. */
  penalties: Float64Array;
}

const MOST_STEPS = 60;

/** Weighted ridge regression by conjugate gradients, preconditioned by the diagonal; the same input gives the same bits. */
export function ridge({ rows, targets, weights, penalties }: RidgeProblem): Float64Array {
  const size = penalties.length;
  const solution = new Float64Array(size), residual = new Float64Array(size), diagonal = Float64Array.from(penalties);
  rows.forEach((row, at) => row.places.forEach((place, k) => {
    residual[place]! += weights[at]! * targets[at]! * row.values[k]!;
    diagonal[place]! += weights[at]! * row.values[k]! ** 2;
  }));
  const direction = residual.map((value, place) => value / diagonal[place]!);
  let rest = dot(residual, direction);
  for (let step = 0; step < MOST_STEPS && rest > 1e-10; step++) {
    const image = apply(rows, weights, penalties, direction);
    const length = rest / dot(direction, image);
    let next = 0;
    for (let place = 0; place < size; place++) {
      solution[place]! += length * direction[place]!;
      residual[place]! -= length * image[place]!;
      next += residual[place]! ** 2 / diagonal[place]!;
    }
    for (let place = 0; place < size; place++) direction[place] = residual[place]! / diagonal[place]! + (next / rest) * direction[place]!;
    rest = next;
  }
  return solution;
}

function apply(rows: readonly SparseRow[], weights: readonly number[], penalties: Float64Array, vector: Float64Array): Float64Array {
  const image = vector.map((value, place) => value * penalties[place]!);
  for (let at = 0; at < rows.length; at++) {
    const { places, values } = rows[at]!;
    let value = 0;
    for (let k = 0; k < places.length; k++) value += values[k]! * vector[places[k]!]!;
    value *= weights[at]!;
    for (let k = 0; k < places.length; k++) image[places[k]!]! += value * values[k]!;
  }
  return image;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let at = 0; at < a.length; at++) total += a[at]! * b[at]!;
  return total;
}
