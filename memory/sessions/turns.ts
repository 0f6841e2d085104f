import { redactSecrets } from '../../privacy';
import type { SessionMessage } from './session-store';

/** A user's words and all that came of them, tool calls included. */
export type Turn = SessionMessage[];

/** Each user's message begins a turn; what stands before the first one is a turn of its own. */
export function turnsOf(messages: readonly SessionMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'user' || turns.length === 0) turns.push([message]);
    else turns.at(-1)!.push(message);
  }
  return turns;
}

/** Without what is left of a turn whose beginning made room: a tool's result without its call is an error with every vendor. */
export function wholeTurns(turns: readonly Turn[], firstNumber: number): Turn[] {
  return firstNumber > 0 && turns[0]?.[0]?.role !== 'user' ? turns.slice(1) : [...turns];
}

export interface TurnLimits {
  maxTurns: number;
  maxTokens: number;
}

/**
 * Splits turns into those that go and those that stay: the newest that fit, whole. A tool's result without its call is an error
 * with every vendor, so a turn is never cut; one that alone exceeds the limit goes.
 */
export function splitTurns(turns: readonly Turn[], limits: TurnLimits, tokensOf: (turn: Turn) => number): { older: Turn[]; newer: Turn[] } {
  let [kept, tokens] = [0, 0];
  for (const turn of turns.toReversed()) {
    tokens += tokensOf(turn);
    if (kept === limits.maxTurns || tokens > limits.maxTokens) break;
    kept++;
  }
  return { older: turns.slice(0, turns.length - kept), newer: turns.slice(turns.length - kept) };
}

const EXTRACT_CHARACTERS_PER_MESSAGE = 160;
/** Of one message, for its beginning; longer than the longest key. */
const READ_CHARACTERS = 8_000;
/** About 400 tokens. */
export const MAX_SUMMARY_CHARACTERS = 1_600;

/** A summary without a model: the beginnings of what both sides said; the newest stay when it becomes too long. */
export function extractOf(summary: string, turns: readonly Turn[]): string {
  const lines = [...summary.split('\n').filter((line) => line !== ''), ...turns.flatMap(linesOf)];
  let characters = 0;
  const kept = lines.toReversed().filter((line) => (characters += line.length + 1) <= MAX_SUMMARY_CHARACTERS);
  return kept.toReversed().join('\n');
}

function linesOf(turn: Turn): string[] {
  const said = turn.find(({ role }) => role === 'user');
  const answered = turn.findLast(({ role, text }) => role === 'assistant' && text.trim() !== '');
  return [said && `User: ${beginning(said.text)}`, answered && `Answer: ${beginning(answered.text)}`].filter((line) => line !== undefined);
}

/** Half a secret is one that nobody recognises any more, so it goes before the text is cut. */
function beginning(text: string): string {
  const line = redactSecrets(text.slice(0, READ_CHARACTERS)).replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length <= EXTRACT_CHARACTERS_PER_MESSAGE ? line : `${line.slice(0, EXTRACT_CHARACTERS_PER_MESSAGE)}…`;
}
