/** Opening quotes a model may write, each with what may close it. */
export const CLOSERS: Readonly<Record<string, string>> = { '"': '"“”', "'": "'‘’", '“': '”“"„', '”': '”"', '„': '“”"', '‘': '’‘\'', '’': '’\'', '`': '`´', '´': '´`' };

/** JSON's own blanks, and those that word processors and web pages put in their place. */
const BLANK = /[\s\u00a0\u180e\u2000-\u200d\u202f\u205f\u3000\ufeff]/;
/** A name and its colon, in quotes or bare; bare also with the equals sign of a call's arguments. */
const KEY = /(?:"(?:[^"\\\n]|\\.){0,120}"|'(?:[^'\\\n]|\\.){0,120}'|“[^”\n]{0,120}”|[A-Za-z_$][\w$.-]{0,60}(?=\s{0,20}=[^=]|\s{0,20}:))\s{0,20}[:=](?!\/\/)/y;
const COMMENT = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/y;
const QUOTED = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;

export function isBlank(character: string | undefined): boolean {
  return character !== undefined && BLANK.test(character);
}

export function isQuote(character: string | undefined): boolean {
  return character !== undefined && character in CLOSERS;
}

/** Is there a name with its colon at `index`? */
export function isKeyAt(text: string, index: number): boolean {
  return matchAt(KEY, text, index) !== undefined;
}

/** The whole `"…"` at `index`, `undefined` when there is none. */
export function quotedAt(text: string, index: number): string | undefined {
  return matchAt(QUOTED, text, index);
}

/** @returns the first place from `index` on that is neither blank nor in a comment */
export function afterBlanks(text: string, index: number): number {
  let at = index;
  for (;;) {
    while (isBlank(text[at])) at++;
    const comment = text[at] === '/' ? matchAt(COMMENT, text, at) : text[at] === '#' ? hashComment(text, at) : undefined;
    if (comment === undefined) return at;
    at += comment.length;
  }
}

/** A `#` comment that shares its line with the rest of the document ends before the bracket that closes something. */
function hashComment(text: string, index: number): string {
  const line = /[^\n]*/y;
  const whole = matchAt(line, text, index)!;
  return index + whole.length < text.length ? whole : (/^[^}\],]*/.exec(whole)![0] || whole);
}

export function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}
