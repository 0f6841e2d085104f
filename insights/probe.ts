import { CancelledError, errorFacts, throwIfCancelled, type Clock } from '../kernel';
import type { CatalogModel, ModelCall, ModelDriver } from '../router';
import type { ProbeOutcome, ProbeResult } from './probe-store';
import { contextQuestion, contextSizes, recalls, SCHEMA_QUESTION, SPEED_QUESTION, TOOL_QUESTION, usedTool, fitsSchema, type Question } from './probe-questions';
import { hear, type Heard } from './probe-answer';

export const PROBE_STEPS = ['tools', 'schema', 'context', 'speed'] as const;
export type ProbeStep = (typeof PROBE_STEPS)[number];

/** What is under way, for whoever watches. */
export interface ProbeProgress {
  model: string;
  step: ProbeStep;
  /** Unset when the step begins; then how it ended, in a few words. */
  said?: string;
}

export interface ProbedModel {
  model: CatalogModel;
  driver: ModelDriver;
  digest: string;
}

export interface ProbeDeps {
  clock: Clock;
  signal: AbortSignal;
  onProgress(progress: ProbeProgress): void;
  /** Of one question, loading of the model included; default 3 minutes. */
  questionMs?: number;
}

const QUESTION_MS = 180_000;

/**
 * Tries what a model can really do: four kinds of questions, each with a deadline. A model that fails to answer one is asked the next.
 *
 * @throws {CancelledError}
 */
export async function probeModel(probed: ProbedModel, deps: ProbeDeps): Promise<ProbeResult> {
  const { model, digest } = probed;
  const asker = new Asker(probed, deps);
  const tools = await asker.step('tools', () => asker.judge(TOOL_QUESTION, usedTool));
  const schema = await asker.step('schema', () => asker.judge(SCHEMA_QUESTION, fitsSchema));
  const usableContextTokens = await asker.step('context', () => asker.usableContext());
  const tokensPerSecond = await asker.step('speed', () => asker.speed());
  return { digest, model: model.id, atMs: deps.clock.nowMs(), tools, schema, usableContextTokens, tokensPerSecond, notes: asker.notes };
}

class Asker {
  readonly notes: string[] = [];

  constructor(private readonly probed: ProbedModel, private readonly deps: ProbeDeps) {}

  async step<T extends ProbeOutcome | number | null>(step: ProbeStep, work: () => Promise<T>): Promise<T> {
    const model = this.probed.model.id;
    this.deps.onProgress({ model, step });
    const result = await work();
    this.deps.onProgress({ model, step, said: inWords(step, result) });
    return result;
  }

  async judge(question: Question, isRight: (heard: Heard) => boolean): Promise<ProbeOutcome> {
    const heard = await this.ask(question, 'this');
    if (!heard) return 'notRun';
    return isRight(heard) ? 'passed' : 'failed';
  }

  /** Window after window, each twice the one before, until one fails. */
  async usableContext(): Promise<number> {
    let usable = 0;
    for (const tokens of contextSizes(this.probed.model.contextTokens)) {
      const heard = await this.ask(contextQuestion(tokens), `the prompt of ${tokens} tokens`);
      if (!heard || !recalls(heard)) break;
      usable = tokens;
    }
    return usable;
  }

  async speed(): Promise<number | null> {
    const heard = await this.ask(SPEED_QUESTION, 'the question for its speed');
    if (!heard || heard.completionTokens < 2) return null;
    // To one decimal. Faster than the clock counts as one millisecond.
    return Math.round((heard.completionTokens / Math.max(1, heard.writingMs)) * 10_000) / 10;
  }

  /** @returns undefined when no answer came; why is noted */
  private async ask(question: Question, what: string): Promise<Heard | undefined> {
    const { clock, signal, questionMs = QUESTION_MS } = this.deps;
    throwIfCancelled(signal);
    const late = new AbortController();
    const cancel = clock.after(questionMs, () => late.abort());
    const call: ModelCall = { ...question, model: this.probed.model };
    try {
      return await hear(this.probed.driver.stream(call, AbortSignal.any([signal, late.signal])), clock);
    } catch (error) {
      if (signal.aborted) throw new CancelledError(signal.reason);
      this.notes.push(late.signal.aborted ? `No answer to ${what} within ${questionMs / 1_000} s.` : errorFacts(error).message);
      return undefined;
    } finally {
      cancel();
    }
  }
}

function inWords(step: ProbeStep, result: ProbeOutcome | number | null): string {
  if (step === 'context') return `${Number(result)} tokens`;
  if (step === 'speed') return result === null ? 'not measured' : `${Number(result)} tokens/s`;
  return String(result);
}
