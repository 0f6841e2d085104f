import type { ReplyUsage } from './contracts';
import type { CatalogModel } from './model-driver';
import type { ModelRequest } from './request';

/** Length of an answer nobody limited, for estimates: agents' answers seldom pass it. */
const USUAL_ANSWER_TOKENS = 1_500;

/** @returns USD; `null` when the price is unknown */
export function costUsd(model: Pick<CatalogModel, 'price'>, usage: ReplyUsage): number | null {
  if (!model.price) return null;
  return (usage.promptTokens * model.price.promptUsdPerMTok + usage.completionTokens * model.price.completionUsdPerMTok) / 1e6;
}

/** What the call will cost at most likely; the longest answer counts where one was set. */
export function estimateCostUsd(model: CatalogModel, request: ModelRequest, promptTokens: number): number | null {
  return costUsd(model, { promptTokens, completionTokens: request.maxOutputTokens ?? USUAL_ANSWER_TOKENS });
}
