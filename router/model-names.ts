import type { CatalogModel } from './model-driver';

/** Does the user's word mean this model? `provider/model`, the bare name, or what the models file calls it; Ollama's `:latest` may be left out. */
export function isNamed(model: CatalogModel, wanted: string): boolean {
  const name = wanted.trim();
  return [model.id, model.name, ...(model.alias === undefined ? [] : [model.alias])].some((known) => known === name || known === `${name}:latest`);
}
