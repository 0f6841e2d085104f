import type { JsonValue } from '../json';

const LITERALS: Readonly<Record<string, JsonValue>> = { true: true, false: false, null: null, none: null, undefined: null, nan: null, infinity: null, '-infinity': null, nil: null };

/** A value without quotes: a word every language has for true, false and nothing, a number, or text. */
export function bareValue(word: string): JsonValue {
  const literal = LITERALS[word.toLowerCase()];
  if (literal !== undefined) return literal;
  return numberOf(word) ?? word;
}

/** Numbers may be cut off (`2.`, `1e`, `-`), carry a plus, lack the zero before their point, or have `_` between the digits. */
function numberOf(word: string): number | undefined {
  const parts = /^([+-]?)(0|[1-9][\d_]*|(?=\.\d))?(\.\d*)?([eE][+-]?\d*)?$/.exec(word);
  if (!parts || /^[+.eE]?$/.test(word)) return undefined;
  const [, sign, whole = '0', fraction = '', exponent = ''] = parts;
  const value = Number(`${sign === '-' ? '-' : ''}${whole.replaceAll('_', '')}${/\d/.test(fraction) ? fraction : ''}${/\d/.test(exponent) ? exponent : ''}`);
  // −0 is what is left of a number that was cut off behind its sign.
  return value === 0 ? 0 : value;
}
