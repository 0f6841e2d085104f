/** How much a value looks made by a generator and not by a person or a program's author. */
export type Randomness = 'none' | 'weak' | 'strong';

const PLACEHOLDER = /x{5}|\*{3}|\.{3}|0{8}|(.)\1{5}|example|placeholder|change[-_]?(?:me|it)|redacted|replace[-_]|your[-_]?(?:own|api|secret|token|key|password|user)|^your|dummy|^<|>$|\$\{|\{\{|%[sd]|^%\w+%$|123456789|abcdefgh/i;
const CONSONANTS = /[bcdfghjklmnpqrstvwxz]{5}/i;

/** Stands for a secret without being one: `<token>`, `${KEY}`, `your-api-key`, `xxxxxxxx`. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value);
}

/** Enough to judge by; a longer value takes no longer. */
const JUDGED_UNITS = 64;

/**
 * Judges by length, variety and how often letters and digits alternate.
 * Words joined by dashes, file names, identifiers and versions come out as 'none'.
 */
export function randomnessOf(wholeValue: string): Randomness {
  const value = wholeValue.slice(0, JUDGED_UNITS);
  if (value.length < 8 || new Set(value).size < Math.min(8, value.length * 0.6)) return 'none';
  const randomness = judged(value);
  return randomness !== 'none' && isPlaceholder(value) ? 'none' : randomness;
}

function judged(value: string): Randomness {
  const digits = count(value, /\d/g);
  if (digits === 0) return lettersOnly(value);
  const letters = count(value, /[a-z]/gi);
  if (letters === 0) return digits >= 15 ? 'strong' : digits >= 12 && digits === value.length ? 'weak' : 'none';
  if (madeOfWords(value, digits)) return 'none';
  const turns = count(value, /[a-z](?=\d)|\d(?=[a-z])/gi) + count(value, /[a-z](?=[A-Z]{2})|[A-Z](?=[a-z][A-Z])/g);
  if (value.length >= 14 && turns >= 3) return 'strong';
  return turns >= 2 || value.length >= 20 ? 'weak' : 'none';
}

/** A program's names are words with capitals in between; random letters change case at every second place, or hold no vowels. */
function lettersOnly(value: string): Randomness {
  if (value.length < 12 || /[\s./]/.test(value)) return 'none';
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value);
  const isStrange = isMixed ? value.length / words.length < 3.2 : CONSONANTS.test(value) || /q[^u]|[jvwxz]{3}/i.test(value);
  return isStrange ? (value.length >= 20 ? 'strong' : 'weak') : 'none';
}

/** `user_profile_2024`, `exchangeX509Token`, `utf8mb4-general`, `v1.2.3-beta`: words and numbers, not a mixture of both. */
function madeOfWords(value: string, digits: number): boolean {
  // Without capitals or separators a program's name is one run of words; anything less is chance.
  const enough = /[A-Z_.-]/.test(value) ? 0.6 : 0.85;
  if (spokenShare(value) >= enough && digits <= value.length / 5) return true;
  const parts = value.split(/[-_./:@]+/).filter((part) => part !== '');
  if (parts.length < 2) return false;
  const plain = parts.filter((part) => /^(?:[A-Za-z]?[a-z]*|[A-Z]+|\d{1,4}|[a-z]+\d{1,2}|v\d+)$/.test(part) && part.length <= 14);
  return plain.length === parts.length || (plain.length >= 3 && plain.length >= parts.length * 0.75 && digits <= 6);
}

/** 0 to 1: how much of it can be spoken. */
function spokenShare(value: string): number {
  const words = value.match(/[A-Z]?[a-z]{3,}|(?<![A-Za-z])[A-Z]{4,}(?![A-Za-z])/g) ?? [];
  const spoken = words.filter((word) => /[aeiouy]/i.test(word) && !/[bcdfghjklmnpqrstvwxz]{4}|q[^u]/i.test(word));
  return spoken.reduce((length, word) => length + word.length, 0) / value.length;
}

const count = (value: string, pattern: RegExp): number => value.match(pattern)?.length ?? 0;
