import { CLOSERS, afterBlanks, isKeyAt, isQuote, quotedAt } from './characters';

/** Where a string stands: what may come after it depends on that. */
export type StringPlace = 'key' | 'member' | 'element' | 'root';

export interface ReadString {
  value: string;
  /** Behind its closing quote, or where it ends without one. */
  end: number;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/**
 * Reads a string whose end may be wrong: quotes within it that are not escaped, a closing quote that is missing, line breaks as they are.
 *
 * @param start of the opening quote
 */
export function readBrokenString(text: string, start: number, place: StringPlace, work: { spend(): void }): ReadString {
  const closers = CLOSERS[text[start]!]!;
  const inner: number[] = [];
  for (let index = start + 1; index < text.length; index++) {
    work.spend();
    if (text[index] === '\\') index++;
    else if (closers.includes(text[index]!)) {
      const colon = place === 'key' ? colonBefore(text, start, index) : undefined;
      if (colon !== undefined) return { value: unescaped(text.slice(start + 1, colon)).trim(), end: colon };
      const overrun = place === 'key' ? undefined : overrunBy(text, start, index, inner.length > 0, place);
      if (overrun !== undefined) return endedBefore(text, start, inner, overrun);
      if (isEnd(text, start, index, place)) return ended(text, start, place === 'element' && isUnopened(text, inner) ? inner[0]! : index);
      inner.push(index);
    }
  }
  if (place === 'key') return unclosedKey(text, start);
  return inner.length === 0 ? unclosed(text, start, place === 'element' ? elementsEnd(text, start) : text.length) : ended(text, start, inner.at(-1)!);
}

/** At the last quote before the next name, or there without one. */
function endedBefore(text: string, start: number, inner: readonly number[], overrun: number): ReadString {
  const quote = inner.findLast((index) => index < overrun);
  return quote === undefined ? unclosed(text, start, overrun) : ended(text, start, quote);
}

/** Quotations come in pairs; one quote between two words is the end of an element whose successor lacks its opening quote. */
function isUnopened(text: string, [quote, ...others]: readonly number[]): boolean {
  return quote !== undefined && others.length === 0 && /^[A-Za-z\d]*[A-Za-z][A-Za-z\d]*["'”] [A-Za-z]/.test(text.slice(text.slice(0, quote).search(/[A-Za-z\d]*$/), quote + 3));
}

function ended(text: string, start: number, quote: number): ReadString {
  return { value: unescaped(text.slice(start + 1, quote)), end: quote + 1 };
}

/** A colon in front of a quote, and none behind it: the name lacks its closing quote, and this one opens the value. */
function colonBefore(text: string, start: number, quote: number): number | undefined {
  if (text[afterBlanks(text, quote + 1)] === ':') return undefined;
  const before = text.slice(start + 1, quote).trimEnd();
  return before.length > 1 && before.endsWith(':') ? start + before.length : undefined;
}

function unclosedKey(text: string, start: number): ReadString {
  const rest = text.slice(start + 1);
  const length = rest.search(/[:,}\]\n]/);
  return { value: unescaped(length < 0 ? rest : rest.slice(0, length)).trim(), end: length < 0 ? text.length : start + 1 + length };
}

/**
 * A quote that closes the name of the next member was reached while a value was read.
 *
 * @returns where that name opens
 */
