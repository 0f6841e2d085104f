import type { Clock, Logger, MakeId } from '../kernel';
import type { AnswerStore } from './answer-cache/answer-store';
import { reusedOrAsked } from './answer-cache/reuse';
import { toDecision, type AttemptDeps, type AttemptRequest } from './attempt';
import { CircuitBreakers } from './breaker';
import type { Budget } from './budgets/budget';
import { RequestBudgets } from './budgets/request-budgets';
import { CallGate } from './caps/call-gate';
import type { CapStore } from './caps/cap-store';
import { memoryCapStore } from './caps/memory-cap-store';
import { createCatalog, type ServiceSource } from './catalog';
import { firstAnswer } from './chain';
import { choose, type Choice } from './choose';
import type { Calibration } from './calibration/calibrate';
import { besideConnected } from './connected';
import { NoModelError } from './errors';
import { Health } from './health';
import type { Ledger } from './ledger';
import { IntentRecogniser } from './intent';
import { DEFAULT_LIMITS, type Limits } from './limits';
import type { NotedCall } from './outcome-log';
import { missingModelError } from './no-candidate';
import { DEFAULT_PLACES, Places, type PlaceLimits } from './places';
import { createFileCatalog, NO_MODELS_FILE, type ModelsFileSource } from './models-file/file-catalog';
import { privacyRaiser } from './raise-privacy';
import type { ModelReply, ModelRequest, ReplyChunk } from './request';
import type { Router } from './router';

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
    yield* reusedOrAsked({ request: judged, candidates, frame: choice.frame }, ask, deps.answers && { ...attemptDeps, answers: deps.answers });
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

async function lastReply(chunks: AsyncIterable<ReplyChunk>): Promise<ModelReply> {
  for await (const chunk of chunks) if (chunk.type === 'finish') return chunk.reply;
  throw new NoModelError('No model answered.', { hint: 'Try again.' });
}
