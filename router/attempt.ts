import { AiosError, CancelledError, errorFacts, type Clock, type Logger, type MakeId } from '../kernel';
import { mayLeaveMachine } from '../privacy';
import { SERVICE_FAULTS, type CircuitBreakers } from './breaker';
import type { CallGate } from './caps/call-gate';
import type { CapRules } from './caps/cap-rules';
import type { RequestBudgets } from './budgets/request-budgets';
import type { Decision, ReplyUsage } from './contracts';
import { faultOfAnswer, UselessAnswerError } from './cascade';
import { costUsd, USUAL_ANSWER_TOKENS, type CallBound } from './cost';
import { EmptyAnswerError, SecretNeedsLocalModelError, StreamCutError, DeadlineExceededError } from './errors';
import { staysHere } from './filters';
import type { Health } from './health';
import type { Ledger } from './ledger';
import { withLimits, type Limits } from './limits';
import { noteOf } from './note-call';
import type { NotedCall } from './outcome-log';
import type { PromptToLearnFrom } from './complexity';
import type { DriverChunk, ModelCall } from './model-driver';
import type { Candidate } from './rank';
import { referenceCostUsd } from './reference-price';
import { wellFormedMessages } from './well-formed';
import type { ModelReply, ModelRequest, ReplyChunk, ToolCall } from './request';
import { whyInWords } from './why';

export interface AttemptDeps {
  ledger: Ledger;
  clock: Clock;
  makeId: MakeId;
  log: Logger;
  health: Health;
  breakers: CircuitBreakers;
  gate: CallGate;
  limits: Limits;
  /** Takes down what may be learnt from; never waits. */
  noteCall(call: NotedCall): void;
}

/** Everything about a decision but the model that will answer. */
export type DecisionFrame = Pick<Decision, 'privacy' | 'raisedBy' | 'complexity' | 'confidence' | 'calibrated' | 'preset' | 'weights' | 'candidates' | 'escalatedFrom' | 'escalatedBecause' | 'doubtful' | 'experiment' | 'intent'>;

export interface AttemptRequest {
  request: ModelRequest;
  frame: DecisionFrame;
  prompt: PromptToLearnFrom;
  /** Estimated. */
  promptTokens: number;
  budgets: RequestBudgets;
  /** What the models file lets through. */
  caps: CapRules;
  /** Another model could answer as well, at no price where this one has none: nobody waits for a full cap then. */
  elsewhere: boolean;
  /** `live`: text goes out as it comes; `whole`: only the finished reply does, so a cut answer can be given up. */
  mode: 'live' | 'whole';
  deadlineAtMs?: number;
  signal: AbortSignal;
}

/** One call to one model: reserved, limited, booked. Ends with the reply or throws why there is none. */
export async function* attempt(candidate: Candidate, asked: AttemptRequest, deps: AttemptDeps): AsyncGenerator<ReplyChunk> {
  const callId = deps.makeId();
  const startedAtMs = deps.clock.nowMs();
  const bound = await asked.budgets.reserve(callId, candidate.entry.model, asked.promptTokens);
  const booking = new Booking({ callId, candidate, asked, bound, startedAtMs }, deps);
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
    const decision = { ...toDecision(callId, candidate, asked.frame, costUsd(candidate.entry.model, finish.usage)), ...(finish.sureness !== undefined && { sureness: finish.sureness }) };
    const reply: ModelReply = { text: heard.text, toolCalls: heard.toolCalls, finishReason: finish.reason, usage: finish.usage, decision };
    const fault = mayBeGivenUp(asked) ? faultOfAnswer(reply, asked.request) : undefined;
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
    booking.note();
  }
}

/** Text that was shown stays; and a caller who judges for himself is not forestalled. */
function mayBeGivenUp({ mode, request }: AttemptRequest): boolean {
  return mode === 'whole' && request.facts.judgedByCaller !== true;
}

export function toDecision(callId: string, { entry, estimatedCostUsd, wish }: Candidate, frame: DecisionFrame, cost: number | null): Decision {
  const { id, provider } = entry.model;
  const { weights, candidates, ...facts } = frame;
  // In the order a person reads them in n8n: the lists after all that is short.
  return { model: id, provider, local: staysHere(entry), why: whyInWords({ entry, wish }, frame), ...facts, estimatedCostUsd, costUsd: cost, cached: false, weights, candidates, callId };
}

