import { CancelledError, errorFacts, throwIfCancelled, type Clock, type ErrorFacts } from '../kernel';
import { ProviderDownError } from './errors';
import type { OllamaSearch } from './drivers/find-ollama';
import type { CatalogModel, ModelDriver } from './model-driver';

/** A model and who serves it. */
export interface CatalogEntry {
  model: CatalogModel;
  driver: ModelDriver;
}

/** All models there are, and what the providers said whose list could not be had. */
export interface CatalogSnapshot {
  entries: CatalogEntry[];
  failures: Array<{ provider: string; error: ErrorFacts }>;
  ollama: OllamaSearch;
}

/** The services a team has. */
export interface ModelServices {
  drivers: readonly ModelDriver[];
  /** Where Ollama was looked for; told to the user when no model is found. */
  ollama: OllamaSearch;
}

/** A fixed list, or how to find the services. Asked again after a while when something was missing or did not answer. */
export type ServiceSource = readonly ModelDriver[] | ((signal: AbortSignal) => Promise<ModelServices>);

export interface Catalog {
  /** @param maxAgeMs lists that are older are asked for again, however fresh they would count otherwise */
  read(signal: AbortSignal, maxAgeMs?: number): Promise<CatalogSnapshot>;
}

/** A list is trusted this long: models are pulled and removed by hand. */
const FRESH_MS = 60_000;
/** A provider that failed is asked again after this long. */
const FAILED_MS = 10_000;
/** A list that takes longer counts as failed. */
const LISTING_MS = 10_000;

type Listing = { models: CatalogModel[] } | { error: ErrorFacts };

/** Asks all providers at once, and each again when its answer is old; a dead one never hides the others. */
export function createCatalog(deps: { services: ServiceSource; clock: Clock }): Catalog {
  const { services, clock } = deps;
  const find = typeof services === 'function' ? services : async () => ({ drivers: services, ollama: { tried: [] } });
  const listings = new WeakMap<ModelDriver, Kept<Listing> & { sinceMs: number }>();
  let found: Kept<ModelServices> | undefined;

  // Drivers know things (a model's loaded context), so they are kept for as long as all is well.
  const findServices = (): Promise<ModelServices> => {
    if (found && found.untilMs > clock.nowMs()) return found.value;
    const fresh: Kept<ModelServices> = { untilMs: Infinity, value: withDeadline(find, 'The search for model services', clock) };
    found = fresh;
    const soon = () => void (fresh.untilMs = clock.nowMs() + FAILED_MS);
    fresh.value.then(({ ollama }) => ollama.url === undefined && ollama.tried.length > 0 && soon(), () => void (found = undefined));
    return fresh.value;
  };

  const listOf = (driver: ModelDriver, maxAgeMs: number): Promise<Listing> => {
    const known = listings.get(driver);
    const nowMs = clock.nowMs();
    if (known && known.untilMs > nowMs && nowMs - known.sinceMs <= maxAgeMs) return known.value;
    const fresh = { sinceMs: nowMs, untilMs: nowMs + FRESH_MS, value: list(driver, clock) };
    listings.set(driver, fresh);
    void fresh.value.then((listing) => {
      if ('models' in listing && listing.models.length > 0) return;
      fresh.untilMs = clock.nowMs() + FAILED_MS;
      // It may have moved: look for the services anew as well.
      if (found) found.untilMs = Math.min(found.untilMs, fresh.untilMs);
    });
    return fresh.value;
  };

  return {
    async read(signal, maxAgeMs = Infinity) {
      throwIfCancelled(signal);
      const { drivers, ollama } = await whileWanted(findServices(), signal);
      const answers = await whileWanted(Promise.all(drivers.map(async (driver) => ({ driver, listing: await listOf(driver, maxAgeMs) }))), signal);
      return {
        entries: answers.flatMap(({ driver, listing }) => ('models' in listing ? listing.models.map((model) => ({ model, driver })) : [])),
        failures: answers.flatMap(({ driver, listing }) => ('error' in listing ? [{ provider: driver.provider, error: listing.error }] : [])),
        ollama,
      };
    },
  };
}

interface Kept<T> {
  untilMs: number;
  value: Promise<T>;
}

async function list(driver: ModelDriver, clock: Clock): Promise<Listing> {
  try {
    return { models: await withDeadline((signal) => driver.listModels(signal), `The list of models of ${driver.provider}`, clock) };
  } catch (error) {
    return { error: errorFacts(error) };
  }
}

// Several requests share one listing, so none of their signals may end it; it has a limit of its own.
async function withDeadline<T>(work: (signal: AbortSignal) => Promise<T>, what: string, clock: Clock): Promise<T> {
  const late = new AbortController();
  let cancel = () => {};
  const tooLate = new Promise<never>((_, reject) => {
    cancel = clock.after(LISTING_MS, () => {
      late.abort();
      reject(new ProviderDownError(`${what} did not come within ${LISTING_MS / 1_000} s.`, { hint: 'Look whether the service is overloaded.' }));
    });
  });
  try {
    return await Promise.race([work(late.signal), tooLate]);
  } finally {
    cancel();
  }
}

/** Stops waiting, not the work, when the caller gives up. */
export function whileWanted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(new CancelledError(signal.reason));
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new CancelledError(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
