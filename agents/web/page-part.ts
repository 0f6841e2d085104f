import type { WebPage } from './web';

/** Of a page at a time: with its frame below what the tool loop shows of a result. */
export const PART_CHARACTERS = 6_000;
/** How far before its end a part may end, to end with a line. */
const LINE_CHARACTERS = 1_000;

export interface PagePart {
  page: WebPage;
  text: string;
  /** UTF-16 units of the page's text; `end` is where the next part starts. */
  start: number;
  end: number;
  total: number;
}

/** @param start from 0; beyond the end the part is empty */
export function partOf(page: WebPage, start: number): PagePart {
  const { text } = page;
  const from = Math.min(start, text.length);
  const end = endOf(text, from);
  return { page, text: text.slice(from, end), start: from, end, total: text.length };
}

function endOf(text: string, from: number): number {
  const end = from + PART_CHARACTERS;
  if (end >= text.length) return text.length;
  const line = text.lastIndexOf('\n', end - 1) + 1;
  if (line > end - LINE_CHARACTERS) return line;
  // Not between the two halves of one character.
  return /[\ud800-\udbff]/.test(text[end - 1]!) ? end - 1 : end;
}
