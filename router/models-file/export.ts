import type { CatalogModel } from '../model-driver';
import type { ModelsFile, ModelsFileEntry } from './schema';

/** The models of now as a file: entries of the file in force as they are, and all other models as they were found. */
export function toModelsFile(models: readonly CatalogModel[], inForce: ModelsFile): ModelsFile {
  const taken = new Set(inForce.models.map(({ name }) => name));
  const found = models.filter(({ alias }) => alias === undefined).map((model) => toEntry(model, taken));
  return { ...inForce, models: [...inForce.models, ...found] };
}

function toEntry({ id, name, provider, local, price, contextTokens, abilities, strength }: CatalogModel, taken: Set<string>): ModelsFileEntry {
  const unique = taken.has(name) ? id : name;
  taken.add(unique);
  return {
    name: unique,
    type: local ? 'local' : 'cloud',
    provider,
    model: name,
    price: price && { prompt: price.promptUsdPerMTok, completion: price.completionUsdPerMTok },
    contextTokens,
    abilities: (['tools', 'json', 'vision'] as const).filter((ability) => abilities[ability]),
    strength: Math.round(strength * 1_000) / 1_000,
  };
}
