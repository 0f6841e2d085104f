import type { JsonObject, JsonValue } from '../json';
import { bareTextAt } from './bare-text';
import { bareValue } from './bare-word';
import { readBrokenString, unescaped, type StringPlace } from './broken-string';
import { afterBlanks, isKeyAt, isQuote, matchAt } from './characters';

/** Deeper than any answer; a text of nothing but brackets must not end the process. */
const DEEPEST = 200;
/** Looks at one character, per character of the text: what takes more is no JSON that was damaged. */
const LOOKS_PER_CHARACTER = 60;

export class BeyondRepair extends Error {}

/**
 * Reads JSON as it was meant: missing and superfluous commas, quotes and brackets, literals of Python and JavaScript, comments, values in brackets
 * or calls, text without quotes, an end that is cut off.
 *
 * @throws {BeyondRepair}
 */
export function readBrokenJson(text: string): JsonValue {
  return new BrokenJson(text).whole();
}

class BrokenJson {
  private at = 0;
  private looksLeft: number;
  private readonly open: Array<'{' | '[' | '('> = [];

  constructor(private readonly text: string) {
    this.looksLeft = 1_000 + text.length * LOOKS_PER_CHARACTER;
  }

  /** Several values with commas or line breaks between them are a list. */
  whole(): JsonValue {
    const values: JsonValue[] = [];
    for (this.skip(); this.at < this.text.length; this.skip()) {
      this.spend();
      if (/[,;:)}\]`]/.test(this.text[this.at]!)) this.at++;
      else values.push(this.value('root'));
    }
    if (values.length === 0) throw new BeyondRepair('it holds no value');
    return values.length === 1 ? values[0]! : values;
  }

  spend(): void {
    if (--this.looksLeft < 0) throw new BeyondRepair('it is too damaged');
  }

  private value(place: StringPlace): JsonValue {
    this.spend();
    this.skip();
    const character = this.text[this.at];
    if (character === '{') return this.within('{', () => this.object());
    if (character === '[') return this.within('[', () => this.array());
    if (character === '(') return this.within('(', () => this.group());
    if (isQuote(character)) return this.strings(place);
    return this.bare(place);
  }

  private within<T>(bracket: '{' | '[' | '(', read: () => T): T {
    if (this.open.length >= DEEPEST) throw new BeyondRepair(`it is nested deeper than ${DEEPEST}`);
    this.open.push(bracket);
    this.at++;
    const value = read();
    this.open.pop();
    return value;
  }

  private object(): JsonValue {
    const members: JsonObject = {};
    const loose: JsonValue[] = [];
    let lastKey: string | undefined;
    for (this.separators(); !this.isObjectsEnd(); this.separators()) {
      this.spend();
      if (this.text[this.at] === '[' && lastKey !== undefined && Array.isArray(members[lastKey])) {
        (members[lastKey] as JsonValue[]).push(...(this.value('member') as JsonValue[]));
      } else if (/[[{(]/.test(this.text[this.at]!)) loose.push(this.value('member'));
      else {
        const member = this.member();
        if (member.value === undefined) loose.push(member.name);
        else if (member.name !== '' || member.value !== null) set(members, (lastKey = member.name), member.value);
      }
    }
    return lastKey === undefined && loose.length > 0 ? unwrapped(loose) : members;
  }

  /** A closing brace with `, "name":` behind it, where no object around could take that up, closed too soon. */
  private isObjectsEnd(): boolean {
    const character = this.text[this.at];
    if (character === undefined) return true;
    if (character === ']' && this.open.includes('[')) return true;
    // The next element of the list around: this object was never closed.
    if (character === '{' && this.open.at(-2) === '[') return true;
    if (character !== '}') return false;
    this.at++;
    const comma = afterBlanks(this.text, this.at);
    const isTooSoon = this.open.length === 1 && this.text[comma] === ',' && isKeyAt(this.text, afterBlanks(this.text, comma + 1));
    if (!isTooSoon) return true;
    this.separators();
    return this.isObjectsEnd();
  }

  /** `value` is undefined for a name that has none: it is an element of a set. */
  private member(): { name: string; value?: JsonValue } {
    const name = this.name();
    this.skip();
    if (this.text[this.at] === ':' || this.text[this.at] === '=') {
      this.at += this.text.startsWith('=>', this.at) ? 2 : 1;
      this.skip();
      return { name, value: this.isValueMissing() ? null : this.value('member') };
    }
    const character = this.text[this.at];
    if (character === undefined) return { name, value: null };
    return ',}]'.includes(character) ? { name } : { name, value: this.value('member') };
  }

  private name(): string {
    if (isQuote(this.text[this.at])) return this.string('key').replace(/\s*\n\s*$/, '');
    const word = matchAt(/[^\s:,={}[\]"'“”`]+|[:={}\]]/y, this.text, this.at) ?? this.text[this.at]!;
    this.at += word.length;
    // A word that is followed by a name of its own is no part of the data.
    this.skip();
    return /^[:={}\]]$/.test(word) ? '' : isKeyAt(this.text, this.at) && this.text[this.at] !== ':' ? this.name() : unescaped(word);
  }

  private isValueMissing(): boolean {
    return this.at >= this.text.length || ',}]'.includes(this.text[this.at]!);
  }

  private array(): JsonValue[] {
    const elements: JsonValue[] = [];
    for (this.separators(); !this.isArraysEnd(']'); this.separators()) {
      this.spend();
      // An opening quote was the last that came.
      if (isQuote(this.text[this.at]) && this.at === this.text.length - 1) return (this.at++, elements);
      const element = this.value('element');
      this.skip();
      elements.push(this.text[this.at] === ':' && typeof element === 'string' ? this.bareObject(element) : element);
    }
    return elements;
  }

  /** Members without the brace that opens their object. */
  private bareObject(firstName: string): JsonObject {
    const members: JsonObject = {};
    let name = firstName;
    for (;;) {
      this.at++;
      this.skip();
      set(members, name, this.isValueMissing() ? null : this.value('member'));
      this.separators();
      if (!isKeyAt(this.text, this.at)) break;
      name = this.name();
      this.skip();
    }
    if (this.text[this.at] === '}') this.at++;
    return members;
  }

  private isArraysEnd(bracket: ']' | ')'): boolean {
    const character = this.text[this.at];
    if (character === undefined) return true;
    if (character === bracket) return (this.at++, true);
    // The brace of an object around: this list was never closed.
    if (character === '}' && this.open.includes('{')) return true;
    if (!'}])'.includes(character)) return false;
    this.at++;
    this.separators();
    return this.isArraysEnd(bracket);
  }

  /** `(1)` is its value, `(1, 2)` a list as Python has it. */
  private group(): JsonValue {
    const start = this.at;
    const elements: JsonValue[] = [];
    for (this.separators(); !this.isArraysEnd(')'); this.separators()) elements.push(this.value('element'));
    return elements.length === 1 && !/,\s*\)?$/.test(this.text.slice(start, this.at)) ? elements[0]! : elements;
  }

  /** Strings with a plus between them, or tripled quotes around, are one. */
  private strings(place: StringPlace): JsonValue {
    const tripled = matchAt(/"""[\s\S]*?"""|'''[\s\S]*?'''/y, this.text, this.at);
    if (tripled !== undefined && tripled.length > 6) {
      this.at += tripled.length;
      return tripled.slice(3, -3);
    }
    let value = this.string(place);
    for (this.skip(); this.text[this.at] === '+' && isQuote(this.text[afterBlanks(this.text, this.at + 1)]); this.skip()) {
      this.at = afterBlanks(this.text, this.at + 1);
      value += this.string(place);
    }
    return value;
  }

  private string(place: StringPlace): string {
    // ""name"" is a name in two quotes.
    if (matchAt(/""(?=\w)|''(?=\w)/y, this.text, this.at)) return this.doubled();
    const { value, end } = readBrokenString(this.text, this.at, place, this);
    this.at = end;
    return value;
  }

  private doubled(): string {
    const pair = this.text.slice(this.at, this.at + 2);
    const end = this.text.indexOf(pair, this.at + 2);
    const value = end < 0 ? this.text.slice(this.at + 2) : this.text.slice(this.at + 2, end);
    this.at = end < 0 ? this.text.length : end + 2;
    return unescaped(value);
  }

  private bare(place: StringPlace): JsonValue {
    const call = matchAt(/[A-Za-z_$][\w$.]*\s*\(/y, this.text, this.at);
    if (call !== undefined) {
      this.at += call.length - 1;
      return matchAt(/\(\s*\)/y, this.text, this.at) ? this.nothing() : this.value(place);
    }
    const pattern = matchAt(/\/(?:[^/\\\n]|\\.)+\/[a-z]*/y, this.text, this.at);
    const word = pattern ?? bareTextAt({ text: this.text, start: this.at, place, isInGroup: this.open.at(-1) === '(' }, this);
    this.at += Math.max(word.length, 1);
    return pattern ?? bareValue(word.trim().replace(/["'”]+$/, ''));
  }

  private nothing(): null {
    this.at = this.text.indexOf(')', this.at) + 1;
    return null;
  }

  private separators(): void {
    for (this.skip(); ; this.skip()) {
      const mark = matchAt(/[,;]|\.{3,}|…|`{3,}/y, this.text, this.at);
      if (mark === undefined) return;
      this.at += mark.length;
    }
  }

  private skip(): void {
    this.at = afterBlanks(this.text, this.at);
  }
}

/** `__proto__` is a name like any other. */
function set(members: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Braces around one thing that has no name. */
function unwrapped(loose: JsonValue[]): JsonValue {
  return loose.length === 1 && typeof loose[0] === 'object' ? loose[0]! : loose;
}
