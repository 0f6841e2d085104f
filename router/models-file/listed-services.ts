import { NoModelError } from '../errors';
import type { CatalogModel, ModelDriver } from '../model-driver';
import { modelOfEntry } from './apply';
import { isCloudModel } from './locality';
import type { ModelsFile, ModelsFileEntry } from './schema';

/** The models of a file as services that can be chosen but not asked: for decisions without a network. */
export function listedServices({ models }: ModelsFile): ModelDriver[] {
  return models.map((entry) => {
    const model = listedModel(entry);
    return { provider: model.provider, local: model.local, ...(entry.endpoint !== undefined && { address: entry.endpoint }), listModels: async () => [model], stream: () => neverAsked(model.id) };
  });
}

// eslint-disable-next-line require-yield
async function* neverAsked(id: string): AsyncGenerator<never> {
  throw new NoModelError(`${id} is only a line of a models file here and cannot be asked.`, { hint: 'Use the nodes or "aios run" for answers.' });
}

/** Without an address there is only the file's word for it: an Ollama, or what calls itself local, is on this machine. */
function listedModel(entry: ModelsFileEntry): CatalogModel {
  const model = modelOfEntry(entry);
  const { type, provider, endpoint } = entry;
  if (endpoint !== undefined || entry.local === false || provider === 'anthropic' || isCloudModel(provider, entry.model)) return model;
  if ((type ?? (provider === 'ollama' ? 'local' : 'cloud')) !== 'local') return model;
  return { ...model, local: true, price: entry.price === undefined ? { promptUsdPerMTok: 0, completionUsdPerMTok: 0 } : model.price };
}
