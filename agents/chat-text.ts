import type { ChatMessage } from '../router';
import type { ChatTurn } from './agents';
import { boundedText } from './bounded-text';
import type { ChatAnswer } from './chat-answer';
import { introduction, type Role } from './roles';

/** Characters of earlier turns, about 2,000 tokens in the Latin alphabet; the latest whole turns that fit are shown. */
const HISTORY_CHARACTERS = 8_000;

const RULES = `You talk with a person about a goal before anything is done.
- You only talk: you start no work and promise none has begun. When the goal is clear, the person starts it.
- A goal is clear when it says what will exist at the end, for whom, and what must not be missed. Do not ask about what you can decide well yourself: decide, and say in the reply what you assume.
- Ask only what would change the plan; short questions, the most important first.
- Keep everything the person has said in the goal; a later word overrides an earlier one.
- Answer in the person's language.
Answer with one JSON object and nothing else.`;
const NO_MORE_QUESTIONS = 'You have asked often enough: ask nothing more. Decide what is open, say "ready", and name in the reply what you assume.';

/** @param share 0..1 of its room that the history may take */
export function chatMessages({ cto, history, message, mayAsk }: { cto: Role; history: readonly ChatTurn[]; message: string; mayAsk: boolean }, share: number): ChatMessage[] {
  const turns = latestTurns(history, Math.floor(HISTORY_CHARACTERS * share)).map(({ from, text }): ChatMessage => ({ role: from === 'person' ? 'user' : 'assistant', text }));
  return [
    { role: 'system', text: [introduction(cto), RULES, ...(mayAsk ? [] : [NO_MORE_QUESTIONS])].join('\n\n') },
    ...turns,
    { role: 'user', text: message },
  ];
}

function latestTurns(history: readonly ChatTurn[], characters: number): ChatTurn[] {
  let left = characters;
  const kept: ChatTurn[] = [];
  for (const { from, text } of history.toReversed()) {
    const shown = boundedText(text, Math.floor(characters / 2));
    left -= shown.length;
    if (left < 0) break;
    kept.unshift({ from, text: shown });
  }
  // A conversation begins with the person; models refuse it otherwise.
  return kept[0]?.from === 'team' ? kept.slice(1) : kept;
}

/** Both stand in what the person reads, so that any chat memory brings them back. */
const GOAL_LINE = /^\*\*Goal:\*\* /m;
const ROUND_LINE = /^_Questions, round \d+ of \d+_$/m;

/** What the person reads. */
export function spokenReply({ status, reply, questions, goal }: ChatAnswer, { round, maxRounds }: { round: number; maxRounds: number }): string {
  if (status === 'ready') return [reply, `**Goal:** ${goal}`].filter((part) => part !== '').join('\n\n');
  return [reply, questions.map((question, index) => `${index + 1}. ${question}`).join('\n'), `_Questions, round ${round} of ${maxRounds}_`].filter((part) => part !== '').join('\n\n');
}

/** Times the CTO has asked back since the last goal was clear. */
export function roundsIn(history: readonly ChatTurn[]): number {
  const team = history.filter(({ from }) => from === 'team').map(({ text }) => text);
  const sinceGoal = team.slice(team.findLastIndex((text) => GOAL_LINE.test(text)) + 1);
  return sinceGoal.filter((text) => ROUND_LINE.test(text)).length;
}
