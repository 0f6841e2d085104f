import type { ModelsFile } from './models-file/schema';
import { DEFAULT_PRESET, type Preset, type RequestFacts } from './request';

/** What a model is judged by, each 0..1. */
export const SIGNS = ['fit', 'cheapness', 'speed', 'strength', 'local'] as const;
export type Weights = Record<(typeof SIGNS)[number], number>;

/**
 * What each preset cares about; every row sums to 1, so a score stays within 0..1. The largest weight outweighs the rest together where the name promises it.
 * With a local 8B and a strong cloud model, Balanced changes sides at a complexity of about 0.5 and Local first at about 0.55: local where it is good enough.
 */
export const WEIGHTS: Record<Preset, Weights> = {
  localFirst: { local: 0.25, fit: 0.55, cheapness: 0.1, speed: 0.1, strength: 0 },
  privateOnly: { local: 0, fit: 0.7, cheapness: 0, speed: 0.1, strength: 0.2 },
  balanced: { local: 0.15, fit: 0.5, cheapness: 0.2, speed: 0.05, strength: 0.1 },
  cheapest: { local: 0.1, fit: 0.1, cheapness: 0.75, speed: 0, strength: 0.05 },
  fastest: { local: 0, fit: 0.2, cheapness: 0.05, speed: 0.75, strength: 0 },
  best: { local: 0, fit: 0, cheapness: 0.05, speed: 0, strength: 0.95 },
  // Where nobody has said which: those of Balanced.
  own: { local: 0.15, fit: 0.5, cheapness: 0.2, speed: 0.05, strength: 0.1 },
};

/** The weights in force, the narrowest word first: the request's own, the models file's, the preset's. The request's are made to sum to 1. */
export function weightsOf({ preset = DEFAULT_PRESET, weights = {} }: Pick<RequestFacts, 'preset' | 'weights'>, { presets }: ModelsFile): Weights {
  // An expression may give anything.
  const said = (sign: (typeof SIGNS)[number]) => (Number.isFinite(Number(weights[sign])) ? Math.max(0, Number(weights[sign])) : 0);
  const sum = SIGNS.reduce((total, sign) => total + said(sign), 0);
  if (sum > 0) return inOrder((sign) => Math.round((said(sign) / sum) * 1_000) / 1_000);
  return inOrder((sign) => presets[preset]?.[sign] ?? WEIGHTS[preset][sign]);
}

function inOrder(weightOf: (sign: (typeof SIGNS)[number]) => number): Weights {
  return Object.fromEntries(SIGNS.map((sign) => [sign, weightOf(sign)])) as Weights;
}
