import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import type { CatalogModel } from './model-driver';

export interface KnownModel {
  price: CatalogModel['price'];
  contextTokens?: number;
}

/**
 * Price and context of a cloud model from the price list shipped with the package (@pydantic/genai-prices 0.1.8).
 * Where a price has tiers, the first one. A model or provider not on the list has the price `null`: unknown, not free.
 */
export function knownModel(providerId: string | undefined, name: string): KnownModel {
  const found = providerId === undefined ? null : calcPrice({ input_tokens: 1, output_tokens: 1 }, name, { providerId });
  if (!found) return { price: null };
  const promptUsdPerMTok = perMTok(found.model_price, 'input_mtok');
  const completionUsdPerMTok = perMTok(found.model_price, 'output_mtok');
  const price = promptUsdPerMTok === undefined || completionUsdPerMTok === undefined ? null : { promptUsdPerMTok, completionUsdPerMTok };
  return { price, contextTokens: found.model.context_window };
}

/** Which provider of the price list serves this address; `undefined` for an address nobody knows. */
export function knownProvider(baseUrl: string): string | undefined {
  return findProvider({ providerApiUrl: baseUrl })?.id;
}

function perMTok(price: ModelPrice, key: string): number | undefined {
  const value = price[key];
  return typeof value === 'object' ? value.base : value;
}
