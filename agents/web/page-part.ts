import type { WebPage } from './web';

/** Of a page at a time, where there is room for so much. */
export const PART_CHARACTERS = 6_000;
/** How far before its end a part may end, to end with a line: this share of it. */
const LINE_SHARE = 1 / 6;

export interface PagePart {
  page: WebPage;
  text: string;
  /** UTF-16 units of the page's text; `end` is where the next part starts. */
  start: number;
  end: number;
  total: number;
}

/** @param start from 0; beyond the end the part is empty. @param maxCharacters at least 1 */
export function partOf(page: WebPage, start: number, maxCharacters = PART_CHARACTERS): PagePart {
  const { text } = page;
  const from = Math.min(start, text.length);
  const end = endOf(text, from, Math.min(maxCharacters, PART_CHARACTERS));
  return { page, text: text.slice(from, end), start: from, end, total: text.length };
}

function endOf(text: string, from: number, maxCharacters: number): number {
  const end = from + maxCharacters;
  if (end >= text.length) return text.length;
  const line = text.lastIndexOf('\n', end - 1) + 1;
  if (line > end - maxCharacters * LINE_SHARE) return line;
  // Not between the two halves of one character.
  return maxCharacters > 1 && /[\ud800-\udbff]/.test(text[end - 1]!) ? end - 1 : end;
}
