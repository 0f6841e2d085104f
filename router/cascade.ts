import { AiosError } from '../kernel';
import { asksForRepetition, repeatedUnit } from './loop';
import type { ModelReply, ModelRequest, OutputSchema } from './request';
import { faultOfToolCalls, type ToolCallFault } from './tool-call-fault';

export type AnswerFault = 'REFUSED' | 'LOOPING' | 'INVALID_JSON' | 'UNSURE' | ToolCallFault;

/** An answer came, and nobody can use it. Never leaves the router: where no stronger model does better, the answer itself is given. */
export class UselessAnswerError extends AiosError {
  readonly kind = 'temporary';
  constructor(readonly code: AnswerFault, readonly reply: ModelReply) {
    super(`${reply.decision.model} gave an answer nobody can use.`, { hint: 'Use a stronger model.' });
  }
}

/** Stronger models asked after a useless answer, at most: each is paid for, and three models seldom fail where the question is sound. */
export const MOST_STRONGER = 2;

/** What is judged of an answer. */
export type JudgedAnswer = Pick<ModelReply, 'finishReason' | 'toolCalls' | 'text'> & { decision?: Pick<ModelReply['decision'], 'sureness'> };

/** What makes a whole answer useless, as far as a machine can say without understanding it. */
export function faultOfAnswer(answer: JudgedAnswer, request: Pick<ModelRequest, 'messages' | 'schema' | 'tools' | 'toolChoice' | 'facts'>): AnswerFault | undefined {
  if (answer.finishReason === 'refused') return 'REFUSED';
  const ofCalls = faultOfToolCalls(answer, request);
  if (ofCalls || answer.toolCalls.length > 0) return ofCalls;
  if (isLooping(answer, request)) return 'LOOPING';
  if (request.schema && !isJsonFor(request.schema, answer.text)) return 'INVALID_JSON';
  return request.facts.strongerWhenUnsure && isUnsure(answer) ? 'UNSURE' : undefined;
}

/** Geometric mean of the probabilities a model gave its own words, below which its answer counts as unsure. */
const SURE_ENOUGH = 0.6;

function isUnsure({ decision }: JudgedAnswer): boolean {
  return decision?.sureness !== undefined && decision.sureness < SURE_ENOUGH;
}

function isLooping({ text, finishReason }: JudgedAnswer, { messages }: Pick<ModelRequest, 'messages'>): boolean {
  const unit = repeatedUnit(text);
  if (unit === undefined) return false;
  const prompt = messages.findLast(({ role }) => role === 'user')?.text ?? '';
  return !asksForRepetition(prompt, { unit, text, wasCut: finishReason === 'length' });
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
