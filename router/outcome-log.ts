import type { CallOutcome, ModelClass } from './calibration/outcomes';
import type { PromptSignature } from './calibration/signature';

/** Who can say whether a call's answer was any good. */
export const JUDGES = ['schema', 'escalation', 'tool-call', 'qa', 'person'] as const;
export type Judge = (typeof JUDGES)[number];

export interface CallVerdict {
  ok: boolean;
  by: Judge;
}

/** A call whose outcome is known, or may be told later. Never the prompt, and nothing at all of a secret one. */
export interface NotedCall extends Pick<CallOutcome, 'signature' | 'prior' | 'modelClass'> {
  callId: string;
  atMs: number;
  /** As the router names it, for instance `ollama/qwen3:8b`. */
  model: string;
  modelClass: ModelClass;
  role?: string;
  workflow?: string;
  runId?: string;
  taskId?: string;
  attempt?: number;
  /** The comparison between models the call was part of, and on which side. */
  experiment?: { name: string; arm: string };
  signature: PromptSignature;
  /** What is known at once: the answer was given up, or had the shape that was demanded. */
  verdict?: CallVerdict;
}

export interface JudgedCall extends NotedCall {
  verdict: CallVerdict;
}

/** One call, or all calls of an attempt at a task but those of one role (QA's own). */
export type WhichCalls = { callId: string } | { runId: string; taskId: string; attempt: number; exceptRole?: string };

/** What the team made of the router's calls. Several processes may write at once. Calls nobody knows are judged in vain, without an error. */
export interface OutcomeLog {
  /** Keeps calls; one noted twice stands once, as it was first. The newest `KEPT_CALLS` are kept, for `KEPT_MS`. */
  note(calls: readonly NotedCall[]): Promise<void>;
  /** The later judgement holds, unless a judge of a higher rank has spoken (`RANKS`). A verdict on a whole attempt leaves alone what was given up before QA saw it. */
  judge(which: WhichCalls, verdict: CallVerdict): Promise<void>;
  /** Those with a verdict, made at `sinceMs` or later; oldest first. */
  judged(filter: { sinceMs?: number }): Promise<JudgedCall[]>;
}

/** Machines see only the form of an answer, QA sees what it does, and a person what it is worth. */
export const RANKS: Record<Judge, number> = { schema: 1, escalation: 1, 'tool-call': 1, qa: 2, person: 3 };

/** About 6 MB in SQLite and 10 MB in Redis; a team that judges a hundred calls a day has its last half year here. */
export const KEPT_CALLS = 20_000;
/** Half a year: models and prompts change, and old outcomes teach what no longer holds. */
export const KEPT_MS = 183 * 24 * 60 * 60 * 1_000;
