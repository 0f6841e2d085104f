import { SHAPE_NAMES, type PromptFeatures } from '../complexity-model/features';
import { FITTED_MODEL, scoreOf, type ComplexityModel } from '../complexity-model/model';
import { HASH_BITS } from '../complexity-model/tokens';

/** What the ledger keeps of a prompt to learn from: numbers of its shape, what each judge made of it, and counts of hashed words, from which no text can be read. */
export type PromptSignature = Uint8Array;

/** Words fall into so few places that each stands for hundreds of words. */
const WORD_PLACES_BITS = 6;
const WORD_PLACES = 1 << WORD_PLACES_BITS;
/** Logarithms of counts reach 12, shares 1; twenty steps per unit lose nothing that matters. */
const STEPS_PER_UNIT = 20;

/** Only one or two judges decide on a prompt, but what the others say of it helps to tell a team's prompts apart. */
const JUDGES = ['options', 'exercise', 'request', 'gate'] as const;
/** Scores lie about 0.3; what is outside −0.75..1.25 counts as the limit. */
const LEAST_SCORE = -0.75;
const STEPS_PER_SCORE = 127;

/**
 * @param model the judges of the prior
 * @returns less than 200 bytes
 */
export function promptSignature(features: PromptFeatures, model: ComplexityModel = FITTED_MODEL): PromptSignature {
  const { hasOptions, shape, hashes } = features;
  const scores = JUDGES.map((name) => scoreOf(model[name], features));
  const words = new Uint8Array(WORD_PLACES);
  for (const hash of hashes) words[hash >>> (HASH_BITS - WORD_PLACES_BITS)]! += words[hash >>> (HASH_BITS - WORD_PLACES_BITS)]! < 255 ? 1 : 0;
  return Uint8Array.from([hasOptions ? 1 : 0, ...shape.map((value) => byte(value * STEPS_PER_UNIT)), ...scores.map((score) => byte((score - LEAST_SCORE) * STEPS_PER_SCORE)), ...words]);
}

const byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/** Where the words begin among the numbers of a signature. */
export const FIRST_WORD_NUMBER = 1 + SHAPE_NAMES.length + JUDGES.length;

/** The numbers a signature stands for; words as their share of all. */
export function signatureNumbers(signature: PromptSignature): number[] {
  const shape = signature.slice(1, 1 + SHAPE_NAMES.length), scores = signature.slice(1 + SHAPE_NAMES.length, FIRST_WORD_NUMBER), words = signature.slice(FIRST_WORD_NUMBER);
  const total = Math.sqrt(words.reduce((sum, count) => sum + count, 0)) || 1;
  return [signature[0]!, ...Array.from(shape, (value) => value / STEPS_PER_UNIT), ...Array.from(scores, (value) => value / STEPS_PER_SCORE + LEAST_SCORE), ...Array.from(words, (count) => count / total)];
}
