import type { ReplyUsage } from '../contracts';

/** An answer as it was given, without the question. */
export interface StoredAnswer {
  text: string;
  /** Milliseconds since 1970. */
  atMs: number;
  /** What it took then. */
  usage: ReplyUsage;
  costUsd: number | null;
}

/** How much a store holds; the oldest go first. */
export interface AnswerBounds {
  entries: number;
  /** Of the texts together, in UTF-8. */
  bytes: number;
  keptMs: number;
}

export const ANSWER_BOUNDS: AnswerBounds = { entries: 2_000, bytes: 16 * 1_048_576, keptMs: 7 * 24 * 60 * 60_000 };

/** Where a team keeps answers it may give again. Two processes may use it at once. */
export interface AnswerStore {
  /** Random, the same for ever and for every process of the team: what keys are made with, so that nobody can try out questions on them. */
  secret(): Promise<string>;
  /** @returns `undefined` where there is none, or none given at `sinceMs` or later */
  find(key: string, sinceMs: number): Promise<StoredAnswer | undefined>;
  /** The newest answer under a key counts. */
  keep(key: string, answer: StoredAnswer): Promise<void>;
}
