import { estimatePromptTokens, type ChatMessage, type ToolSpec } from '../router';
import { boundedText } from './bounded-text';

/** Of a call and of its result, in the summary of turns that are over. */
const SUMMARY_CHARACTERS = { call: 160, result: 240 };

/**
 * A conversation with tools that fits: the beginning and the latest turn stay whole, the oldest turns between them are told in one line per call. A turn goes
 * whole or not at all; a call is never parted from its result. Always the same for the same conversation, so that a replay asks what was asked.
 *
 * @param beginning messages before the first turn
 * @param mostTokens that the messages and the tools may take
 */
export function shortenedTurns(messages: readonly ChatMessage[], beginning: number, tools: readonly ToolSpec[], mostTokens: number): ChatMessage[] {
  const turns = turnsOf(messages.slice(beginning));
  const fits = (candidate: ChatMessage[]) => estimatePromptTokens({ messages: candidate, tools: [...tools] }) <= mostTokens;
  let shortened = [...messages];
  for (let told = 1; !fits(shortened) && told < turns.length; told++) {
    shortened = [...messages.slice(0, beginning), summaryOf(turns.slice(0, told), mostTokens), ...turns.slice(told).flat()];
  }
  return shortened;
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

/** A quarter of what there is room for: the latest turns say more than the first. */
function summaryOf(turns: readonly ChatMessage[][], mostTokens: number): ChatMessage {
  const lines = turns.flat().flatMap(linesOf);
  const text = `What you did before, shortened:\n${lines.join('\n')}`;
  return { role: 'user', text: boundedText(text, mostTokens) };
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