function limitedStream(candidate: Candidate, asked: AttemptRequest, bound: CallBound | undefined, deps: AttemptDeps): AsyncIterable<DriverChunk> {
  const { driver, model } = candidate.entry;
  const { request, signal, deadlineAtMs } = asked;
  const call: ModelCall = {
    model,
    messages: wellFormedMessages(request.messages),
    tools: request.tools ?? [],
    toolChoice: request.toolChoice ?? 'auto',
    schema: request.schema,
    temperature: request.temperature,
    maxOutputTokens: bound?.maxOutputTokens ?? request.maxOutputTokens,
    asksForSureness: request.facts.strongerWhenUnsure === true && mayBeGivenUp(asked),
  };
  const start = async function* (limited: AbortSignal): AsyncGenerator<DriverChunk> {
    const tokens = asked.promptTokens + (call.maxOutputTokens ?? USUAL_ANSWER_TOKENS);
    const slot = await deps.gate.enter(candidate.entry, { rules: asked.caps, tokens, elsewhere: asked.elsewhere }, limited);
    try {
      // The last gate before text leaves our hands. The chain never offers such a model; should it ever, nothing is sent.
      assertMayHear(candidate, request);
      yield* slot.counting(driver.stream(call, limited));
    } finally {
      slot.leave();
    }
  };
  return withLimits(start, { model, limits: deps.limits, deadlineAtMs, clock: deps.clock, signal });
}

function assertMayHear({ entry }: Candidate, { facts }: ModelRequest): void {
  if (mayLeaveMachine(facts.privacy) || staysHere(entry)) return;
  throw new SecretNeedsLocalModelError(`${entry.model.id} is not on this machine and must not see a secret request.`, { hint: 'This is a fault of n8n-nodes-aios; nothing was sent. Please report it.' });
}

type Finish = DriverChunk & { type: 'finish' };

/** What a model has said so far. */
class Heard {
  text = '';
  readonly toolCalls: ToolCall[] = [];
  private finish: Finish | undefined;

  add(chunk: DriverChunk): void {
    if (chunk.type === 'text') this.text += chunk.text;
    if (chunk.type === 'tool-call') this.toolCalls.push(chunk.call);
    if (chunk.type === 'finish') this.finish = chunk;
  }

  /** @throws {EmptyAnswerError} when the model ended without saying anything */
  finished(modelId: string): Finish {
    const empty = this.text.trim() === '' && this.toolCalls.length === 0;
    if (!this.finish || (empty && this.finish.reason !== 'refused')) {
      throw new EmptyAnswerError(`${modelId} gave an empty answer.`, { hint: 'Try again or use another model; thinking models need a larger limit of output tokens.' });
    }
    return this.finish;
  }
}

const CANCELLED = new CancelledError().code;
const NO_TOKENS: ReplyUsage = { promptTokens: 0, completionTokens: 0 };

interface BookedCall {
  callId: string;
  candidate: Candidate;
  asked: AttemptRequest;
  /** Where a budget is to be kept. */
  bound: CallBound | undefined;
  startedAtMs: number;
}

/** The ledger's line for one call, whatever becomes of it. */
class Booking {
  /** Has the model begun to answer, if only by thinking? Then it may have been paid for. */
  private began = false;
  private outcome: string = CANCELLED;
  /** As the provider counted; unset while it has not. */
  private counted: ReplyUsage | undefined;
  private readonly candidate: Candidate;

  constructor(private readonly call: BookedCall, private readonly deps: AttemptDeps) {
    this.candidate = call.candidate;
    deps.breakers.begin(call.candidate.entry.driver);
  }

  hear(chunk: DriverChunk): void {
    this.began = true;
    if (chunk.type === 'finish') this.counted = chunk.usage;
  }

  succeed(): void {
    this.outcome = 'ok';
    this.deps.breakers.answered(this.candidate.entry.driver);
    this.deps.health.measure(this.candidate.entry.model.id, this.counted?.completionTokens ?? 0, this.deps.clock.nowMs() - this.call.startedAtMs);
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
    return this.call.bound?.mostUsd ?? null;
  }

  note(): void {
    const { callId, startedAtMs: atMs, asked } = this.call;
    const noted = noteOf({ callId, atMs, candidate: this.candidate, outcome: this.outcome }, asked);
    if (noted) this.deps.noteCall(noted);
  }

  async settle(): Promise<void> {
    const { ledger, clock, log } = this.deps;
    const { callId, asked, startedAtMs } = this.call;
    const { model } = this.candidate.entry;
    const { privacy, role, workflow, project, runId, taskId, attempt: attemptNumber } = asked.request.facts;
    const usage = this.counted ?? NO_TOKENS;
    const cost = this.costUsd();
    asked.budgets.spent(cost);
    try {
      await ledger.settle({ callId, atMs: startedAtMs, model: model.id, provider: model.provider, local: staysHere(this.candidate.entry), privacy, role, workflow: workflow?.id, workflowName: workflow?.name, project, runId, taskId, attempt: attemptNumber, experiment: asked.frame.experiment, ...usage, costUsd: cost, savedUsd: model.local && !model.isScripted ? referenceCostUsd(usage) : undefined, durationMs: clock.nowMs() - startedAtMs, outcome: this.outcome });
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
