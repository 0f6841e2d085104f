import { z } from 'zod';
import { estimatePromptTokens, type ModelCall } from '../router';
import type { Heard } from './probe-answer';

export type Question = Omit<ModelCall, 'model'>;

const plain = { tools: [], toolChoice: 'auto', temperature: 0 } as const satisfies Partial<Question>;
const asked = (text: string): Question['messages'] => [{ role: 'user', text }];
/** Room for models that think before they answer. */
const THINKING_TOKENS = 2_048;

const CITY = 'Lisbon';
const TOOL_NAME = 'current_weather';

/** No tool is demanded: the model has to see by itself that it needs one, as in real work. */
export const TOOL_QUESTION: Question = {
  ...plain,
  messages: asked(`What is the weather in ${CITY} right now? Use the tool to find out.`),
  tools: [{ name: TOOL_NAME, description: 'Tells the weather of a city now.', schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false } }],
  maxOutputTokens: THINKING_TOKENS,
};

export function usedTool({ toolCalls }: Heard): boolean {
  return toolCalls.some(({ name, arguments: given }) => name === TOOL_NAME && typeof given.city === 'string' && given.city.includes(CITY));
}

const bookSchema = z.strictObject({ title: z.string(), pages: z.int(), tags: z.array(z.string()).min(2) });

export const SCHEMA_QUESTION: Question = {
  ...plain,
  messages: asked('Describe one invented book as JSON: its title, its number of pages, and at least two tags.'),
  schema: {
    name: 'book',
    schema: {
      type: 'object',
      properties: { title: { type: 'string' }, pages: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' }, minItems: 2 } },
      required: ['title', 'pages', 'tags'],
      additionalProperties: false,
    },
  },
  maxOutputTokens: THINKING_TOKENS,
};

/** Without any repair: a model that keeps to a schema writes nothing else. */
export function fitsSchema({ text }: Heard): boolean {
  try {
    return bookSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

const SMALLEST_WINDOW = 4_096;
/** Larger ones take minutes on a machine without a graphics card, and the team's prompts stay below. */
const LARGEST_WINDOW = 32_768;

/** 4k, 8k, 16k, 32k, as far as the model claims to go. */
export function contextSizes(claimedTokens: number): number[] {
  const sizes: number[] = [];
  for (let tokens = SMALLEST_WINDOW; tokens <= Math.min(claimedTokens, LARGEST_WINDOW); tokens *= 2) sizes.push(tokens);
  return sizes.length > 0 ? sizes : [claimedTokens];
}

const MARKER = 'heron-4711';
const CONTEXT_ANSWER_TOKENS = 1_024;
/** The driver asks Ollama for a window 1.2 times our estimate: so much of it may be prompt without going to the next size. */
const PROMPT_SHARE = 0.8;

/** The marker stands at the very beginning: a window that is smaller than it claims has lost it by the end. */
export function contextQuestion(windowTokens: number): Question {
  const opening = `The code word is "${MARKER}". You will be asked for it at the end.\n\n`;
  const end = '\n\nWhat is the code word from the beginning of this text? Answer with the code word only.';
  const promptTokens = (windowTokens - CONTEXT_ANSWER_TOKENS) * PROMPT_SHARE;
  const linesOf = (count: number) => Array.from({ length: count }, (_, index) => fillerLine(index)).join('');
  const tokensPerLine = estimatePromptTokens({ messages: asked(linesOf(64)), tools: [] }) / 64;
  const filler = linesOf(Math.floor(promptTokens / tokensPerLine));
  return { ...plain, messages: asked(opening + filler + end), maxOutputTokens: CONTEXT_ANSWER_TOKENS, windowTokens };
}

const TOWNS = ['Porto', 'Bergen', 'Ghent', 'Trieste', 'Galway'];
const GOODS = ['lemons', 'rope', 'paper', 'salt', 'lanterns', 'cork', 'wool'];
const TIMES = ['at dawn', 'after lunch', 'in the rain', 'before the market'];

/** Different lines, few digits: those count as more tokens than anybody estimates. */
function fillerLine(index: number): string {
  return `A ship from ${TOWNS[index % 5]} brought ${GOODS[index % 7]} to the harbour ${TIMES[index % 4]}, and the clerk wrote it into the book.\n`;
}

export function recalls({ text }: Heard): boolean {
  return text.toLowerCase().includes(MARKER);
}

export const SPEED_QUESTION: Question = {
  ...plain,
  messages: asked('Write the numbers from one to sixty as words, separated by commas.'),
  maxOutputTokens: 200,
};
