import { createHash } from 'node:crypto';
import type { MemoryItem } from './memory-item';

type Said = Pick<MemoryItem, 'text' | 'privacy' | 'provenance'>;

/**
 * Do two items say the same of the same: the same words and signs in the same order, apart from their look? One with another label is another. So is one of another user,
 * or erasing the one would take the other's along; and one of another source, or anybody could put his words under a document's name.
 */
export function saysTheSame(one: Said, other: Said): boolean {
  return identityOf(one) === identityOf(other);
}

const BAND_CHARACTERS = 16;

/** What a store finds an item by that says the same. One that differs in a word has another: a thousand orders that differ in their number must not hide the one that is looked for. */
export function bandsOf(item: Said): string[] {
  return [createHash('sha256').update(identityOf(item)).digest('hex').slice(0, BAND_CHARACTERS)];
}

function identityOf({ text, privacy, provenance: { user, source } }: Said): string {
  return JSON.stringify([privacy, user ?? null, source ?? null, saying(text)]);
}

/** Behind a word they end or part; inside one (`1.5`) and before it (`.env`) they belong to it. `!` and `?` tell: `save!` is a name, `open?` a question. */
const CLOSING_SIGNS = /(?<=[^.,;:…。，；：、])[.,;:…。，；：、]+$/u;
/** Of a word that is otherwise small and has no digit: `IT`, `1aBc` and `camelCase` are names as they stand. */
const FIRST_CAPITAL = /^\P{L}*\p{Lu}(?=[\p{Ll}\p{M}][^\p{Lu}\p{N}]*$)/u;
/** A store may have made a space of a NUL. */
const SPACE = /[\s\0]+/u;
const LOOKS = [[/[“”„‟«»]/gu, '"'], [/[‘’‚‛]/gu, "'"], [/[‐‑–—]/gu, '-']] as const;

/** What a text says, without its look: white space, capitals at the beginning of words, stops and commas behind them, and the form of quotation marks and dashes. */
function saying(text: string): string {
  const plain = LOOKS.reduce((said, [sign, common]) => said.replace(sign, common), text.normalize('NFC'));
  const words = plain.split(SPACE).filter((word) => word !== '').map((word) => word.replace(CLOSING_SIGNS, '').replace(FIRST_CAPITAL, (start) => start.toLowerCase()));
  return words.join(' ');
}
