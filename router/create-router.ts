import type { Clock, Logger, MakeId } from '../kernel';
import type { AnswerStore } from './answer-cache/answer-store';
import { reusedOrAsked } from './answer-cache/reuse';
import { toDecision, type AttemptDeps, type AttemptRequest, type DecisionFrame } from './attempt';
import { CircuitBreakers } from './breaker';
import type { Budget } from './budgets/budget';
import { RequestBudgets } from './budgets/request-budgets';
import { barredByBudget, refusalOf } from './budgets/used-up';
import { CallGate } from './caps/call-gate';
import type { CapRules } from './caps/cap-rules';
import type { CapStore } from './caps/cap-store';
import { memoryCapStore } from './caps/memory-cap-store';
import { createCatalog, type CatalogEntry, type CatalogSnapshot, type ServiceSource } from './catalog';
import { firstAnswer } from './chain';
import type { Calibration } from './calibration/calibrate';
import { learningComplexity, type PromptToLearnFrom } from './complexity';
import { besideConnected } from './connected';
import type { Intent } from './contracts';
import { complexityToMeet, isDoubtful } from './doubt';
import { NoModelError } from './errors';
import { armFor } from './experiments';
import { estimatePromptTokens } from './estimate-tokens';
import { findRejection } from './filters';
import { Health } from './health';
import type { Ledger } from './ledger';
import { IntentRecogniser } from './intent';
import { DEFAULT_LIMITS, type Limits } from './limits';
import type { NotedCall } from './outcome-log';
import { missingModelError, noCandidateError, type RejectedEntry } from './no-candidate';
import { DEFAULT_PLACES, Places, type PlaceLimits } from './places';
import { createFileCatalog, NO_MODELS_FILE, type ModelsFileSource } from './models-file/file-catalog';
import type { ModelsFile } from './models-file/schema';
import { assignmentFor } from './models-file/wishes';
import { privacyRaiser, type JudgedRequest } from './raise-privacy';
import { rank, type Candidate } from './rank';
import { DEFAULT_PRESET, type ModelReply, type ModelRequest, type ReplyChunk } from './request';
import type { Router } from './router';
import { weightsOf } from './weights';

export interface RouterDeps {
  services: ServiceSource;
  ledger: Ledger;
  clock: Clock;
  makeId: MakeId;
  log: Logger;
  /** Default: none. */
  modelsFile?: ModelsFileSource;
  /** Takes down calls that may be learnt from. Default: nobody. */
  noteCall?(call: NotedCall): void;
  /** What the team's outcomes taught, as it is in force now. Default: nothing. */
  calibration?(): Promise<Calibration | undefined>;
  /** Beside those of the models file. */
  budgets?: readonly Budget[];
  /** Default: no answer is given twice. */
  answers?: AnswerStore;
  /** Where calls are counted against the models file's limits. Default: in this process. */
  caps?: CapStore;
  limits?: Partial<Limits>;
  places?: Partial<PlaceLimits>;
}

/** How old a list may be that lacks a model somebody asks for. */
const RECHECK_MS = 2_000;

/** The router: request → label by content → hard filters → score → chain → call → settle. */
export function createRouter(deps: RouterDeps): Router {
  const { ledger, clock, makeId, log } = deps;
  const catalog = createFileCatalog({ catalog: createCatalog(deps), source: deps.modelsFile ?? NO_MODELS_FILE, clock });
  const health = new Health(clock);
  const raisePrivacy = privacyRaiser();
  const breakers = new CircuitBreakers(clock);
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const gate = new CallGate({ places: new Places({ ...DEFAULT_PLACES, ...deps.places }), caps: deps.caps ?? memoryCapStore(clock), clock, makeId, log, limits });
  const attemptDeps: AttemptDeps = { ledger, clock, makeId, log, health, breakers, gate, limits, noteCall: deps.noteCall ?? (() => {}) };

  const intents = new IntentRecogniser(attemptDeps);

  const decide = async (asked: ModelRequest, signal: AbortSignal, mayAsk = true): Promise<Choice> => {
    const request = await raisePrivacy(asked, signal);
    const models = besideConnected(catalog, asked.connected);
    const known = await models.read(signal);
    // Whoever has just pulled the model we said was missing is not told so again for a minute.
    const wish = missingModelError(known.snapshot, request) ? { maxAgeMs: RECHECK_MS, isPatient: true } : undefined;
    const from = async ({ snapshot, file }: typeof known) => choose(request, { snapshot, file, intent: mayAsk ? await intents.recognise(request, { snapshot, file }, signal) : intents.knownOf(request), health, breakers, budgets: await RequestBudgets.of(request, [...(deps.budgets ?? []), ...file.budgets], deps), calibration: await deps.calibration?.() });
    try {
      return await from(wish ? await models.read(signal, wish) : known);
    } catch (error) {
      // Before the answer is no, everybody is waited for.
      if (wish || !known.snapshot.isPartial) throw error;
      return await from(await models.read(signal, { isPatient: true }));
    }
  };

  async function* answer(request: ModelRequest, mode: AttemptRequest['mode'], signal: AbortSignal): AsyncGenerator<ReplyChunk> {
    const { deadlineS } = request.facts;
    const deadlineAtMs = deadlineS === undefined ? undefined : clock.nowMs() + deadlineS * 1_000;
    const { candidates, request: judged, ...choice } = await decide(request, signal);
    const ask = () => firstAnswer(candidates, { request: judged, ...choice, elsewhere: false, mode, deadlineAtMs, signal }, attemptDeps);
    yield* reusedOrAsked({ request: judged, candidate: candidates[0]!, frame: choice.frame }, ask, deps.answers && { ...attemptDeps, answers: deps.answers });
  }

  return {
    async explain(request, signal) {
      const { candidates, frame } = await decide(request, signal, false);
      return toDecision(makeId(), candidates[0]!, frame, null);
    },
    complete: async (request, signal) => await lastReply(answer(request, 'whole', signal)),
    stream: (request, signal) => answer(request, 'live', signal),
    async models(signal) {
      return (await catalog.read(signal, { isPatient: true })).snapshot.entries.map(({ model }) => model);
    },
  };
}

