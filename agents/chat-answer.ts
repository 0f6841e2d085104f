import { z } from 'zod';
import type { OutputSchema } from '../router';
import { MAX_GOAL_CHARACTERS } from '../runs';
import { outputSchema } from './output-schema';
import { acceptedBy, type Accepted } from './structured-answer';

export const CHAT_SCHEMA_NAME = 'aios_chat';
/** More at once nobody answers. */
const MOST_QUESTIONS = 3;

const statusSchema = (mayAsk: boolean) => z.enum(mayAsk ? ['asking', 'ready'] : ['ready']);

export function chatOutputSchema(mayAsk: boolean): OutputSchema {
  return outputSchema(CHAT_SCHEMA_NAME, z.object({
    status: statusSchema(mayAsk).describe(mayAsk ? 'asking: something is missing that changes the plan; ready: work could begin' : 'ready'),
    goal: z.string().describe('the goal as it now stands, complete in itself, with every detail the person has given'),
    reply: z.string().describe('what you say to the person, without the questions and without repeating the goal'),
    questions: z.array(z.string()).describe(`at most ${MOST_QUESTIONS}; empty when ready`),
  }));
}

export interface ChatAnswer {
  status: 'asking' | 'ready';
  goal: string;
  reply: string;
  questions: string[];
}

const answerSchema = (mayAsk: boolean) => z.object({
  status: statusSchema(mayAsk),
  goal: z.string().trim().min(1, 'state the goal as far as it is known').max(MAX_GOAL_CHARACTERS),
  reply: z.string().trim().max(4_000).catch(''),
  questions: z.array(z.string().trim()).nullish().transform((questions) => (questions ?? []).filter((question) => question !== '').slice(0, MOST_QUESTIONS)),
}).refine(({ status, questions }) => status === 'ready' || questions.length > 0, { path: ['questions'], message: 'ask at least one question, or say "ready"' });

export function acceptedChat(value: unknown, mayAsk: boolean): Accepted<ChatAnswer> {
  const answer = acceptedBy(answerSchema(mayAsk), value);
  if (!answer.ok) return answer;
  const { status, questions } = answer.value;
  return { ok: true, value: { ...answer.value, status: status as ChatAnswer['status'], questions: status === 'ready' ? [] : questions } };
}
