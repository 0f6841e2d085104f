import { mayLeaveMachine } from '../privacy';
import type { BudgetState } from './budgets/request-budgets';
import { usdInWords, windowInWords } from './budgets/words';
import { estimateCostUsd } from './cost';
import type { CatalogEntry } from './catalog';
import type { CatalogModel, ModelDriver } from './model-driver';
import { isNamed } from './model-names';
import type { JudgedRequest } from './raise-privacy';
import { DEFAULT_PRESET, type ModelRequest } from './request';

/** What is known when the filters run. */
export interface FilterFacts {
  promptTokens: number;
  /** The budgets that hold for the request, strictest first. */
  budgets: readonly BudgetState[];
  /** Why this model gets no requests now; `undefined` when it may. */
  disabledReason(model: CatalogModel): string | undefined;
  /** Why this service is left alone for a while; `undefined` when it is not. */
  restReason(driver: ModelDriver): string | undefined;
}

/** What keeps a model from answering; the kind decides which error a user sees when nothing is left. */
export interface Rejection {
  kind: 'privacy' | 'ability' | 'context' | 'allow-list' | 'budget' | 'health' | 'resting';
  reason: string;
  /** The one a call could pass. */
  budget?: BudgetState;
}

/** Room an answer needs at least, where no limit was set. */
const SMALLEST_ANSWER_TOKENS = 512;

/** May this model answer this request at all? The first thing that forbids it, or `undefined`. */
export function findRejection(entry: CatalogEntry, request: JudgedRequest, facts: FilterFacts): Rejection | undefined {
  return byPrivacy(entry, request) ?? byAllowList(entry, request) ?? byAbility(entry, request) ?? byContext(entry, request, facts) ?? byHealth(entry, facts) ?? byBudget(entry, request, facts) ?? byRest(entry, facts);
}

/** Does the prompt stay on this machine with this model? Both the service and the model must be local. */
export function staysHere({ driver, model }: CatalogEntry): boolean {
  return driver.local && model.local;
}

function byPrivacy(entry: CatalogEntry, { facts, raisedBy }: JudgedRequest): Rejection | undefined {
  if (staysHere(entry)) return undefined;
  if (!mayLeaveMachine(facts.privacy)) return { kind: 'privacy', reason: `privacy "${facts.privacy}"${raisedBy ? ` (${raisedBy.join(', ')} found)` : ''}: not on this machine` };
  return (facts.preset ?? DEFAULT_PRESET) === 'privateOnly' ? { kind: 'privacy', reason: 'preset "privateOnly": not on this machine' } : undefined;
}

function byAllowList({ model }: CatalogEntry, { facts }: ModelRequest): Rejection | undefined {
  if (!facts.allowedModels || facts.allowedModels.some((name) => isNamed(model, name))) return undefined;
  return { kind: 'allow-list', reason: 'not among the allowed models' };
}

function byAbility({ model }: CatalogEntry, request: ModelRequest): Rejection | undefined {
  const lacking = [
    request.tools?.length && !model.abilities.tools ? 'tools' : '',
    request.schema && !model.abilities.json ? 'JSON answers' : '',
    request.messages.some((message) => 'images' in message && message.images?.length) && !model.abilities.vision ? 'pictures' : '',
  ].filter((ability) => ability !== '');
  return lacking.length > 0 ? { kind: 'ability', reason: `cannot do ${lacking.join(' and ')}` } : undefined;
}

function byContext({ model }: CatalogEntry, request: ModelRequest, { promptTokens }: FilterFacts): Rejection | undefined {
  const needed = promptTokens + Math.min(request.maxOutputTokens ?? SMALLEST_ANSWER_TOKENS, model.contextTokens / 2);
  return needed > model.contextTokens ? { kind: 'context', reason: `context of ${model.contextTokens} tokens; about ${Math.ceil(needed)} needed` } : undefined;
}

function byHealth({ model }: CatalogEntry, facts: FilterFacts): Rejection | undefined {
  const reason = facts.disabledReason(model);
  return reason === undefined ? undefined : { kind: 'health', reason };
}

// The last filter: what rests could answer otherwise, and is tried when nothing else is left.
function byRest({ driver }: CatalogEntry, facts: FilterFacts): Rejection | undefined {
  const reason = facts.restReason(driver);
  return reason === undefined ? undefined : { kind: 'resting', reason };
}

function byBudget({ model }: CatalogEntry, request: ModelRequest, { promptTokens, budgets }: FilterFacts): Rejection | undefined {
  if (budgets.length === 0) return undefined;
  const estimate = estimateCostUsd(model, request, promptTokens);
  if (estimate === null) return { kind: 'budget', reason: 'unknown price, and a budget is set' };
  const passed = budgets.find(({ budget, spentUsd }) => estimate > 0 && spentUsd + estimate > budget.limitUsd);
  return passed && { kind: 'budget', reason: `${windowInWords(passed.budget)}: ${usdInWords(passed.spentUsd)} of ${usdInWords(passed.budget.limitUsd)} spent, about ${usdInWords(estimate)} more would pass it`, budget: passed };
}
