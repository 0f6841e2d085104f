import type { DecisionFrame } from './attempt';
import type { CircuitBreakers } from './breaker';
import type { RequestBudgets } from './budgets/request-budgets';
import { barredByBudget, refusalOf } from './budgets/used-up';
import type { CapRules } from './caps/cap-rules';
import type { CatalogEntry, CatalogSnapshot } from './catalog';
import type { Calibration } from './calibration/calibrate';
import { learningComplexity, type LearningComplexity, type PromptToLearnFrom } from './complexity';
import type { Intent } from './contracts';
import { complexityToMeet, isDoubtful } from './doubt';
import { armFor } from './experiments';
import { estimatePromptTokens } from './estimate-tokens';
import { findRejection, type FilterFacts } from './filters';
import type { Health } from './health';
import { missingModelError, noCandidateError, type RejectedEntry } from './no-candidate';
import type { ModelsFile } from './models-file/schema';
import { assignmentFor } from './models-file/wishes';
import type { JudgedRequest } from './raise-privacy';
import { rank, type Candidate, type RankFacts } from './rank';
import { DEFAULT_PRESET } from './request';
import { weightsOf } from './weights';

/** Who may answer a request, the best first, and why. */
export interface Choice {
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

export interface ChoiceFacts {
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

/** Hard filters, then the score. @throws the error a user can do something about when no model may answer */
export function choose(request: JudgedRequest, facts: ChoiceFacts): Choice {
  const { snapshot, file, breakers, budgets } = facts;
  const missing = missingModelError(snapshot, request);
  if (missing) throw missing;
  const promptTokens = estimatePromptTokens(request);
  const { allowed, rejected } = filtered(request, promptTokens, facts);
  const resting = soonest(rejected, breakers);
  if (allowed.length === 0 && resting.length === 0) throw noCandidateError(snapshot, rejected, request);
  const estimate = learningComplexity(request, facts.calibration);
  const arm = armFor(request.facts, file.experiments, allowed);
  const ranked = rankingOf(request, promptTokens, complexityToMeet(estimate, request), arm?.model, facts);
  const candidates = ranked(allowed);
  const barred = barredByBudget(rejected);
  const refusal = barred.length === 0 ? undefined : refusalOf(ranked([...allowed, ...barred])[0]?.entry, rejected);
  if (refusal) throw refusal;
  const temperature = request.temperature ?? assignmentFor(request.facts, file)?.temperature ?? request.facts.roleWish?.temperature;
  const frame = { ...frameOf(request, estimate, facts), ...(arm && { experiment: arm.experiment }), candidates: listed(candidates, rejected) };
  return { request: { ...request, temperature }, candidates: [...candidates, ...ranked(resting).slice(0, 1)], prompt: estimate.prompt, promptTokens, budgets, caps: file.limits, frame };
}

function filtered(request: JudgedRequest, promptTokens: number, { snapshot, health, breakers, budgets }: ChoiceFacts): { allowed: CatalogEntry[]; rejected: RejectedEntry[] } {
  const filterFacts: FilterFacts = { promptTokens, budgets: budgets.states(), disabledReason: (model) => health.disabledReason(model), restReason: (driver) => breakers.restReason(driver) };
  const allowed: CatalogEntry[] = [];
  const rejected: RejectedEntry[] = [];
  for (const entry of snapshot.entries) {
    const rejection = findRejection(entry, request, filterFacts);
    if (rejection) rejected.push({ entry, rejection });
    else allowed.push(entry);
  }
  return { allowed, rejected };
}

function rankingOf(request: JudgedRequest, promptTokens: number, complexity: number, first: string | undefined, { file, intent, health }: ChoiceFacts) {
  const facts: RankFacts = { complexity, first, intent, promptTokens, file, tokensPerSecond: (modelId) => health.tokensPerSecond(modelId) };
  return (entries: CatalogEntry[]): Candidate[] => rank(entries, request, facts);
}

function listed(candidates: readonly Candidate[], rejected: readonly RejectedEntry[]): DecisionFrame['candidates'] {
  const best = candidates.map(({ entry, score }) => ({ model: entry.model.id, score }));
  return [...best, ...rejected.map(({ entry, rejection }) => ({ model: entry.model.id, score: 0, rejected: rejection.reason }))].slice(0, MOST_LISTED);
}

function frameOf(request: JudgedRequest, { complexity, confidence, calibrated }: LearningComplexity, { file, intent }: ChoiceFacts) {
  const { privacy, preset = DEFAULT_PRESET, escalateFrom } = request.facts;
  return {
    privacy,
    ...(request.raisedBy && { raisedBy: request.raisedBy }),
    complexity,
    confidence,
    ...(calibrated && { calibrated }),
    ...(isDoubtful({ complexity, confidence }, request) && { doubtful: true as const }),
    ...(intent && { intent }),
    preset,
    weights: weightsOf(request.facts, file),
    ...(escalateFrom !== undefined && { escalatedFrom: escalateFrom }),
  };
}

/** The models of the service whose rest ends first: the last resort of every request. */
function soonest(rejected: readonly RejectedEntry[], breakers: CircuitBreakers): CatalogEntry[] {
  const resting = rejected.filter(({ rejection }) => rejection.kind === 'resting').map(({ entry }) => entry);
  const shortestMs = Math.min(...resting.map(({ driver }) => breakers.restMs(driver)));
  return resting.filter(({ driver }) => breakers.restMs(driver) === shortestMs);
}
