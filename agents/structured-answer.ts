import { z } from 'zod';
import type { JsonValue } from '../kernel';
import { estimatePromptTokens, type ChatMessage, type ModelReply, type OutputSchema } from '../router';
import { boundedText } from './bounded-text';
import { ModelOutputError } from './errors';
import { extractJson } from './extract-json';
import type { ModelSession } from './model-session';

/** Times the same question is put: once, once with what was wrong, once more to a stronger model. */
export const MAX_ASKS = 3;

/** Of an answer that is shown back to the model; most first, since its window must hold the question too. */
const SHOWN_BACK_CHARACTERS = [6_000, 3_000, 1_500, 700, 300] as const;
const PROBLEM_CHARACTERS = 1_500;

export interface AnswerRequest<T> {
  messages: ChatMessage[];
  schema: OutputSchema;
  /** Key of the nth ask, n from 1. */
  keyOf(ask: number): string;
  /** From the first ask on. */
  escalateFrom?: string;
  /** Tokens a prompt may take, see `PROMPT_ROOM`; the fault of an answer comes on top of the question. Default: no bound. */
  mostTokens?: number;
  /** Judges the parsed value; `problem` is told to the model. Errors it throws are not caught. */
  accept(value: unknown): Accepted<T>;
}
export type Accepted<T> = { ok: true; value: T } | { ok: false; problem: string };

/**
 * Puts a question until the answer is valid: parsed, repaired, validated, re-asked with the fault, escalated.
 *
 * @throws {ModelOutputError} after {@link MAX_ASKS} asks
 */
export async function askForAnswer<T>(session: ModelSession, request: AnswerRequest<T>): Promise<T> {
  let messages = request.messages;
  let escalateFrom = request.escalateFrom;
  let problem = '';
  for (let ask = 1; ask <= MAX_ASKS; ask++) {
    const reply = await session.ask({ key: request.keyOf(ask), messages, schema: request.schema, escalateFrom });
    const answer = judged(reply, request);
    await session.judge(reply, { ok: answer.ok, by: 'schema' });
    if (answer.ok) return answer.value;
    problem = answer.problem;
    messages = askedAgain(request, reply.text, problem);
    if (ask === MAX_ASKS - 1) escalateFrom = reply.decision.model;
  }
  throw new ModelOutputError(request.schema.name, session.modelName(), MAX_ASKS, problem);
}

/** Validation by a zod type, with the fault in words a model understands. */
export function acceptedBy<T>(type: z.ZodType<T>, value: unknown): Accepted<T> {
  const checked = type.safeParse(value);
  return checked.success ? { ok: true, value: checked.data } : { ok: false, problem: z.prettifyError(checked.error) };
}

function judged<T>(reply: ModelReply, request: AnswerRequest<T>): Accepted<T> {
  if (reply.finishReason === 'refused') return { ok: false, problem: 'The model refused to answer.' };
  // A cut answer can be repaired into something valid that lacks its end; nobody would notice the missing half.
  if (reply.finishReason === 'length') return { ok: false, problem: 'The answer was cut off at the length limit. Answer shorter.' };
  const extracted = extractJson(reply.text);
  return extracted.found ? firstAccepted(extracted.values, request) : { ok: false, problem: extracted.problem };
}

/** When none is accepted, the largest is what was meant: its fault is told. */
function firstAccepted<T>(values: readonly JsonValue[], request: AnswerRequest<T>): Accepted<T> {
  const judgements = values.map((value) => ({ accepted: request.accept(value), size: JSON.stringify(value).length }));
  const largest = judgements.reduce((left, right) => (right.size > left.size ? right : left));
  return (judgements.find(({ accepted }) => accepted.ok) ?? largest).accepted;
}

function reAsk(problem: string): string {
  return `That answer cannot be used:\n${problem}\n\nAnswer again, complete and corrected, as one JSON object of the demanded shape and nothing else.`;
}

/** The answer as far as there is room for it; its beginning at least, by which the model knows it again. */
function askedAgain<T>({ messages, schema, mostTokens = Infinity }: AnswerRequest<T>, answer: string, problem: string): ChatMessage[] {
  const showing = (most: number): ChatMessage[] => [...messages, { role: 'assistant', text: boundedText(answer, most) }, { role: 'user', text: reAsk(boundedText(problem, PROBLEM_CHARACTERS)) }];
  const fitting = SHOWN_BACK_CHARACTERS.find((most) => estimatePromptTokens({ messages: showing(most), schema }) <= mostTokens);
  return showing(fitting ?? SHOWN_BACK_CHARACTERS.at(-1)!);
}
