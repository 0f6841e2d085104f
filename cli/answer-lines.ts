import { InvalidInputError, errorFacts, type JsonObject } from '../kernel';
import type { CommandContext } from './command';
import type { InputLine, LineStreams } from './drivers/line-streams';

export interface AnsweredLines {
  read: number;
  /** Lines named on stderr and left out. */
  unreadable: number;
  /** Ended before the last line: stopped, or nobody reads the answers any more. */
  cutShort?: 'stopped' | 'unread';
}

/**
 * Answers each JSON line with one line, in the same order and one at a time. A line that cannot be read is named on stderr,
 * without what is in it, and the others go on.
 *
 * @param answer throws `unreadable(…)` for what it cannot take
 */
export async function answerLines(streams: LineStreams, file: string | undefined, context: CommandContext, answer: (fields: JsonObject) => Promise<object>): Promise<AnsweredLines> {
  const counts: AnsweredLines = { read: 0, unreadable: 0 };
  for await (const line of streams.read(file === '-' ? undefined : file)) {
    if (context.signal.aborted) return { ...counts, cutShort: 'stopped' };
    if (line.text.trim() === '' && !line.isTooLong) continue;
    const answered = await answerTo(line, context, answer);
    if (answered === undefined) counts.unreadable++;
    else if (!(await streams.print(JSON.stringify(answered)))) return { ...counts, cutShort: 'unread' };
    counts.read++;
  }
  return counts;
}

async function answerTo(line: InputLine, { terminal, signal }: CommandContext, answer: (fields: JsonObject) => Promise<object>): Promise<object | undefined> {
  try {
    return await answer(objectIn(line));
  } catch (error) {
    if (signal.aborted) throw error;
    terminal.say(`Line ${line.number} ${errorFacts(error).message}`);
    return undefined;
  }
}

function objectIn({ text, isTooLong }: InputLine): JsonObject {
  if (isTooLong) throw unreadable('is longer than 16 million characters.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its own message would quote the text, which may be secret.
    throw unreadable('is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable('is not a JSON object.');
  return value as JsonObject;
}

/** @param what goes on after `Line 7 `; never what stands in the line */
export const unreadable = (what: string): InvalidInputError => new InvalidInputError(what, { hint: 'Each line is one JSON object; --help shows one.' });

export function idOf({ id }: JsonObject): string | number {
  if (typeof id !== 'string' && typeof id !== 'number') throw unreadable('has no "id" (a string or a number).');
  return id;
}

/** One of these words, or `undefined` where the field is absent. */
export function oneOf<T extends string>(fields: JsonObject, name: string, words: readonly T[]): T | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const word = words.find((known) => known === value);
  if (word === undefined) throw unreadable(`has a "${name}" that is none of ${words.join(', ')}.`);
  return word;
}

export const counted = (lines: number): string => `${lines.toLocaleString('en-US')} ${lines === 1 ? 'line' : 'lines'}`;