interface Choice {
  /** With the label its content gave it, and its role's temperature where it has none of its own. */
  request: JudgedRequest;
  /** Never empty. */
  candidates: Candidate[];
  frame: DecisionFrame;
  prompt: PromptToLearnFrom;
  promptTokens: number;
  budgets: RequestBudgets;
  caps: CapRules;
}

interface ChoiceFacts {
  snapshot: CatalogSnapshot;
  file: ModelsFile;
  health: Health;
  breakers: CircuitBreakers;
  budgets: RequestBudgets;
  calibration: Calibration | undefined;
  intent: Intent | undefined;
}

/** Decisions keep this many models, the best and then the rejected: enough to understand, small enough to store with every item. */
const MOST_LISTED = 20;

/** @throws the error a user can do something about when no model may answer */
function choose(request: JudgedRequest, { snapshot, file, health, breakers, budgets, calibration, intent }: ChoiceFacts): Choice {
  const missing = missingModelError(snapshot, request);
  if (missing) throw missing;
  const promptTokens = estimatePromptTokens(request);
  const states = budgets.states();
  const allowed: CatalogEntry[] = [];
  const rejected: RejectedEntry[] = [];
  for (const entry of snapshot.entries) {
    const rejection = findRejection(entry, request, { promptTokens, budgets: states, disabledReason: (model) => health.disabledReason(model), restReason: (driver) => breakers.restReason(driver) });
    if (rejection) rejected.push({ entry, rejection });
    else allowed.push(entry);
  }
  const resting = soonest(rejected, breakers);
  if (allowed.length === 0 && resting.length === 0) throw noCandidateError(snapshot, rejected, request);
  const { complexity, confidence, calibrated, prompt } = learningComplexity(request, calibration);
  const arm = armFor(request.facts, file.experiments, allowed);
  const ranked = (entries: CatalogEntry[]) => rank(entries, request, { complexity: complexityToMeet({ complexity, confidence }, request), first: arm?.model, intent, promptTokens, file, tokensPerSecond: (modelId) => health.tokensPerSecond(modelId) });
  const candidates = ranked(allowed);
  const barred = barredByBudget(rejected);
  const refusal = barred.length === 0 ? undefined : refusalOf(ranked([...allowed, ...barred])[0]?.entry, rejected);
  if (refusal) throw refusal;
  const listed = [...candidates.map(({ entry, score }) => ({ model: entry.model.id, score })), ...rejected.map(({ entry, rejection }) => ({ model: entry.model.id, score: 0, rejected: rejection.reason }))];
  const { privacy, preset = DEFAULT_PRESET, escalateFrom } = request.facts;
  const temperature = request.temperature ?? assignmentFor(request.facts.role, file)?.temperature;
  const frame = { privacy, ...(request.raisedBy && { raisedBy: request.raisedBy }), complexity, confidence, ...(calibrated && { calibrated }), ...(isDoubtful({ complexity, confidence }, request) && { doubtful: true }), ...(intent && { intent }), ...(arm && { experiment: arm.experiment }), preset, weights: weightsOf(request.facts, file), candidates: listed.slice(0, MOST_LISTED), ...(escalateFrom === undefined ? {} : { escalatedFrom: escalateFrom }) };
  return { request: { ...request, temperature }, candidates: [...candidates, ...ranked(resting).slice(0, 1)], prompt, promptTokens, budgets, caps: file.limits, frame };
}

/** The models of the service whose rest ends first: the last resort of every request. */
function soonest(rejected: readonly RejectedEntry[], breakers: CircuitBreakers): CatalogEntry[] {
  const resting = rejected.filter(({ rejection }) => rejection.kind === 'resting').map(({ entry }) => entry);
  const shortestMs = Math.min(...resting.map(({ driver }) => breakers.restMs(driver)));
  return resting.filter(({ driver }) => breakers.restMs(driver) === shortestMs);
}

async function lastReply(chunks: AsyncIterable<ReplyChunk>): Promise<ModelReply> {
  for await (const chunk of chunks) if (chunk.type === 'finish') return chunk.reply;
  throw new NoModelError('No model answered.', { hint: 'Try again.' });
}
