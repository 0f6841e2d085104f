import { isAiosError, throwIfCancelled, type AiosError } from '../kernel';
import { mayLeaveMachine } from '../privacy';
import { attempt, type AttemptDeps, type AttemptRequest, type DecisionFrame } from './attempt';
import { deadlineExceeded } from './limits';
import { keyOf, SERVICE_FAULTS } from './breaker';
import { endsRequest } from './budgets/errors';
import { MOST_STRONGER, UselessAnswerError } from './cascade';
import type { ModelAuthError, RateLimitedError } from './errors';
import type { CatalogModel } from './model-driver';
import type { Candidate } from './rank';
import type { ModelReply, ReplyChunk } from './request';
import { markedSilent } from './why';

/** All pauses of one request together. */
const LONGEST_WAITS_MS = 60_000;
const PAUSE_BEFORE_RETRY_MS = 500;
/** Where a provider did not say how long to wait; doubles with each round. */
const USUAL_RATE_WAIT_MS = 2_000;
/** Models one key may be refused for until the whole provider is left out of this request. */
const MOST_REFUSALS = 3;
/** Answers of which nothing can be given, each of them paid for, until a service is left out of this request. */
const MOST_NOTHINGS = 3;

/** After these no other model is asked: the caller wants no answer any more, or has seen part of one. */
const FINAL = new Set(['CANCELLED', 'DEADLINE_EXCEEDED', 'STREAM_CUT', 'SECRET_NEEDS_LOCAL_MODEL']);

/** The model is there, but there is no answer of it that could be given where no other does better. */
const NOTHING_TO_GIVE = new Set(['EMPTY_ANSWER', 'BAD_TOOL_CALL']);

/**
 * Asks the candidates in order until one answers: a limited rate switches at once, a broken provider is tried once more,
 * a service that stopped answering is asked for no other model, a refused key takes its provider or its model out, a prompt too
 * long goes to a larger context. Whoever asked for too much of everybody gets the error of the model he would have got. After an answer
 * nobody can use, at most two stronger models are asked, and where they do no better, the last answer is given: whoever asked may still
 * make something of it.
 */
export async function* firstAnswer(candidates: readonly Candidate[], asked: AttemptRequest, deps: AttemptDeps): AsyncGenerator<ReplyChunk> {
  const chain = new Chain(candidates, asked, deps);
  for (let candidate = chain.next(); candidate; candidate = chain.next() ?? (await chain.waitForRate())) {
    try {
      yield* attempt(candidate, chain.asking(candidate), deps);
      return;
    } catch (error) {
      if (chain.mayGiveUselessReply(error)) break;
      if (!isAiosError(error) || FINAL.has(error.code) || endsRequest(error)) throw error;
      await chain.failed(candidate, error);
    }
  }
  const useless = chain.uselessReply();
  if (!useless) throw chain.firstError();
  yield { type: 'finish', reply: useless };
}

class Chain {
  private remaining: Candidate[];
  private limited: Array<{ candidate: Candidate; readyAtMs: number | undefined }> = [];
  private readonly retried = new Set<Candidate>();
  private readonly failedServices = new Set<string>();
  private readonly refusals = new Map<string, number>();
  private readonly nothings = new Map<string, number>();
  private error: AiosError | undefined;
  private useless: ModelReply | undefined;
  /** Models that were asked and gave no answer, by the code of their error. */
  private readonly silent = new Map<string, string>();
  private escalated: Pick<DecisionFrame, 'escalatedFrom' | 'escalatedBecause'> | undefined;
  private waitedMs = 0;
  private rateRounds = 0;

  constructor(candidates: readonly Candidate[], private readonly asked: AttemptRequest, private readonly deps: AttemptDeps) {
    this.remaining = [...candidates];
  }

  next(): Candidate | undefined {
    // A service that was found resting stands here as the last resort; one that failed in this very request is not asked for its other models.
    this.remaining = this.remaining.filter((candidate) => this.retried.has(candidate) || !this.gaveUp(candidate));
    return this.remaining.shift();
  }

  /** What the next candidate is asked; the decision says whose answer was given up, and why. */
  asking({ entry: { model }, estimatedCostUsd }: Candidate): AttemptRequest {
    this.silent.delete(model.id);
    const elsewhere = this.remaining.some((other) => estimatedCostUsd !== 0 || other.estimatedCostUsd === 0);
    const { frame } = this.asked;
    return { ...this.asked, elsewhere, frame: { ...frame, ...this.escalated, candidates: markedSilent(frame.candidates, this.silent) } };
  }

  uselessReply(): ModelReply | undefined {
    return this.useless;
  }

  /** Out of time for a better answer: the one in hand is more than none. */
  mayGiveUselessReply(error: unknown): boolean {
    return this.useless !== undefined && isAiosError(error) && error.code === 'DEADLINE_EXCEEDED';
  }

  firstError(): AiosError | undefined {
    return this.error;
  }

