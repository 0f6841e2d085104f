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

function beginning(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length <= EXTRACT_CHARACTERS_PER_MESSAGE ? line : `${line.slice(0, EXTRACT_CHARACTERS_PER_MESSAGE)}…`;
}
