import { AiosError } from '../kernel';
import type { ModelReply, OutputSchema } from './request';

export type AnswerFault = 'REFUSED' | 'LOOPING' | 'INVALID_JSON';

/** An answer came, and nobody can use it. Never leaves the router: where no stronger model does better, the answer itself is given. */
export class UselessAnswerError extends AiosError {
  readonly kind = 'temporary';
  constructor(readonly code: AnswerFault, readonly reply: ModelReply) {
    super(`${reply.decision.model} gave an answer nobody can use.`, { hint: 'Use a stronger model.' });
  }
}

/** Stronger models asked after a useless answer, at most: each is paid for, and three models seldom fail where the question is sound. */
export const MOST_STRONGER = 2;

/** What makes a whole answer useless, as far as a machine can say without understanding it. */
export function faultOfAnswer({ finishReason, toolCalls, text }: Pick<ModelReply, 'finishReason' | 'toolCalls' | 'text'>, schema: OutputSchema | undefined): AnswerFault | undefined {
  if (finishReason === 'refused') return 'REFUSED';
  if (toolCalls.length > 0) return undefined;
  if (isLooping(text)) return 'LOOPING';
  return schema && !isJsonFor(schema, text) ? 'INVALID_JSON' : undefined;
}

/** One JSON value of the right kind, with the properties the schema demands at its top. Deeper faults need the caller's own eyes. */
function isJsonFor({ schema }: OutputSchema, text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (schema.type === 'object' && !isObject) return false;
  if (schema.type === 'array' && !Array.isArray(value)) return false;
  return !isObject || !Array.isArray(schema.required) || schema.required.every((name) => Object.hasOwn(value as object, String(name)));
}

/** Only so much of an answer's end is read: loops last until something ends them. */
const TAIL_CHARACTERS = 8_000;
const FEWEST_REPEATS = 8;
/** Shorter lines repeat in sound answers, too: brackets, list marks, table cells. */
const SHORTEST_LINE_CHARACTERS = 16;
const SHORTEST_LOOP_CHARACTERS = 300;

/** The same line or sentence again and again (numbers aside), or an end that only repeats itself. */
export function isLooping(text: string): boolean {
  const tail = text.slice(-TAIL_CHARACTERS);
  return tail.length >= SHORTEST_LOOP_CHARACTERS / 2 && (repeatsLine(tail) || repeatsEnd(tail));
}

function repeatsLine(text: string): boolean {
  const counts = new Map<string, number>();
  const lines = text.split(/\n|(?<=[.!?。])\s/).map((line) => line.replace(/\d+/g, '#').trim().toLowerCase()).filter((line) => line.length > 0);
  for (const line of lines) if (line.length >= SHORTEST_LINE_CHARACTERS && /\p{L}{3}/u.test(line)) counts.set(line, (counts.get(line) ?? 0) + 1);
  const all = lines.reduce((sum, line) => sum + line.length, 0);
  return [...counts].some(([line, count]) => count >= FEWEST_REPEATS && count * line.length >= all * 0.6);
}

/** By the failure function of the reversed text: the shortest period of each of its beginnings, that is of each end of the text, in one pass. */
function repeatsEnd(text: string): boolean {
  const reversed = [...text].reverse();
  const border = new Int32Array(reversed.length);
  for (let index = 1; index < reversed.length; index += 1) {
    let length = border[index - 1]!;
    while (length > 0 && reversed[index] !== reversed[length]) length = border[length - 1]!;
    border[index] = reversed[index] === reversed[length] ? length + 1 : 0;
    const size = index + 1;
    const period = size - border[index]!;
    if (size >= SHORTEST_LOOP_CHARACTERS && size >= period * FEWEST_REPEATS && /\p{L}/u.test(reversed.slice(0, period).join(''))) return true;
  }
  return false;
}
