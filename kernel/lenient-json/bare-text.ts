import { bareValue } from './bare-word';
import type { StringPlace } from './broken-string';
import { afterBlanks, isBlank, isKeyAt, isQuote } from './characters';

export interface BareText {
  text: string;
  start: number;
  place: StringPlace;
  /** A round bracket closes it. */
  isInGroup: boolean;
}

/** Text without quotes goes on until something that separates or closes; brackets that open within it close within it. */
export function bareTextAt(bare: BareText, work: { spend(): void }): string {
  const { text, start } = bare;
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    work.spend();
    const character = text[index]!;
    if (endsAnywhere(bare, index) || (depth === 0 && endsAtTop(bare, index))) return text.slice(start, index);
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
  }
  return text.slice(start);
}

function endsAnywhere(bare: BareText, index: number): boolean {
  const { text, start, place } = bare;
  const character = text[index]!;
  if (character === '\n' || text.startsWith('/*', index)) return true;
  if ('{['.includes(character)) return place === 'root' || isNoText(bare, index);
  if (place === 'element' && isBlank(character)) return isNoText(bare, index) && opensNoText(text, index + 1);
  return isQuote(character) && index > start && /[\s,]/.test(text[index - 1]!) && isKeyAt(text, index);
}

function endsAtTop(bare: BareText, index: number): boolean {
  const character = bare.text[index]!;
  if (character === ',') return !isCommaOfText(bare, index);
  if (character === ')') return bare.isInGroup;
  return '}]'.includes(character) || (bare.place === 'element' && character === ':');
}

/** In front of more of the sentence, not of the next name. */
function isCommaOfText(bare: BareText, index: number): boolean {
  const { text, start, place } = bare;
  if (place !== 'member' || !/[A-Za-z]/.test(text[start]!) || isNoText(bare, index)) return false;
  const next = afterBlanks(text, index + 1);
  return /[A-Za-z]/.test(text[next] ?? '') && !isKeyAt(text, next);
}

/** Is what was read up to `index` a number or a literal? */
function isNoText({ text, start }: BareText, index: number): boolean {
  return typeof bareValue(text.slice(start, index).trim()) !== 'string';
}

/** Does a string, a number or a literal begin at `index`? */
function opensNoText(text: string, index: number): boolean {
  return isQuote(text[index]) || typeof bareValue(/^[^\s,\]"']*/.exec(text.slice(index, index + 30))![0]) !== 'string';
}
