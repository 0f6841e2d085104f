import { afterBlanks, isBlank } from './characters';

/** A part of a text that looks like JSON. */
export interface JsonBlock {
  text: string;
  start: number;
  /** Behind its last character. */
  end: number;
  /** Its last bracket is there. */
  isClosed: boolean;
}

/** More are not looked at: an answer holds a few values, a text full of brackets is something else. */
const MOST_BLOCKS = 40;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

/** The objects and lists in a text, in their order. A bracket in a sentence, `[1]` or `[see below]`, is found too: the reader of the block judges it. */
export function jsonBlocks(text: string): JsonBlock[] {
  const blocks: JsonBlock[] = [];
  for (let index = text.search(/[{[]/); index >= 0 && blocks.length < MOST_BLOCKS; ) {
    const end = balancedEnd(text, index);
    const isBracketOfText = text[index] === '[' && /[A-Za-z]/.test(text[afterBlanks(text, index + 1)] ?? '') && !/^\[\s*(?:true|false|null|none)\b/i.test(text.slice(index, index + 20));
    if (!isBracketOfText) blocks.push({ text: text.slice(index, end ?? text.length), start: index, end: end ?? text.length, isClosed: end !== undefined });
    const from = isBracketOfText ? index + 1 : (end ?? text.length);
    const next = text.slice(from).search(/[{[]/);
    index = next < 0 ? -1 : from + next;
  }
  return blocks;
}

/** @returns behind the bracket that closes the one at `start`; `undefined` when none does */
export function balancedEnd(text: string, start: number): number | undefined {
  const open: string[] = [];
  for (let index = start; index < text.length; index++) {
    const character = text[index]!;
    if (character === '"') index = stringEnd(text, index) ?? text.length;
    else if (character === "'" && isOpeningApostrophe(text, index)) index = apostropheEnd(text, index) ?? index;
    else if (CLOSING[character] !== undefined) open.push(CLOSING[character]);
    else if (character === open.at(-1)) {
      open.pop();
      if (open.length === 0) return index + 1;
    }
  }
  return undefined;
}

function stringEnd(text: string, start: number): number | undefined {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"') return index;
  }
  return undefined;
}

/** Where a value or a name begins: after a bracket, a colon, a comma. Elsewhere it is an apostrophe. */
function isOpeningApostrophe(text: string, index: number): boolean {
  let before = index - 1;
  while (isBlank(text[before])) before--;
  return '{[(,:='.includes(text[before] ?? ' ');
}

function apostropheEnd(text: string, start: number): number | undefined {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === "'" && ',:}])'.includes(text[afterBlanks(text, index + 1)] ?? ',')) return index;
  }
  return undefined;
}