  async failed(candidate: Candidate, error: AiosError): Promise<void> {
    throwIfCancelled(this.asked.signal);
    if (error instanceof UselessAnswerError) return this.escalate(candidate, error);
    this.error ??= error;
    this.silent.set(candidate.entry.model.id, error.code);
    const { model } = candidate.entry;
    // Providers quote the prompt in some errors; a secret one has no business in a log.
    const reason = mayLeaveMachine(this.asked.request.facts.privacy) ? error.message : undefined;
    this.deps.log.warn(`${model.id} did not answer.`, { code: error.code, reason });
    const elsewhere = () => this.keep((other) => keyOf(other.entry.driver) !== keyOf(candidate.entry.driver));
    if (error.code === 'RATE_LIMITED') this.limit(candidate, error);
    if (SERVICE_FAULTS.has(error.code)) this.failedServices.add(keyOf(candidate.entry.driver));
    if (error.code === 'PROVIDER_DOWN') await this.retryOnce(candidate);
    if (NOTHING_TO_GIVE.has(error.code)) {
      if (this.givesNothingTooOften(candidate)) elsewhere();
      else if (!this.strongerFirst(model, error.code)) await this.retryOnce(candidate);
    }
    if (error.code === 'CONTEXT_OVERFLOW') this.keep((other) => other.entry.model.contextTokens > model.contextTokens);
    if (error.code === 'MODEL_REQUEST') elsewhere();
    if (error.code === 'MODEL_AUTH' && this.refused(candidate, error as ModelAuthError)) elsewhere();
  }

  /** @returns whether the whole provider is out */
  private refused({ entry: { model } }: Candidate, { concerns, message }: ModelAuthError): boolean {
    if (concerns !== 'call') this.deps.health.disable(concerns === 'model' ? model.id : model.provider, message);
    const refusals = (this.refusals.get(model.provider) ?? 0) + 1;
    this.refusals.set(model.provider, refusals);
    return concerns === 'provider' || refusals >= MOST_REFUSALS;
  }

  private givesNothingTooOften({ entry: { driver } }: Candidate): boolean {
    const times = (this.nothings.get(keyOf(driver)) ?? 0) + 1;
    this.nothings.set(keyOf(driver), times);
    return times >= MOST_NOTHINGS;
  }

  private gaveUp({ entry: { driver } }: Candidate): boolean {
    return this.failedServices.has(keyOf(driver)) && this.deps.breakers.restMs(driver) > 0;
  }

  /** When all that is left are models that limit the rate: waits as they asked, as long as the sum allows. */
  async waitForRate(): Promise<Candidate | undefined> {
    // Nobody waits a minute for a second opinion.
    if (this.useless) return undefined;
    const [soonest] = this.limited.sort((a, b) => (a.readyAtMs ?? 0) - (b.readyAtMs ?? 0));
    if (!soonest) return undefined;
    const askedMs = soonest.readyAtMs === undefined ? USUAL_RATE_WAIT_MS * 2 ** this.rateRounds : soonest.readyAtMs - this.deps.clock.nowMs();
    // Who says "at once" for ever would otherwise be asked for ever.
    if (!(await this.pause(Math.max(askedMs, PAUSE_BEFORE_RETRY_MS * 2 ** this.rateRounds)))) return undefined;
    this.rateRounds += 1;
    this.limited = this.limited.filter((other) => other !== soonest);
    return soonest.candidate;
  }

  private escalate({ entry: { model } }: Candidate, { code, reply }: UselessAnswerError): void {
    this.useless = reply;
    this.escalated = { escalatedFrom: model.id, escalatedBecause: code };
    this.keep((other) => other.entry.model.strength > model.strength);
    this.remaining = this.remaining.slice(0, MOST_STRONGER);
    this.deps.log.warn(`${model.id} gave an answer nobody can use.`, { code, next: this.remaining[0]?.entry.model.id ?? 'none stronger' });
  }

  /** @returns whether there is a stronger one */
  private strongerFirst({ id, strength }: CatalogModel, code: string): boolean {
    const isStronger = ({ entry }: Candidate) => entry.model.strength > strength;
    this.remaining = [...this.remaining.filter(isStronger), ...this.remaining.filter((other) => !isStronger(other))];
    if (!this.remaining.some(isStronger)) return false;
    this.escalated = { escalatedFrom: id, escalatedBecause: code };
    return true;
  }

  private limit(candidate: Candidate, error: AiosError): void {
    const retryAfterMs = (error as RateLimitedError).retryAfterMs;
    this.limited.push({ candidate, readyAtMs: retryAfterMs === undefined ? undefined : this.deps.clock.nowMs() + retryAfterMs });
  }

  private async retryOnce(candidate: Candidate): Promise<void> {
    if (this.retried.has(candidate)) return;
    this.retried.add(candidate);
    if (await this.pause(PAUSE_BEFORE_RETRY_MS)) this.remaining.unshift(candidate);
  }

  private keep(fits: (candidate: Candidate) => boolean): void {
    this.remaining = this.remaining.filter(fits);
    this.limited = this.limited.filter(({ candidate }) => fits(candidate));
  }

  /** @returns false when the sum of all pauses would pass its limit; then there was no pause */
  private async pause(ms: number): Promise<boolean> {
    const { clock } = this.deps;
    const { deadlineAtMs, signal } = this.asked;
    const isTooLate = deadlineAtMs !== undefined && clock.nowMs() + ms >= deadlineAtMs;
    if (this.waitedMs + ms > LONGEST_WAITS_MS || (isTooLate && this.useless)) return false;
    if (isTooLate) throw deadlineExceeded();
    this.waitedMs += ms;
    await clock.sleep(ms, signal);
    return true;
  }
}
