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

/** A text of so many words may have one more and say the same, one of twice as many two. */
const WORDS_PER_WORD_MORE = 20;

/**
 * Does the newer one of two items say of the same all that the older says, in the same order, and few words more: at most one in {@link WORDS_PER_WORD_MORE}, none of
 * them a number, a name or a "not"? Then nothing is lost when it takes the older one's place. One with a word less is another: it would lose that word.
 */
export function tellsMore(newer: Said, older: Said): boolean {
  if (ownersOf(newer) !== ownersOf(older)) return false;
  const [words, known] = [wordsOf(newer.text), wordsOf(older.text)];
  const more = wordsBetween(words, known);
  return more !== undefined && more.length * WORDS_PER_WORD_MORE <= known.length && more.every(tellsNothingNew);
}

/** @returns as they are written, words of the first that stand between those of the second; undefined when it has not all of them in their order */
function wordsBetween(words: readonly string[], known: readonly string[]): string[] | undefined {
  let at = 0;
  const more = words.filter((word) => {
    const isKnown = at < known.length && lookless(word) === lookless(known[at]!);
    if (isKnown) at++;
    return !isKnown;
  });
  return at === known.length ? more : undefined;
}

/** In scripts with capitals; in others a word cannot be told from a name. */
const SMALL_WORD = /^\p{Ll}[\p{Ll}\p{M}]*$/u;
/** They turn a sentence round (English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Scandinavian, Turkish, Russian and Ukrainian). */
const NOT = new Set(
  (
    'no not never nor neither none nobody nothing nowhere cannot without except unless kein keine keinem keinen keiner keines nicht nichts nie niemals niemand ohne weder außer ' +
    'ne pas jamais rien aucun aucune sans ni nada nadie ningún ninguna ninguno nunca jamás sin tampoco não nem ninguém nenhum nenhuma sem non mai niente nulla nessun nessuna nessuno senza né ' +
    'geen niet niets niemand nooit zonder nie nigdy nikt nic bez není nikdy nikdo inte ikke ikkje ingen inga inget aldrig aldri utan uten uden değil yok hiç не нет ни никогда никто ничего без ні немає ніколи'
  ).split(' '),
);

function tellsNothingNew(word: string): boolean {
  return SMALL_WORD.test(word) && !NOT.has(word);
}

const BAND_CHARACTERS = 16;
/** At either end of a long text; what was put in stands at one of them at most, mostly. */
const END_WORDS = 10;

/** What a store finds an item by: the first by what it says, so that a thousand orders that differ in their number do not hide the one that is looked for; in a long text the others by its ends. */
export function bandsOf(item: Said): string[] {
  const words = wordsOf(item.text).map(lookless);
  const ends = words.length < WORDS_PER_WORD_MORE ? [] : [words.slice(0, END_WORDS), words.slice(-END_WORDS)];
  return [identityOf(item), ...ends.map((end, index) => JSON.stringify([ownersOf(item), index, end]))].map((said) => createHash('sha256').update(said).digest('hex').slice(0, BAND_CHARACTERS));
}

function identityOf(item: Said): string {
  return JSON.stringify([ownersOf(item), wordsOf(item.text).map(lookless)]);
}

function ownersOf({ privacy, provenance: { user, source } }: Said): string {
  return JSON.stringify([privacy, user ?? null, source ?? null]);
}

/** Behind a word they end or part; inside one (`1.5`) and before it (`.env`) they belong to it. `!` and `?` tell: `save!` is a name, `open?` a question. */
const CLOSING_SIGNS = /(?<=[^.,;:…。，；：、])[.,;:…。，；：、]+$/u;
/** Of a word that is otherwise small and has no digit: `IT`, `1aBc` and `camelCase` are names as they stand. */
const FIRST_CAPITAL = /^\P{L}*\p{Lu}(?=[\p{Ll}\p{M}][^\p{Lu}\p{N}]*$)/u;
/** A store may have made a space of a NUL. */
const SPACE = /[\s\0]+/u;
const LOOKS = [[/[“”„‟«»]/gu, '"'], [/[‘’‚‛]/gu, "'"], [/[‐‑–—]/gu, '-']] as const;

/** As they are written, but for the signs that close them and the form of quotation marks and dashes. */
function wordsOf(text: string): string[] {
  const plain = LOOKS.reduce((said, [sign, common]) => said.replace(sign, common), text.normalize('NFC'));
  return plain.split(SPACE).filter((word) => word !== '').map((word) => word.replace(CLOSING_SIGNS, ''));
}

/** Without the capital it may have at the beginning of a sentence or in a title. */
function lookless(word: string): string {
  return word.replace(FIRST_CAPITAL, (start) => start.toLowerCase());
}
