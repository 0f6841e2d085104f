import { AiosError, CancelledError, errorFacts, type Clock, type Logger, type MakeId } from '../kernel';
import { mayLeaveMachine } from '../privacy';
import { SERVICE_FAULTS, type CircuitBreakers } from './breaker';
import type { Decision, ReplyUsage } from './contracts';
import { faultOfAnswer, UselessAnswerError } from './cascade';
import { callBounds, costUsd, type CallBound } from './cost';
import { BudgetExceededError, EmptyAnswerError, SecretNeedsLocalModelError, StreamCutError, DeadlineExceededError } from './errors';
import { staysHere } from './filters';
import type { Health } from './health';
import type { Ledger } from './ledger';
import { withLimits, type Limits } from './limits';
import type { DriverChunk, ModelCall } from './model-driver';
import type { Places } from './places';
import type { Candidate } from './rank';
import { referenceCostUsd } from './reference-price';
import type { FinishReason, ModelReply, ModelRequest, ReplyChunk, ToolCall } from './request';

export interface AttemptDeps {
  ledger: Ledger;
  clock: Clock;
  makeId: MakeId;
  log: Logger;
  health: Health;
  breakers: CircuitBreakers;
  places: Places;
  limits: Limits;
}

/** Everything about a decision but the model that will answer. */
export type DecisionFrame = Pick<Decision, 'privacy' | 'raisedBy' | 'complexity' | 'confidence' | 'preset' | 'weights' | 'candidates' | 'escalatedFrom'>;

export interface AttemptRequest {
  request: ModelRequest;
  frame: DecisionFrame;
  /** Estimated. */
  promptTokens: number;
  /** What the run had spent when the models were chosen; 0 where there is no budget. */
  spentUsd: number;
  /** `live`: text goes out as it comes; `whole`: only the finished reply does, so a cut answer can be given up. */
  mode: 'live' | 'whole';
  deadlineAtMs?: number;
  signal: AbortSignal;
}

/** A reservation outlives any call we would still wait for, and no longer than a crash should block a budget. */
const RESERVATION_TTL_MS = 15 * 60_000;

/** One call to one model: reserved, limited, booked. Ends with the reply or throws why there is none. */
export async function* attempt(candidate: Candidate, asked: AttemptRequest, deps: AttemptDeps): AsyncGenerator<ReplyChunk> {
  const callId = deps.makeId();
  const bound = await reserve(callId, candidate, asked, deps);
  const booking = new Booking(callId, candidate, asked.request, bound, deps);
  const heard = new Heard();
  let shown = false;
  try {
    for await (const chunk of limitedStream(candidate, asked, bound, deps)) {
      booking.hear(chunk);
      heard.add(chunk);
      if (chunk.type !== 'text' || asked.mode === 'whole') continue;
      shown = true;
      yield chunk;
    }
    const finish = heard.finished(candidate.entry.model.id);
    const decision = toDecision(callId, candidate, asked.frame, costUsd(candidate.entry.model, finish.usage));
    const reply: ModelReply = { text: heard.text, toolCalls: heard.toolCalls, finishReason: finish.reason, usage: finish.usage, decision };
    const fault = mayBeGivenUp(asked) ? faultOfAnswer(reply, asked.request.schema) : undefined;
    if (fault) throw new UselessAnswerError(fault, reply);
    booking.succeed();
    for (const call of asked.mode === 'live' ? heard.toolCalls : []) yield { type: 'tool-call', call };
    yield { type: 'finish', reply };
  } catch (error) {
    booking.fail(error);
    // Providers quote the prompt in some errors.
    if (error instanceof AiosError && !mayLeaveMachine(asked.request.facts.privacy)) error.withoutQuote();
    throw shown ? cutError(error) : error;
  } finally {
    await booking.settle();
  }
}

/** Text that was shown stays; and a caller who judges for himself is not forestalled. */
function mayBeGivenUp({ mode, request }: AttemptRequest): boolean {
  return mode === 'whole' && request.facts.judgedByCaller !== true;
}

export function toDecision(callId: string, { entry, estimatedCostUsd }: Candidate, frame: DecisionFrame, cost: number | null): Decision {
  const { id, provider } = entry.model;
  const { weights, candidates, ...why } = frame;
  // In the order a person reads them in n8n: the lists after all that is short.
  return { model: id, provider, local: staysHere(entry), ...why, estimatedCostUsd, costUsd: cost, cached: false, weights, candidates, callId };
}

function limitedStream(candidate: Candidate, asked: AttemptRequest, bound: CallBound | undefined, deps: AttemptDeps): AsyncIterable<DriverChunk> {
  const { driver, model } = candidate.entry;
  const { request, signal, deadlineAtMs } = asked;
  const call: ModelCall = {
    model,
    messages: request.messages,
    tools: request.tools ?? [],
    toolChoice: request.toolChoice ?? 'auto',
    schema: request.schema,
    temperature: request.temperature,
    maxOutputTokens: bound?.maxOutputTokens ?? request.maxOutputTokens,
  };
  const start = async function* (limited: AbortSignal): AsyncGenerator<DriverChunk> {
    const giveBack = await deps.places.take(driver, limited);
    try {
      // The last gate before text leaves our hands. The chain never offers such a model; should it ever, nothing is sent.
      assertMayHear(candidate, request);
      yield* driver.stream(call, limited);
    } finally {
      giveBack();
    }
  };
  return withLimits(start, { model, limits: deps.limits, deadlineAtMs, clock: deps.clock, signal });
}