function overrunBy(text: string, start: number, quote: number, hasCandidate: boolean, place: StringPlace): number | undefined {
  if (place === 'element' && !hasCandidate && opensElement(text, start, quote)) return quote;
  if (text[afterBlanks(text, quote + 1)] !== ':') return undefined;
  const opening = text.lastIndexOf(text[quote]!, quote - 1);
  const before = text.slice(start + 1, opening).trimEnd();
  const isAfterBreak = /[,{[]$/.test(before) || /\n\s*$/.test(text.slice(start + 1, opening)) || /["'”]$/.test(before);
  return opening > start && isAfterBreak && isKeyAt(text, opening) ? opening : undefined;
}

/** Behind a comma or a line break and before a word: the string before it was never closed. */
function opensElement(text: string, start: number, quote: number): boolean {
  return /\w/.test(text[quote + 1] ?? '') && /(?:,|\n\s*|,\s*\n\s*)$/.test(text.slice(Math.max(start + 1, quote - 40), quote));
}

function isEnd(text: string, start: number, quote: number, place: StringPlace): boolean {
  const next = afterBlanks(text, quote + 1);
  const character = text[next];
  if (character === undefined || character === '`') return true;
  if (place === 'key') return character === ':' || ',}'.includes(character) || isValueStart(text, quote, next);
  if ('}]);'.includes(character)) return closes(text, next) && !isOpenWithin(text, start, quote, character);
  if (character === ',') return isNextAfterComma(text, afterBlanks(text, next + 1), place);
  if (character === '+') return isQuote(text[afterBlanks(text, next + 1)]);
  if (character === ':') return place === 'element' || place === 'root';
  if (place === 'member') return isKeyAt(text, next);
  return place === 'element' && next > quote + 1 && isWholeElement(text, next);
}

/** A name without its colon: the value follows at once. */
function isValueStart(text: string, quote: number, next: number): boolean {
  return /[\d{[-]/.test(text[next]!) || (next > quote + 1 && /["'“tfnTFN]/.test(text[next]!));
}

/** A bracket within a sentence is followed by more of the sentence. */
function closes(text: string, index: number): boolean {
  const after = afterBlanks(text, index + 1);
  return text[after] === undefined || /[\s,}\]);`<"'”[{]/.test(text[index + 1] ?? text[after]!);
}

const OPENERS: Readonly<Record<string, string>> = { '}': '{', ']': '[', ')': '(' };

/** The bracket opens within the string, so it closes within it: `"(5'3")"`. */
function isOpenWithin(text: string, start: number, quote: number, closing: string): boolean {
  const near = text.slice(Math.max(start + 1, quote - 200), quote);
  const count = (bracket: string) => near.split(bracket).length;
  return OPENERS[closing] !== undefined && count(OPENERS[closing]) > count(closing) && /["'”]/.test(text.slice(quote + 1, quote + 400));
}

function isNextAfterComma(text: string, next: number, place: StringPlace): boolean {
  const character = text[next];
  if (character === undefined || '}],{['.includes(character) || text.startsWith('...', next)) return true;
  if (place === 'member') return isKeyAt(text, next);
  if (isQuote(character)) return !/^.\s*[,\]}]/s.test(text.slice(next, next + 20)) || text[next + 1] === character;
  return /[\d-]/.test(character) || /^(?:true|false|null|none|nan)\b/i.test(text.slice(next, next + 6)) || place === 'root';
}

function isWholeElement(text: string, next: number): boolean {
  const element = quotedAt(text, next);
  if (element === undefined) return /[\d{[-]/.test(text[next]!);
  const after = text[afterBlanks(text, next + element.length)];
  return after === undefined || /[,\]\d{[]/.test(after) || isQuote(after);
}

/** In a list that is closed, a string that is not goes to its comma. */
function elementsEnd(text: string, start: number): number {
  const comma = text.indexOf(',', start);
  return comma > 0 && /\]\s*$/.test(text) ? comma : text.length;
}

/** Without a closing quote a value ends at its line's end, or before what closes or separates it. */
function unclosed(text: string, start: number, limit: number): ReadString {
  const rest = text.slice(start + 1, limit);
  const lineEnd = /[,\s]*\r?\n\s*(?=["'}\]])/.exec(rest);
  if (lineEnd) return { value: unescaped(rest.slice(0, lineEnd.index)), end: start + 1 + lineEnd.index };
  const tail = (limit < text.length ? /[\s,]*$/ : /[\s,]*(?:[}\]]+\s*)*(?:`{3,}\s*)?$/).exec(rest)!;
  const cut = tail[0].trim() === '' ? rest.length : tail.index;
  return { value: unescaped(rest.slice(0, cut)).replace(/\s*\+\s*$/, ''), end: start + 1 + cut };
}

/** Of a backslash before a letter that means nothing in JSON (a path, a pattern) both stay. */
export function unescaped(raw: string): string {
  const text = /\\$/.test(raw) && !/\\\\$/.test(raw) ? raw.slice(0, -1) : raw;
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|u[0-9a-fA-F]{0,3}$|([^]))/g, (whole, code?: string, letter?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    if (letter === undefined) return '';
    return ESCAPES[letter] ?? (/["'\\/`“”‘’\n]/.test(letter) ? letter : whole);
  });
}
