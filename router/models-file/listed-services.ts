import { NoModelError } from '../errors';
import { knownModel, knownProvider } from '../known-models';
import type { CatalogModel, ModelDriver } from '../model-driver';
import { estimateStrength } from '../strength';
import { isCloudModel, isOwnMachine } from './locality';
import type { ModelsFile, ModelsFileEntry } from './schema';

/** Assumed where nobody says. */
const USUAL_CONTEXT_TOKENS = 32_768;

/** The models of a file as services that can be chosen but not asked: for decisions without a network. */
export function listedServices({ models }: ModelsFile): ModelDriver[] {
  return models.map((entry) => {
    const model = listedModel(entry);
    return { provider: model.provider, local: model.local, listModels: async () => [model], stream: () => neverAsked(model.id) };
  });
}

// eslint-disable-next-line require-yield
async function* neverAsked(id: string): AsyncGenerator<never> {
  throw new NoModelError(`${id} is only a line of a models file here and cannot be asked.`, { hint: 'Use the nodes or "aios run" for answers.' });
}

function listedModel(entry: ModelsFileEntry): CatalogModel {
  const local = mayHearSecrets(entry);
  const known = knownModel((entry.endpoint === undefined ? undefined : knownProvider(entry.endpoint)) ?? entry.provider, entry.model);
  const { abilities } = entry;
  return {
    id: `${entry.provider}/${entry.model}`,
    provider: entry.provider,
    name: entry.model,
    local,
    abilities: { tools: abilities?.includes('tools') ?? true, json: abilities?.includes('json') ?? true, vision: abilities?.includes('vision') ?? false },
    contextTokens: entry.contextTokens ?? known.contextTokens ?? USUAL_CONTEXT_TOKENS,
    price: priceOf(entry) ?? (local ? { promptUsdPerMTok: 0, completionUsdPerMTok: 0 } : entry.price === null ? null : known.price),
    strength: entry.strength ?? estimateStrength(entry.model),
  };
}

/** Without an address there is only the file's word: an Ollama, or what calls itself local. */
function mayHearSecrets(entry: ModelsFileEntry): boolean {
  const { type, provider, endpoint, model } = entry;
  if (provider === 'anthropic' || isCloudModel(provider, model)) return false;
  if (endpoint !== undefined) return isOwnMachine(entry);
  return entry.local !== false && (type ?? (provider === 'ollama' ? 'local' : 'cloud')) === 'local';
}

function priceOf({ price }: ModelsFileEntry): CatalogModel['price'] {
  return price ? { promptUsdPerMTok: price.prompt, completionUsdPerMTok: price.completion } : null;
}
