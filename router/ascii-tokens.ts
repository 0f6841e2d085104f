const OTHER = 1, DIGIT = 2, SMALL_LETTER = 4, SPACE = 8, MARK = 16;
/** What runs of words, spaces and marks are made of. */
const RUNS = Uint8Array.from({ length: MARK + 1 }, (_, kind) => (kind < SPACE ? OTHER | DIGIT | SMALL_LETTER : kind));
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));

/**
 * What tokenx 2.2.0 counts of a text of ASCII alone, in one pass without patterns, which takes a fifth of its time: every request's prompt is counted
 * before a model is chosen. A test compares the two.
 *
 * @returns `undefined` for all other texts
 */
export function asciiTokenCount(text: string): number | undefined {
  let tokens = 0;
  let before = OTHER;
  for (let start = 0; start < text.length; ) {
    const kind = KINDS[text.charCodeAt(start)];
    if (kind === undefined) return undefined;
    const run = RUNS[kind]!;
    let seen = kind;
    let end = start + 1;
    for (; end < text.length; end += 1) {
      const next = KINDS[text.charCodeAt(end)];
      if (next === undefined || (next & run) === 0) break;
      seen |= next;
    }
    tokens += kind === SPACE ? spaceTokens(text, start, end, before) : runTokens(end - start, seen);
    before = kind;
    start = end;
  }
  return tokens;
}

/** Space counts where it is structure: an indented or an empty line, or a line that ends without a mark. */
function spaceTokens(text: string, start: number, end: number, before: number): number {
  if (end === start + 1 && text.charCodeAt(start) === 32) return 0;
  const line = text.slice(start, end).indexOf('\n');
  if (line < 0) return 0;
  return start + line < end - 1 || before !== MARK ? 1 : 0;
}

/** @param seen the kinds of its characters together */
function runTokens(length: number, seen: number): number {
  if (seen === DIGIT) return Math.ceil(length / 3);
  if (length <= 3 || (length <= 8 && seen === SMALL_LETTER)) return 1;
  return Math.ceil(length / (seen === MARK ? 6 : 7));
}

function kindOf(character: string): number {
  if ('\t\n\v\f\r '.includes(character)) return SPACE;
  if ('.,!?;(){}[]<>:/\\|@#$%^&*+=`~_"-'.includes(character)) return MARK;
  if (/\d/.test(character)) return DIGIT;
  return /[a-z]/.test(character) ? SMALL_LETTER : OTHER;
}
