import type { CatalogEntry } from '../catalog';
import { knownModel, knownProvider } from '../known-models';
import type { CatalogModel, ModelDriver } from '../model-driver';
import { estimateStrength } from '../strength';
import { isCloudModel, isOwnMachine } from './locality';
import type { ModelsFile, ModelsFileEntry } from './schema';

/** What the configured services list, corrected by the file. */
export function corrected(entries: readonly CatalogEntry[], { models }: ModelsFile): CatalogEntry[] {
  return entries.map((found) => {
    const entry = models.find((candidate) => isSame(candidate, found));
    return entry ? correct(found, entry) : found;
  });
}

/** Entries that mean a model no configured service has, at an address of their own. */
export function entriesElsewhere(entries: readonly CatalogEntry[], { models }: ModelsFile): ModelsFileEntry[] {
  return models.filter((entry) => entry.endpoint !== undefined && !entries.some((found) => isSame(entry, found)));
}

/** Without an address, the entry means the service of its provider that the credential names. */
function isSame({ provider, endpoint, model }: ModelsFileEntry, { model: found, driver }: CatalogEntry): boolean {
  if (found.name !== model && found.name !== `${model}:latest`) return false;
  if (endpoint !== undefined) return driver.address !== undefined && placeOf(driver.address) === placeOf(endpoint);
  return driver.provider === provider || (isOpenAiCompatible(provider) && isOpenAiCompatible(driver.provider) && provider === 'openai-compatible');
}

function isOpenAiCompatible(provider: string): boolean {
  return provider !== 'ollama' && provider !== 'anthropic' && provider !== 'rehearsal';
}

/** One place for all spellings of this computer, and for an address with and without `/v1`. */
function placeOf(address: string): string {
  const { protocol, hostname, port, pathname } = new URL(address);
  const host = ['127.0.0.1', '[::1]'].includes(hostname) ? 'localhost' : hostname;
  return `${protocol}//${host}:${port}${pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}`;
}

function correct({ model, driver }: CatalogEntry, entry: ModelsFileEntry): CatalogEntry {
  const widened = entry.local === true && isOwnMachine(entry);
  const narrowed = entry.type === 'cloud' || entry.local === false;
  const local = widened || (model.local && !narrowed);
  return { model: { ...model, ...saidOf(entry), local }, driver: widened && !driver.local ? { ...driver, local: true } : driver };
}

/**
 * The model an entry adds, by what its service lists. Many OpenAI-compatible servers list little or nothing: there the entry's word is enough.
 * Ollama lists all it has, and says which of them it passes on to the cloud: what it does not list is not there.
 */
export function added(entry: ModelsFileEntry, driver: ModelDriver, listed: readonly CatalogModel[]): CatalogEntry[] {
  const found = listed.find(({ name }) => name === entry.model || name === `${entry.model}:latest`);
  if (!found && entry.provider === 'ollama') return [];
  const model = { ...(found ?? modelOfEntry(entry)), ...saidOf(entry) };
  const local = driver.local && isLocalEntry(entry) && (found?.local ?? true);
  return [{ model: { ...model, id: `${driver.provider}/${model.name}`, provider: driver.provider, local }, driver }];
}

/** May this entry's model see secrets, by the file alone? */
function isLocalEntry(entry: ModelsFileEntry): boolean {
  return isOwnMachine(entry) && !isCloudModel(entry.provider, entry.model);
}

/** Assumed where nobody says. */
const USUAL_CONTEXT_TOKENS = 32_768;

/** A model as the file alone describes it, for decisions without any service. What it does not say is known or assumed; an unknown price stays unknown. */
export function modelOfEntry(entry: ModelsFileEntry): CatalogModel {
  const { provider, model, endpoint } = entry;
  const known = knownModel(endpoint === undefined ? provider : knownProvider(endpoint), model);
  const local = isLocalEntry(entry);
  return {
    id: `${provider}/${model}`,
    provider,
    name: model,
    local,
    abilities: { tools: true, json: true, vision: false },
    contextTokens: known.contextTokens ?? USUAL_CONTEXT_TOKENS,
    price: local ? { promptUsdPerMTok: 0, completionUsdPerMTok: 0 } : known.price,
    strength: estimateStrength(model),
    ...saidOf(entry),
  };
}

/** What the entry says in so many words. */
function saidOf({ name, useFor, price, contextTokens, abilities, strength, weight }: ModelsFileEntry): Partial<CatalogModel> {
  return {
    alias: name,
    ...(useFor && { useFor }),
    ...(price !== undefined && { price: price && { promptUsdPerMTok: price.prompt, completionUsdPerMTok: price.completion } }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(abilities && { abilities: { tools: abilities.includes('tools'), json: abilities.includes('json'), vision: abilities.includes('vision') } }),
    ...(strength !== undefined && { strength }),
    ...(weight !== undefined && { weight }),
  };
}
