import { SHAPE_NAMES, type PromptFeatures } from '../complexity-model/features';
import { HASH_BITS } from '../complexity-model/tokens';

/** What the ledger keeps of a prompt to learn from: numbers of its shape and counts of hashed words, from which no text can be read. */
export type PromptSignature = Uint8Array;

/** Words fall into so few places that each stands for hundreds of words. */
const WORD_PLACES_BITS = 6;
const WORD_PLACES = 1 << WORD_PLACES_BITS;
/** Logarithms of counts reach 12, shares 1; twenty steps per unit lose nothing that matters. */
const STEPS_PER_UNIT = 20;

/** @returns less than 200 bytes */
export function promptSignature({ hasOptions, shape, hashes }: PromptFeatures): PromptSignature {
  const words = new Uint8Array(WORD_PLACES);
  for (const hash of hashes) words[hash >>> (HASH_BITS - WORD_PLACES_BITS)]! += words[hash >>> (HASH_BITS - WORD_PLACES_BITS)]! < 255 ? 1 : 0;
  return Uint8Array.from([hasOptions ? 1 : 0, ...shape.map((value) => Math.max(0, Math.min(255, Math.round(value * STEPS_PER_UNIT)))), ...words]);
}

/** Where the words begin among the numbers of a signature. */
export const FIRST_WORD_NUMBER = 1 + SHAPE_NAMES.length;

/** The numbers a signature stands for; words as their share of all. */
export function signatureNumbers(signature: PromptSignature): number[] {
  const shape = signature.slice(0, -WORD_PLACES), words = signature.slice(-WORD_PLACES);
  const total = Math.sqrt(words.reduce((sum, count) => sum + count, 0)) || 1;
  return [signature[0]!, ...Array.from(shape.slice(1), (value) => value / STEPS_PER_UNIT), ...Array.from(words, (count) => count / total)];
}
