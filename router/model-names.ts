import type { CatalogModel } from './model-driver';

/** Does the user's word mean this model? `provider/model`, or the bare name; Ollama's `:latest` may be left out. */
export function isNamed(model: CatalogModel, wanted: string): boolean {
  const name = wanted.trim();
  return [model.id, model.name].some((known) => known === name || known === `${name}:latest`);
}
