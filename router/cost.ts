import type { ReplyUsage } from './contracts';
import type { CatalogModel } from './model-driver';
import type { ModelRequest } from './request';

/** Length of an answer nobody limited, for estimates: agents' answers seldom pass it. */
export const USUAL_ANSWER_TOKENS = 1_500;

/** @returns USD; `null` when the price is unknown */
export function costUsd(model: Pick<CatalogModel, 'price'>, usage: ReplyUsage): number | null {
  if (!model.price) return null;
  return (usage.promptTokens * model.price.promptUsdPerMTok + usage.completionTokens * model.price.completionUsdPerMTok) / 1e6;
}

/** Sums as a person reads them: without what adding up in binary leaves behind. @returns USD, to a billionth */
export function roundedUsd(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}

/** What the call will probably cost; the longest answer counts where one was set. */
export function estimateCostUsd(model: CatalogModel, request: ModelRequest, promptTokens: number): number | null {
  return costUsd(model, { promptTokens, completionTokens: request.maxOutputTokens ?? USUAL_ANSWER_TOKENS });
}

/** The longest answer asked for where nobody set a limit but a budget is to be kept. */
export const LONGEST_ANSWER_TOKENS = 16_000;
/** How much of what is left of a budget one call may set aside, unless its usual length takes more. */
const SHARE_OF_REST = 0.25;
/** Prompts are estimated within about a tenth; a foreign language may take more. */
const PROMPT_MARGIN = 1.25;

/** How long an answer may be at most, and what the call then costs at most. */
export interface CallBound {
  maxOutputTokens: number;
  mostUsd: number;
}

/**
 * The bounds a call may be made with under a budget, the most generous first: the provider is told the limit, so that no call
 * costs more than was set aside for it. Several, because calls at the same time may have set the larger part aside already.
 *
 * @param restUsd what the run has not spent yet
 * @returns empty for a model that costs nothing, or nobody knows what
 */
export function callBounds({ price, contextTokens, answerTokens }: Pick<CatalogModel, 'price' | 'contextTokens' | 'answerTokens'>, request: Pick<ModelRequest, 'maxOutputTokens'>, promptTokens: number, restUsd: number): CallBound[] {
  if (!price || (price.promptUsdPerMTok === 0 && price.completionUsdPerMTok === 0)) return [];
  const bound = (maxOutputTokens: number): CallBound => ({ maxOutputTokens, mostUsd: costUsd({ price }, { promptTokens: Math.ceil(promptTokens * PROMPT_MARGIN), completionTokens: maxOutputTokens })! });
  // Many servers refuse a limit that does not fit beside the prompt.
  const room = Math.floor(contextTokens - promptTokens * PROMPT_MARGIN);
  if (answerTokens !== undefined) return [bound(Math.max(1, Math.min(answerTokens, room)))];
  if (request.maxOutputTokens !== undefined) return [bound(request.maxOutputTokens)];
  const affordable = price.completionUsdPerMTok === 0 ? LONGEST_ANSWER_TOKENS : Math.floor((restUsd * SHARE_OF_REST * 1e6) / price.completionUsdPerMTok);
  const bounds: CallBound[] = [];
  for (let tokens = Math.min(LONGEST_ANSWER_TOKENS, affordable, room); tokens > USUAL_ANSWER_TOKENS; tokens = Math.floor(tokens / 2)) bounds.push(bound(tokens));
  return [...bounds, bound(Math.max(1, Math.min(USUAL_ANSWER_TOKENS, room)))];
}
