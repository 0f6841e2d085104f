import { seesByName } from './drivers/openai-models';
import { knownModel, knownProvider } from './known-models';
import type { CatalogModel } from './model-driver';
import { estimateStrength } from './strength';

/** A model no service lists. */
export interface NamedModel {
  id: string;
  provider: string;
  /** As its vendor calls it. */
  name: string;
  alias?: string;
  local: boolean;
  tools: boolean;
  /** Who makes the client it is asked by, for instance `openai`; counts where no address is known. */
  vendor: string;
  /** Where it is asked: the same name has another price, or none, elsewhere. */
  address?: string;
}

/** Assumed where the price list does not say. */
const USUAL_CONTEXT_TOKENS = 32_768;

/** What a model's name tells: strength and window by the name alone, the price only where it is clear who asks for it. */
export function modelByName({ id, provider, name, alias, local, tools, vendor, address }: NamedModel): CatalogModel {
  const seller = address === undefined ? vendor : knownProvider(address);
  return {
    id,
    provider,
    name,
    alias,
    local,
    abilities: { tools, json: true, vision: seesByName(name) },
    contextTokens: knownModel(seller, name).contextTokens ?? knownModel(vendor, name).contextTokens ?? USUAL_CONTEXT_TOKENS,
    price: local ? { promptUsdPerMTok: 0, completionUsdPerMTok: 0 } : knownModel(seller, name).price,
    strength: estimateStrength(name),
  };
}
