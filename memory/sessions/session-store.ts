import type { JsonValue } from '../../kernel';

/** One message of a conversation. */
export interface SessionMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  /** Its words, for counting tokens and for the extract. */
  text: string;
  /** As whoever holds the conversation wrote it; tool calls and their results stand only here. */
  raw: JsonValue;
}

export interface Session {
  /** What came before the messages; empty when nothing did. */
  summary: string;
  /** Number of the first of `messages`; grows by what was summarised or made room. */
  firstNumber: number;
  messages: SessionMessage[];
}

/** What a session is beside its messages. */
export interface SessionTerms {
  /** The person it is with: erasing the user erases it. Of several, each. */
  user?: string;
  /** From the last message on. */
  keptMs: number;
}

/** Most messages of one session; the oldest make room. */
export const MAX_SESSION_MESSAGES = 500;

/** Where conversations are kept. Several processes may talk in one session at once. */
export interface SessionStore {
  /** Adds messages together and lets the session's lifetime begin anew. */
  append(sessionId: string, messages: readonly SessionMessage[], terms: SessionTerms): Promise<void>;
  /** Empty when there is none. */
  read(sessionId: string): Promise<Session>;
  /**
   * Puts `summary` in the place of all before it and of the first `count` messages.
   * @returns false, and nothing is done, when `firstNumber` is not the session's any more: somebody else was quicker
   */
  compact(sessionId: string, change: { firstNumber: number; count: number; summary: string }): Promise<boolean>;
  clear(sessionId: string): Promise<void>;
  /** How many sessions a user has. */
  countOfUser(user: string): Promise<number>;
  /** @returns how many sessions went */
  removeOfUser(user: string): Promise<number>;
}
