/** All that a model, a terminal or an editor may take for the end of a line (UAX #14: BK, CR, LF, NL; and the separators of ASCII). */
const LINE_END = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/u;
/** Reorder what is shown, so that a line would not read as it stands: embeddings, overrides and isolates (UAX #9). */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/gu;

/** A text as its lines. */
export function linesOf(text: string): string[] {
  return text.replace(REORDERING, '').split(LINE_END);
}

/** A text each line of which is marked, so that nothing in it can step out of the quotation. */
export function quotedLines(text: string): string {
  return linesOf(text).map((line) => `> ${line}`).join('\n');
}
