/** A text as a reader or a program would take it, and where each of its units stood. */
export interface ReadableText {
  text: string;
  /** The place in the original of the unit at `index`; `text.length` gives the original's end. */
  original(index: number): number;
}

// Soft hyphens, fillers, zero-width and direction marks, variation selectors: they show nothing and part a word.
const INVISIBLE = '(?:[\\u00AD\\u115F\\u1160\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFEFF\\uFFA0]|[\\u034F\\u17B4\\u17B5\\u180B\\u180C\\u180D\\uFE00-\\uFE0F])';
// Full-width forms, the digits of six scripts, and the dashes that stand for "-".
const OTHER_FORM = '[\\uFF01-\\uFF5E\\u0660-\\u0669\\u06F0-\\u06F9\\u0966-\\u096F\\u09E6-\\u09EF\\u0E50-\\u0E59\\u2010-\\u2015\\u2212]';
const GREEK_CYRILLIC = '[\\u0370-\\u03FF\\u0400-\\u04FF]';
const LATIN = '[A-Za-z0-9_@-]';

// Cheap to ask of every text; most have none of it and are read as they are.
const HIDDEN = new RegExp(`${INVISIBLE}|${OTHER_FORM}|\\uD835|\\uDB40|\\\\[nrtu"'/]|%[2-7][0-9A-Fa-f]|&(?:#\\d|#x|quot|amp|lt|gt|apos)|[A-Za-z0-9_](?:\\*\\*|\`)[A-Za-z0-9_]|${GREEK_CYRILLIC}${LATIN}|${LATIN}${GREEK_CYRILLIC}`);

const PIECE = new RegExp(
  [
    String.raw`(?<escape>\\{1,8}(?:u[0-9A-Fa-f]{4}|[nrt"'/]))`,
    '(?<percent>%[2-7][0-9A-Fa-f])',
    String.raw`(?<entity>&(?:#\d{2,5}|#x[0-9A-Fa-f]{2,4}|quot|amp|lt|gt|apos);)`,
    `(?<invisible>${INVISIBLE}|\\uDB40[\\uDC00-\\uDFFF])`,
    '(?<mark>(?<=[A-Za-z0-9_])(?:\\*\\*|`)(?=[A-Za-z0-9_]))',
    `(?<form>${OTHER_FORM}|\\uD835[\\uDC00-\\uDFFF])`,
    `(?<twin>(?<=${LATIN})${GREEK_CYRILLIC}|${GREEK_CYRILLIC}(?=${LATIN}))`,
  ].join('|'),
  'g',
);

const ENTITIES: Record<string, string> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" };
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
// Letters of other scripts that look like Latin ones (Unicode confusables, the part that occurs in keys and addresses).
const TWINS = new Map([...'аеорсухіјѕԁһкмтвнАЕОРСУХІЈЅКМТВНαορνικτχυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ'].map((letter, index) => [letter, 'aeopcyxijsdhkmtbhAEOPCYXIJSKMTBHaopviktxuABEZHIKMNOPTYX'[index]!]));

/**
 * Undoes, in one pass, what hides a secret from a search: JSON escapes (of JSON in JSON too), URL escapes, HTML entities, invisible characters,
 * markup inside a word, full-width and foreign digits, letters of other scripts inside a Latin word.
 */
export function readable(original: string): ReadableText {
  if (!HIDDEN.test(original)) return { text: original, original: (index) => index };
  const parts: string[] = [];
  // Where each piece begins in the readable text, and in the original.
  const starts: number[] = [0];
  const origins: number[] = [0];
  let length = 0;
  let copied = 0;
  const add = (part: string, nextOrigin: number) => {
    parts.push(part);
    length += part.length;
    starts.push(length);
    origins.push(nextOrigin);
  };
  for (const match of original.matchAll(PIECE)) {
    if (match.index > copied) add(original.slice(copied, match.index), match.index);
    copied = match.index + match[0].length;
    add(plain(match), copied);
  }
  add(original.slice(copied), original.length);
  return { text: parts.join(''), original: (index) => originAt(index, starts, origins) };
}

function plain({ 0: piece, groups }: RegExpExecArray): string {
  const { escape, percent, entity, form, twin } = groups!;
  if (escape) return escapedCharacter(piece.replace(/^\\+/, ''));
  if (percent) return String.fromCharCode(Number.parseInt(piece.slice(1), 16));
  if (entity) return entityCharacter(piece.slice(1, -1));
  if (form) return latinForm(piece);
  if (twin) return TWINS.get(piece) ?? piece;
  return '';
}

function escapedCharacter(code: string): string {
  return code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code);
}

function entityCharacter(name: string): string {
  if (name[0] !== '#') return ENTITIES[name]!;
  return String.fromCharCode(name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}

function latinForm(piece: string): string {
  if (/[\u2010-\u2015\u2212]/.test(piece)) return '-';
  const code = piece.charCodeAt(0);
  // Devanagari and Bengali digits begin 6 behind a multiple of 16, the others at one.
  if (code < 0x2000) return String((code & 0xf) - (code >= 0x0966 && code <= 0x09ef ? 6 : 0));
  return piece.normalize('NFKC');
}

/** The last piece that begins at or before `index`; inside a copied piece units advance together. */
function originAt(index: number, starts: readonly number[], origins: readonly number[]): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return Math.min(origins[low]! + (index - starts[low]!), origins[low + 1] ?? origins.at(-1)!);
}
