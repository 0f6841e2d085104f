/** Counts and hashes of one piece of text, made in one pass. */
export interface Tokens {
  words: number;
  /** Distinct words. */
  distinct: number;
  /** Letters of Latin script; a CJK character counts as two and a half, about what it says. */
  characters: number;
  letters: number;
  longWords: number;
  shortWords: number;
  capitals: number;
  upper: number;
  otherScripts: number;
  numbers: number;
  bigNumbers: number;
  decimals: number;
  lines: number;
  sentences: number;
  commas: number;
  colons: number;
  questions: number;
  quotes: number;
  brackets: number;
  math: number;
  code: number;
  money: number;
  /** One hash per word, in order. */
  stems: number[];
  /** Words, their beginnings and pairs. */
  hashes: number[];
}

export const HASH_BITS = 13;
const SHIFT = 32 - HASH_BITS;
const DIGIT_HASH = 0x51ed270b;
const CJK_WEIGHT = 2.5;
/** Beginnings of words survive inflection, and relatives in other languages share them: optimise, optimiser, optimieren. */
const STEM_LETTERS = 5;

const SPACE = 0, LETTER = 1, DIGIT = 2, CJK = 3, MARK = 4;
const BASE = baseLetters();

export function readTokens(text: string): Tokens {
  const reader = new Reader();
  for (let at = 0; at < text.length; at++) reader.read(text.charCodeAt(at));
  reader.read(32);
  return reader.finish();
}

class Reader {
  private readonly t: Tokens = {
    words: 0, distinct: 0, characters: 0, letters: 0, longWords: 0, shortWords: 0, capitals: 0, upper: 0, otherScripts: 0, numbers: 0, bigNumbers: 0, decimals: 0,
    lines: 1, sentences: 0, commas: 0, colons: 0, questions: 0, quotes: 0, brackets: 0, math: 0, code: 0, money: 0, stems: [], hashes: [],
  };
  private kind = SPACE;
  private hash = 0;
  private stem = 0;
  private length = 0;
  private startsUpper = false;
  private before = 0;
  private lastMark = 0;

  read(code: number): void {
    const kind = kindOf(code);
    if (kind !== this.kind && this.length > 0 && !(this.kind === LETTER && code === 39)) this.endToken();
    else if (kind === CJK && this.length > 0) this.endToken();
    this.t.characters += kind === CJK ? CJK_WEIGHT : 1;
    if (kind === LETTER) this.readLetter(code);
    else if (kind === DIGIT || kind === CJK) this.extend(code);
    else this.readMark(code);
    // Single digits: a whole number is too rare to have been seen before.
    if (kind === DIGIT) this.t.hashes.push(bucket(DIGIT_HASH + code));
    if (kind !== MARK || code !== 39) this.kind = kind;
  }

  finish(): Tokens {
    this.t.distinct = new Set(this.t.stems).size;
    this.t.sentences = Math.max(1, this.t.sentences);
    return this.t;
  }

  private readLetter(code: number): void {
    const base = code < BASE.length ? BASE[code]! : code;
    const isUpper = (code >= 65 && code <= 90) || (code >= 0xc0 && code <= 0xde);
    if (this.length === 0) this.startsUpper = isUpper;
    if (isUpper) this.t.upper++;
    if (code > 0x24f) this.t.otherScripts++;
    this.t.letters++;
    this.extend(base);
  }

  private extend(code: number): void {
    if (this.length === 0) this.hash = 0x811c9dc5;
    this.hash = Math.imul(this.hash ^ code, 0x01000193);
    this.length++;
    if (this.length === STEM_LETTERS) this.stem = this.hash;
  }

  private endToken(): void {
    if (this.kind === DIGIT) this.endNumber();
    else this.endWord();
    this.length = 0;
  }

  private endNumber(): void {
    this.t.numbers++;
    if (this.length >= 3) this.t.bigNumbers++;
    if (this.lastMark === 46) this.t.decimals++;
  }

  private endWord(): void {
    const { t, length } = this;
    t.words += this.kind === CJK ? 0.6 : 1;
    if (this.kind === CJK) t.otherScripts += CJK_WEIGHT;
    if (length >= 8) t.longWords++;
    if (length <= 3) t.shortWords++;
    if (this.startsUpper && t.words > 1) t.capitals++;
    t.stems.push(length > STEM_LETTERS ? this.stem : this.hash);
    if (length > STEM_LETTERS) t.hashes.push(bucket(Math.imul(this.stem, 0x85ebca6b)));
    t.hashes.push(bucket(this.hash));
    // A CJK character says little without its neighbour.
    if (this.kind === CJK && this.before !== 0) t.hashes.push(bucket(Math.imul(this.before, 31) ^ this.hash));
    this.before = this.kind === CJK ? this.hash : 0;
    this.lastMark = 0;
  }


  private readMark(code: number): void {
    const { t } = this;
    if (code === 10) t.lines++;
    if (code > 32) this.lastMark = code;
    else if (this.lastMark === 46 || this.lastMark === 63 || this.lastMark === 33) {
      t.sentences++;
      this.lastMark = 0;
    }
    countMark(code, t);
  }
}

function countMark(code: number, t: Tokens): void {
  if (code === 44 || code === 59 || code === 0x3001 || code === 0xff0c || code === 0xff1b) t.commas++;
  else if (code === 58 || code === 0xff1a) t.colons++;
  else if (code === 63 || code === 0xff1f) t.questions++;
  else if (code === 34 || code === 0x201c || code === 0x201e || code === 0xab || code === 0x300c) t.quotes++;
  else if (code === 40 || code === 91 || code === 0xff08) t.brackets++;
  else if (code === 36 || code === 37 || code === 0x20ac || code === 0xa3 || code === 0xa5) t.money++;
  else if (code === 0x3002 || code === 0xff01) t.sentences++;
  if (code === 123 || code === 125 || code === 61 || code === 96 || code === 95 || code === 60 || code === 62) t.code++;
  if (code === 61 || code === 43 || code === 94 || code === 92 || code === 36 || code === 60 || code === 62 || code === 0xb1 || code === 0xd7 || code === 0xf7 || code === 0x2212 || (code >= 0x2200 && code <= 0x22ff)) t.math++;
}

function kindOf(code: number): number {
  if (code < 128) {
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER;
    if (code >= 48 && code <= 57) return DIGIT;
    return code <= 32 ? SPACE : MARK;
  }
  if ((code >= 0x3041 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff)) return CJK;
  if (code < 0xc0 || code === 0xd7 || code === 0xf7 || (code >= 0x2000 && code <= 0x2bff) || (code >= 0x3000 && code <= 0x303f) || (code >= 0xff00 && code <= 0xff65)) return MARK;
  return LETTER;
}

function bucket(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> SHIFT;
}

/** Small letters without accents, for the Latin scripts. */
function baseLetters(): Uint16Array {
  const table = new Uint16Array(0x250);
  for (let code = 0; code < table.length; code++) table[code] = String.fromCharCode(code).toLowerCase().normalize('NFD').charCodeAt(0);
  return table;
}
