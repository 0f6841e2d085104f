import type { CatalogEntry } from './catalog';
import { estimateCostUsd } from './cost';
import { isNamed } from './model-names';
import type { CatalogModel } from './model-driver';
import type { ModelRequest } from './request';
import { assignmentFor, isMeantFor } from './models-file/wishes';
import type { ModelsFile } from './models-file/schema';
import { weightsOf, type Weights } from './weights';

export interface RankFacts {
  complexity: number;
  promptTokens: number;
  /** What kind of request it is, where somebody said. */
  intent?: string;
  /** Asked before those assigned to the role. */
  first?: string;
  /** The models file in force: whom the role asks first, and what presets care about. */
  file: ModelsFile;
  /** Measured output speed; `undefined` before the first call. */
  tokensPerSecond(modelId: string): number | undefined;
}

export interface Candidate {
  entry: CatalogEntry;
  /** 0..1, comparable within one decision only. */
  score: number;
  estimatedCostUsd: number | null;
  /** Whose word put it where it stands: the node's, the experiment's, the role's in the models file. Absent: the score's. */
  wish?: 'node' | 'experiment' | 'role';
}

/**
 * Orders the models that may answer, best first. The model the author asked for stands first; when something stronger than
 * another model was asked for, all strictly stronger ones stand before the rest, and that model last. Within that, the models assigned to the
 * role come in their order, then the others by score.
 */
export function rank(entries: readonly CatalogEntry[], request: ModelRequest, facts: RankFacts): Candidate[] {
  const weakest = entries.find(({ model }) => request.facts.escalateFrom !== undefined && isNamed(model, request.facts.escalateFrom))?.model;
  const tier = ({ model }: CatalogEntry): number => {
    if (request.facts.model !== undefined && isNamed(model, request.facts.model)) return 0;
    if (!weakest) return 1;
    if (model.id === weakest.id) return 3;
    return model.strength > weakest.strength ? 1 : 2;
  };
  const assigned = assignmentFor(request.facts, facts.file);
  const wanted = [...(facts.first === undefined ? [] : [facts.first]), ...(assigned ? [assigned.primary, ...assigned.fallback] : [])];
  const turn = ({ model }: CatalogEntry): number => {
    const index = wanted.findIndex((name) => isNamed(model, name));
    return index < 0 ? wanted.length : index;
  };
  const wishFor = (place: { tier: number; turn: number }): Pick<Candidate, 'wish'> => {
    if (place.tier === 0) return { wish: 'node' };
    if (place.tier > 1 || place.turn === wanted.length) return {};
    return { wish: facts.first !== undefined && place.turn === 0 ? 'experiment' : 'role' };
  };
  const weights = Object.entries(weightsOf(request.facts, facts.file)) as Array<[keyof Weights, number]>;
  return entries
    .map((entry) => {
      const place = { tier: tier(entry), turn: turn(entry) };
      return { candidate: { ...toCandidate(entry, request, facts, weights), ...wishFor(place) }, ...place };
    })
    // Names decide ties, so that equal requests get equal answers.
    .sort((a, b) => a.tier - b.tier || a.turn - b.turn || b.candidate.score - a.candidate.score || compareIds(a.candidate, b.candidate))
    .map(({ candidate }) => candidate);
}

const { compare } = new Intl.Collator();

function compareIds(one: Candidate, other: Candidate): number {
  return compare(one.entry.model.id, other.entry.model.id);
}

/** What the models file's `use_for` is worth: as much as a tenth of complexity or so, so that it decides between neighbours. */
const MEANT_BONUS = 0.2;

function toCandidate(entry: CatalogEntry, request: ModelRequest, facts: RankFacts, weights: ReadonlyArray<[sign: keyof Weights, weight: number]>): Candidate {
  const estimatedCostUsd = estimateCostUsd(entry.model, request, facts.promptTokens);
  const signs: Weights = { fit: fit(entry.model, facts.complexity), cheapness: cheapness(estimatedCostUsd), speed: speed(entry.model, facts), strength: entry.model.strength, local: entry.model.local ? 1 : 0 };
  const score = weights.reduce((sum, [sign, weight]) => sum + weight * signs[sign], 0);
  const meant = isMeantFor(entry.model, request, facts.complexity, facts.intent) ? MEANT_BONUS : 0;
  return { entry, score: Math.round(Math.max(0, score + meant) * (entry.model.weight ?? 1) * 1_000) / 1_000, estimatedCostUsd };
}

/** How fast fitness falls on below nothing. */
const TOO_WEAK = 0.06;

/** 1 when just strong enough; falls slowly for strength to spare, and so fast for strength that lacks that the price of the stronger model hardly moves the point where sides change; a little below 0 where far too much lacks. */
function fit(model: CatalogModel, complexity: number): number {
  const spare = model.strength - neededStrength(complexity);
  if (spare >= 0) return 1 - spare * 0.3;
  const rest = 1 + spare * 5.2;
  // Of models all too weak the strongest is meant, however fast the others are.
  return rest >= 0 ? rest : rest * TOO_WEAK;
}

/** The strength that is just enough, 0.25..0.9. */
export function neededStrength(complexity: number): number {
  return 0.25 + 0.65 * complexity;
}

/** 1 for free, one half at a cent per call; an unknown price counts as a high one. */
function cheapness(costUsd: number | null): number {
  return costUsd === null ? 0.1 : 1 / (1 + costUsd * 100);
}

/** One half at 50 tokens per second. Unmeasured models: the small ones are taken for fast, within a narrow band. */
function speed(model: CatalogModel, facts: RankFacts): number {
  const measured = facts.tokensPerSecond(model.id);
  return measured === undefined ? 0.6 - 0.3 * model.strength : measured / (measured + 50);
}