function assertMayHear({ entry }: Candidate, { facts }: ModelRequest): void {
  if (mayLeaveMachine(facts.privacy) || staysHere(entry)) return;
  throw new SecretNeedsLocalModelError(`${entry.model.id} is not on this machine and must not see a secret request.`, { hint: 'This is a fault of n8n-nodes-aios; nothing was sent. Please report it.' });
}

/** @returns what the call may cost and say at most; `undefined` where no budget is to be kept */
async function reserve(callId: string, { entry }: Candidate, { request, promptTokens, spentUsd }: AttemptRequest, { ledger }: AttemptDeps): Promise<CallBound | undefined> {
  const { budgetUsd, runId } = request.facts;
  if (budgetUsd === undefined || runId === undefined) return undefined;
  let refusal: unknown;
  for (const bound of callBounds(entry.model, request, promptTokens, budgetUsd - spentUsd)) {
    try {
      await ledger.reserve({ callId, runId, estimatedUsd: bound.mostUsd, budgetUsd, ttlMs: RESERVATION_TTL_MS });
      return bound;
    } catch (error) {
      if (!(error instanceof BudgetExceededError)) throw error;
      refusal = error;
    }
  }
  if (refusal) throw refusal;
  return undefined;
}

/** What a model has said so far. */
class Heard {
  text = '';
  readonly toolCalls: ToolCall[] = [];
  private finish: { reason: FinishReason; usage: ReplyUsage } | undefined;

  add(chunk: DriverChunk): void {
    if (chunk.type === 'text') this.text += chunk.text;
    if (chunk.type === 'tool-call') this.toolCalls.push(chunk.call);
    if (chunk.type === 'finish') this.finish = { reason: chunk.reason, usage: chunk.usage };
  }

  /** @throws {EmptyAnswerError} when the model ended without saying anything */
  finished(modelId: string): { reason: FinishReason; usage: ReplyUsage } {
    const empty = this.text.trim() === '' && this.toolCalls.length === 0;
    if (!this.finish || (empty && this.finish.reason !== 'refused')) {
      throw new EmptyAnswerError(`${modelId} gave an empty answer.`, { hint: 'Try again or use another model; thinking models need a larger limit of output tokens.' });
    }
    return this.finish;
  }
}

const NO_TOKENS: ReplyUsage = { promptTokens: 0, completionTokens: 0 };

/** The ledger's line for one call, whatever becomes of it. */
class Booking {
  /** Has the model begun to answer, if only by thinking? Then it may have been paid for. */
  private began = false;
  private outcome: string = new CancelledError().code;
  /** As the provider counted; unset while it has not. */
  private counted: ReplyUsage | undefined;
  private readonly startedAtMs: number;

  constructor(private readonly callId: string, private readonly candidate: Candidate, private readonly request: ModelRequest, private readonly bound: CallBound | undefined, private readonly deps: AttemptDeps) {
    this.startedAtMs = deps.clock.nowMs();
    deps.breakers.begin(candidate.entry.driver);
  }

  hear(chunk: DriverChunk): void {
    this.began = true;
    if (chunk.type === 'finish') this.counted = chunk.usage;
  }

  succeed(): void {
    this.outcome = 'ok';
    this.deps.breakers.answered(this.candidate.entry.driver);
    this.deps.health.measure(this.candidate.entry.model.id, this.counted?.completionTokens ?? 0, this.deps.clock.nowMs() - this.startedAtMs);
  }

  fail(error: unknown): void {
    this.outcome = errorFacts(error).code;
    const { breakers } = this.deps;
    // A service that finished an answer is there, whatever the answer is worth.
    if (this.counted) breakers.answered(this.candidate.entry.driver);
    else if (SERVICE_FAULTS.has(this.outcome)) breakers.failed(this.candidate.entry.driver);
  }

  /** What a cut answer costs, nobody tells us. Where a budget is to be kept, it counts as much as was set aside for it. */
  private costUsd(): number | null {
    const { model } = this.candidate.entry;
    if (this.counted) return costUsd(model, this.counted);
    if (!this.began || model.local) return 0;
    return this.bound?.mostUsd ?? null;
  }

  async settle(): Promise<void> {
    const { ledger, clock, log } = this.deps;
    const { model } = this.candidate.entry;
    const { privacy, role, runId, taskId, attempt: attemptNumber } = this.request.facts;
    const usage = this.counted ?? NO_TOKENS;
    try {
      await ledger.settle({ callId: this.callId, atMs: this.startedAtMs, model: model.id, provider: model.provider, local: staysHere(this.candidate.entry), privacy, role, runId, taskId, attempt: attemptNumber, ...usage, costUsd: this.costUsd(), savedUsd: model.local && !model.isScripted ? referenceCostUsd(usage) : undefined, durationMs: clock.nowMs() - this.startedAtMs, outcome: this.outcome });
    } catch (error) {
      // An answer that was paid for is not thrown away because its line could not be written.
      log.error('A model call could not be booked.', { model: model.id, reason: errorFacts(error).message });
    }
  }
}

function cutError(error: unknown): unknown {
  if (error instanceof CancelledError || error instanceof DeadlineExceededError) return error;
  const facts = errorFacts(error);
  return new StreamCutError(`The answer broke off after it had begun: ${facts.message}`, { hint: 'Ask again; the part already shown is not the whole answer.', cause: error });
}
