import { balancedEnd, readLenientJson, type JsonObject } from '../../kernel';
import { argumentsOf, offeredName, type WrittenCall } from './call-of-value';

/** Where calls of a kind stand in a text. */
export interface FoundCalls {
  start: number;
  /** Behind the last character that belongs to them. */
  end: number;
  calls: WrittenCall[];
}

const NAME = /[\p{L}_][\p{L}\p{N}_.:-]*(?=\s*\()/gu;

/** `look_up(word="tea")`, alone or in a list: arguments must have their names, else it is a sentence or somebody's code. */
export function callsInCode(text: string, offered: readonly string[]): FoundCalls[] {
  const found: FoundCalls[] = [];
  for (const match of text.matchAll(NAME)) {
    const name = offeredName(match[0], offered);
    const opening = text.indexOf('(', match.index);
    if (name === undefined || (found.at(-1)?.end ?? 0) > match.index) continue;
    const end = balancedEnd(text, opening);
    const given = end === undefined ? undefined : namedArguments(text.slice(opening + 1, end - 1));
    if (given) found.push({ start: match.index, end: end!, calls: [{ name, arguments: given }] });
  }
  return found;
}

/** `word="tea", count=2`, or one object. */
function namedArguments(inside: string): JsonObject | undefined {
  const text = inside.trim();
  if (text === '') return {};
  if (text.startsWith('{')) return argumentsOf(text);
  if (!/^[\p{L}_][\p{L}\p{N}_]*\s*[=:][^=]/u.test(text)) return undefined;
  const read = readLenientJson(`{${text}}`);
  return read.found ? argumentsOf(read.value) : undefined;
}
