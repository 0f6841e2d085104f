import { stripVTControlCharacters } from 'node:util';

// Escape sequences begin with one of these in 7 or 8 bits; what the stripping above leaves over goes with them. Tab and line break are told apart by the callers.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu;
// They reorder or hide what stands around them: `fdp.exe` read as `exe.pdf`. The joiner of emoji (U+200D) stays.
const DECEIVING = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Text from a model or a server as several lines that cannot steer the user's terminal. */
export function plainLines(text: string): string {
  return stripVTControlCharacters(text.replace(/\r\n?|[\u2028\u2029\u0085]/gu, '\n')).replaceAll('\t', '  ').replace(CONTROL, '').replace(DECEIVING, '');
}

/** The same on one line. */
export function plainText(text: string): string {
  return plainLines(text).replace(/\s*\n\s*/gu, ' ').trim();
}

/** JSON on one line, every control character escaped: C1 controls are legal in JSON and steer terminals all the same. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
