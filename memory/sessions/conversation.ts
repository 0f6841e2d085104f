import { InvalidInputError, type Logger } from '../../kernel';
import { MOST_KEPT_MS, spelled } from '../memory-item';
import { linesOf } from '../quoted-lines';
import type { SessionMessage, SessionStore, SessionTerms } from './session-store';
import { MAX_SUMMARY_CHARACTERS, extractOf, splitTurns, turnsOf, wholeTurns, type Turn, type TurnLimits } from './turns';

export interface ConversationSettings extends SessionTerms, TurnLimits {
  /** 1..200 characters. */
  sessionId: string;
}

export interface ConversationDeps {
  store: SessionStore;
  estimateTokens(text: string): number;
  /** Makes one summary of the earlier one and what is to go. Unset: the beginnings of what was said. */
  summarise?(summary: string, turns: readonly Turn[]): Promise<string>;
  log: Logger;
}

/** One session, as whoever talks in it uses it. */
export interface Conversation {
  /** The newest turns that fit; older ones as a summary, once they have become too many. */
  load(): Promise<{ summary: string; messages: SessionMessage[] }>;
  add(messages: readonly SessionMessage[]): Promise<void>;
  clear(): Promise<void>;
}

const MAX_ID_CHARACTERS = 200;

/** @throws {InvalidInputError} */
export function openConversation(deps: ConversationDeps, settings: ConversationSettings): Conversation {
  const { store } = deps;
  const sessionId = checkedId(settings.sessionId);
  const terms = { user: settings.user === undefined ? undefined : spelled(settings.user), keptMs: checkedTime(settings.keptMs) };
  return {
    async load() {
      const session = await store.read(sessionId);
      const tokensOf = (turn: Turn) => turn.reduce((sum, { raw }) => sum + deps.estimateTokens(JSON.stringify(raw)), 0);
      const { older, newer } = splitTurns(wholeTurns(turnsOf(session.messages), session.firstNumber), settings, tokensOf);
      const messages = newer.flat();
      if (older.length === 0) return { summary: session.summary, messages };
      const summary = await summaryOf(deps, session.summary, older);
      // Who was slower shows his own summary this once; the store keeps the quicker one's.
      await store.compact(sessionId, { firstNumber: session.firstNumber, count: session.messages.length - messages.length, summary });
      return { summary, messages };
    },
    add: async (messages) => await store.append(sessionId, messages, terms),
    clear: async () => await store.clear(sessionId),
  };
}

async function summaryOf({ summarise, log }: ConversationDeps, summary: string, older: readonly Turn[]): Promise<string> {
  if (!summarise) return extractOf(summary, older);
  try {
    return oneKindOfLines(await summarise(summary, older)).slice(0, MAX_SUMMARY_CHARACTERS);
  } catch (error) {
    log.warn('No model could summarise the older part of a conversation; the beginnings of what was said stand for it.', { cause: String((error as Error).message) });
    return extractOf(summary, older);
  }
}

const oneKindOfLines = (text: string): string => linesOf(text).join('\n');
const LEAST_KEPT_MS = 1_000;

function checkedTime(keptMs: number): number {
  if (!(keptMs >= LEAST_KEPT_MS && keptMs <= MOST_KEPT_MS)) throw new InvalidInputError(`A conversation cannot be kept for ${keptMs} ms.`, { hint: 'Set "Keep for (Days)" to a number above 0, at most a hundred years.' });
  return Math.round(keptMs);
}

function checkedId(sessionId: string): string {
  const id = sessionId.trim();
  if (id === '' || id.length > MAX_ID_CHARACTERS) {
    throw new InvalidInputError(id === '' ? 'The conversation has no session ID.' : `The session ID has ${id.length} characters; it may have ${MAX_ID_CHARACTERS}.`, {
      hint: 'Set "Session ID"; a Chat Trigger gives one in each item: {{ $json.sessionId }}.',
    });
  }
  return id;
}
