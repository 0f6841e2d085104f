import type { CatalogModel } from './model-driver';

/** Does the user's word mean this model? `provider/model`, the bare name, or what the models file calls it; Ollama's `:latest` may be left out. */
export function isNamed(model: CatalogModel, wanted: string): boolean {
  const name = wanted.trim();
  return isSame(model.id, name) || isSame(model.name, name) || (model.alias !== undefined && isSame(model.alias, name));
}

const LATEST = ':latest';

// Asked for every model of every request, so without making texts to compare.
function isSame(known: string, name: string): boolean {
  return known === name || (known.length === name.length + LATEST.length && known.startsWith(name) && known.endsWith(LATEST));
}
