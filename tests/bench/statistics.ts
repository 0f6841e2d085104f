export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** @param values at least one */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return { median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2, min: sorted[0]!, max: sorted.at(-1)! };
}

export const shown = ({ median, min, max }: Spread, digits: number): string => `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
