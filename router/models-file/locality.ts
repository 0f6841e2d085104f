import { knownProvider } from '../known-models';
import { isThisMachine } from '../this-machine';
import type { FileFault } from './read';
import type { ModelsFile, ModelsFileEntry } from './schema';

/**
 * May a model at the entry's own address see secrets? Only where the entry calls itself local and the address is this machine's,
 * or where the author says in so many words that it is his own. Without an address the service's own locality holds.
 */
export function isOwnMachine({ type, provider, endpoint, local }: ModelsFileEntry): boolean {
  if (endpoint === undefined || local === false || type === 'cloud' || isNobodysOwn(provider, endpoint)) return false;
  return local === true || ((type === 'local' || provider === 'ollama') && isThisMachine(endpoint));
}

/** Claims that would let a secret out: refused rather than ignored, so that nobody believes them. */
export function claimsOfLocality({ models }: ModelsFile): FileFault[] {
  return models.flatMap((entry, index) => {
    const message = faultOfClaim(entry);
    return message === undefined ? [] : [{ path: ['models', index, 'local'], message }];
  });
}

function faultOfClaim({ type, provider, endpoint, local, model }: ModelsFileEntry): string | undefined {
  if (local !== true) return undefined;
  if (type === 'cloud') return 'is true, but the type is cloud';
  if (endpoint === undefined) return 'needs an endpoint: it is said of an address';
  if (isNobodysOwn(provider, endpoint)) return `cannot be true: ${new URL(endpoint).hostname} belongs to a cloud service`;
  return isCloudModel(provider, model) ? `cannot be true: Ollama passes ${model} on to its cloud` : undefined;
}

/** Claude is never local, whatever gateway stands before it. */
function isNobodysOwn(provider: string, endpoint: string): boolean {
  return provider === 'anthropic' || /(^|\.)ollama\.(com|ai)$/i.test(new URL(endpoint).hostname) || (!isThisMachine(endpoint) && knownProvider(endpoint) !== undefined);
}

export function isCloudModel(provider: string, model: string): boolean {
  return provider === 'ollama' && /[:-]cloud$/.test(model);
}
