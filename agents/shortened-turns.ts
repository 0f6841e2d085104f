import type { JsonValue } from '../kernel';
import { estimatePromptTokens, type ChatMessage, type ToolSpec } from '../router';
import { boundedText } from './bounded-text';

/** Of a call and of its result, in the summary of turns that are over. */
const SUMMARY_CHARACTERS = { call: 160, result: 240 };
/** Of what there is room for; the latest turns say more than the first. */
const SUMMARY_SHARE = 0.2;
/** What a text of the latest turn may have when it does not fit whole, most first. */
const LATEST_CHARACTERS = [2_000, 1_200, 700, 400, 200, 100, 40] as const;

/**
 * A conversation with tools that fits: the beginning stays whole, the oldest turns behind it are told in one line per call. A turn goes
 * whole or not at all; a call is never parted from its result. The texts of the latest turn are cut only when nothing else is left to shorten: a long file
 * that was written, or results in a script of which each character is a token. Always the same for the same conversation, so that a replay asks what was asked.
 *
 * @param beginning messages before the first turn
 * @param mostTokens that the messages and the tools may take
 */
export function shortenedTurns(messages: readonly ChatMessage[], beginning: number, tools: readonly ToolSpec[], mostTokens: number): ChatMessage[] {
  const turns = turnsOf(messages.slice(beginning));
  const fits = (candidate: ChatMessage[]) => estimatePromptTokens({ messages: candidate, tools: [...tools] }) <= mostTokens;
  const summaryTokens = Math.floor(mostTokens * SUMMARY_SHARE);
  let shortened = [...messages];
  for (let told = 1; !fits(shortened) && told < turns.length; told++) {
    shortened = [...messages.slice(0, beginning), summaryOf(turns.slice(0, told), summaryTokens), ...turns.slice(told).flat()];
  }
  for (const most of LATEST_CHARACTERS) {
    if (fits(shortened)) break;
    shortened = shortened.map((message, index) => (index < beginning ? message : withShorterTexts(message, most)));
  }
  return shortened;
}

function withShorterTexts(message: ChatMessage, most: number): ChatMessage {
  const text = boundedText(message.text, most);
  if (message.role !== 'assistant' || !message.toolCalls) return message.role === 'user' ? message : { ...message, text };
  return { ...message, text, toolCalls: message.toolCalls.map((call) => ({ ...call, arguments: shorterValue(call.arguments, most) as typeof call.arguments })) };
}

function shorterValue(value: JsonValue, most: number): JsonValue {
  if (typeof value === 'string') return boundedText(value, most);
  if (Array.isArray(value)) return value.map((inner) => shorterValue(inner, most));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shorterValue(inner, most)]));
}

/** A turn: what the model said, the results of its calls, and what it was told then. */
function turnsOf(messages: readonly ChatMessage[]): ChatMessage[][] {
  const turns: ChatMessage[][] = [];
  for (const message of messages) {
    if (message.role === 'assistant' || turns.length === 0) turns.push([message]);
    else turns.at(-1)!.push(message);
  }
  return turns;
}

/** The last lines that fit. */
function summaryOf(turns: readonly ChatMessage[][], mostTokens: number): ChatMessage {
  const lines = turns.flat().flatMap(linesOf);
  const textFrom = (first: number): string => ['What you did before, shortened:', ...(first > 0 ? ['- (more before that)'] : []), ...lines.slice(first)].join('\n');
  const fits = (first: number) => estimatePromptTokens({ messages: [{ role: 'user', text: textFrom(first) }] }) <= mostTokens;
  let first = 0;
  while (first < lines.length && !fits(first)) first++;
  return { role: 'user', text: textFrom(first) };
}

function linesOf(message: ChatMessage): string[] {
  if (message.role === 'tool') return [`  result of ${message.toolName}: ${boundedLine(message.text, SUMMARY_CHARACTERS.result)}`];
  if (message.role !== 'assistant') return [];
  return (message.toolCalls ?? []).map((call) => `- ${call.name} ${boundedLine(JSON.stringify(call.arguments), SUMMARY_CHARACTERS.call)}`);
}

function boundedLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most)}…`;
}
