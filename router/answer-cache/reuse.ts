import { errorFacts, type Clock, type Logger, type MakeId } from '../../kernel';
import { toDecision, type DecisionFrame } from '../attempt';
import { faultOfAnswer } from '../cascade';
import { staysHere } from '../filters';
import type { Ledger } from '../ledger';
import { modelClassOf } from '../note-call';
import type { Candidate } from '../rank';
import { referenceCostUsd } from '../reference-price';
import type { ModelReply, ModelRequest, ReplyChunk } from '../request';
import { WHY_CACHED } from '../why';
import { answerKey, isReusable } from './answer-key';
import type { AnswerStore, StoredAnswer } from './answer-store';

export interface ReuseDeps {
  answers: AnswerStore;
  ledger: Ledger;
  clock: Clock;
  makeId: MakeId;
  log: Logger;
}

/** A request whose model has been chosen: all filters have had their say. */
export interface Chosen {
  request: ModelRequest;
  /** Who would be asked, the best first; never empty. */
  candidates: readonly Candidate[];
  frame: DecisionFrame;
}

interface Kept {
  candidate: Candidate;
  answer: StoredAnswer;
}

/** Models whose answers are looked for; equal questions seldom went to more of one class. */
const MOST_PEERS = 4;
/** Longer answers are seldom asked for twice. */
const LONGEST_ANSWER_CHARACTERS = 100_000;
const NO_TOKENS = { promptTokens: 0, completionTokens: 0 };

/**
 * Gives the answer an equal request got not long ago from the model that would be asked now, or one of its class; asks otherwise, and keeps what is worth it. A store
 * that fails costs an answer nothing but its reuse.
 */
export async function* reusedOrAsked(chosen: Chosen, ask: () => AsyncIterable<ReplyChunk>, deps: ReuseDeps | undefined): AsyncGenerator<ReplyChunk> {
  if (!deps || !isReusable(chosen.request)) return yield* ask();
  const startedAtMs = deps.clock.nowMs();
  const found = await unlessBroken(deps, async () => await find(chosen, deps));
  if (found) {
    const reply = await bookedReply(chosen, found, startedAtMs, deps);
    yield { type: 'text', text: reply.text };
    return yield { type: 'finish', reply };
  }
  for await (const chunk of ask()) {
    if (chunk.type === 'finish' && isWorthKeeping(chunk.reply, chosen.request)) await unlessBroken(deps, async () => await keep(chosen.request, chunk.reply, startedAtMs, deps));
    yield chunk;
  }
}

async function find({ request, candidates }: Chosen, { answers, clock }: ReuseDeps): Promise<Kept | undefined> {
  const secret = await answers.secret();
  for (const candidate of peersOf(candidates)) {
    const answer = await answers.find(answerKey(request, candidate.entry.model.id, secret), clock.nowMs() - request.facts.reuseMinutes! * 60_000);
    if (answer) return { candidate, answer };
  }
  return undefined;
}

/**
 * Whose answer serves as well as that of the first: among models of one class, at the same kind of place, measured speed or a price may change
 * who stands first from one minute to the next. A model that was wished for has no peers.
 */
function peersOf([first, ...others]: readonly Candidate[]): Candidate[] {
  if (!first || first.wish) return first ? [first] : [];
  const isPeer = ({ entry }: Candidate) => modelClassOf(entry.model) === modelClassOf(first.entry.model) && staysHere(entry) === staysHere(first.entry);
  return [first, ...others.filter(isPeer)].slice(0, MOST_PEERS);
}

// Under the model that answered: what a stand-in of another class said is not given once the first choice is back.
async function keep(request: ModelRequest, { text, usage, decision }: ModelReply, atMs: number, { answers }: ReuseDeps): Promise<void> {
  await answers.keep(answerKey(request, decision.model, await answers.secret()), { text, usage, costUsd: decision.costUsd, atMs });
}

/** Whole, said by one model without tools, and of use. */
function isWorthKeeping(reply: ModelReply, request: ModelRequest): boolean {
  const { text, finishReason, toolCalls } = reply;
  return finishReason === 'stop' && toolCalls.length === 0 && text.trim() !== '' && text.length <= LONGEST_ANSWER_CHARACTERS && faultOfAnswer(reply, request) === undefined;
}

/** Nothing was sent and nothing paid; the ledger says so, and what was saved. */
async function bookedReply({ request, frame }: Chosen, { candidate, answer: { text, usage, costUsd } }: Kept, startedAtMs: number, deps: ReuseDeps): Promise<ModelReply> {
  const { model } = candidate.entry;
  const { privacy, role, workflow, project, runId, taskId, attempt } = request.facts;
  const decision = { ...toDecision(deps.makeId(), candidate, frame, 0), estimatedCostUsd: 0, cached: true, why: WHY_CACHED };
  const savedUsd = model.isScripted ? undefined : model.local ? referenceCostUsd(usage) : costUsd;
  await unlessBroken(deps, async () => await deps.ledger.settle({ callId: decision.callId, atMs: startedAtMs, model: model.id, provider: model.provider, local: true, privacy, role, workflow: workflow?.id, workflowName: workflow?.name, project, runId, taskId, attempt, ...NO_TOKENS, costUsd: 0, savedUsd, durationMs: deps.clock.nowMs() - startedAtMs, outcome: 'cached' }));
  return { text, toolCalls: [], finishReason: 'stop', usage: NO_TOKENS, decision };
}

async function unlessBroken<T>({ log }: ReuseDeps, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    log.warn('The store of answers or its booking failed.', { code: errorFacts(error).code });
    return undefined;
  }
}
