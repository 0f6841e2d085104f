import { CancelledError, errorFacts, throwIfCancelled, type Clock, type ErrorFacts } from '../kernel';
import { ProviderDownError } from './errors';
import type { CatalogModel, ModelDriver } from './model-driver';

/** A model and who serves it. */
export interface CatalogEntry {
  model: CatalogModel;
  driver: ModelDriver;
}

/** All models there are, and what the providers said whose list could not be had. */
export interface CatalogSnapshot {
  entries: CatalogEntry[];
  failures: Array<{ provider: string; local: boolean; error: ErrorFacts }>;
}

export type DriverSource = readonly ModelDriver[] | (() => Promise<readonly ModelDriver[]>);

export interface Catalog {
  read(signal: AbortSignal): Promise<CatalogSnapshot>;
}

/** A list is trusted this long: models are pulled and removed by hand. */
const FRESH_MS = 60_000;
/** A provider that failed is asked again after this long. */
const FAILED_MS = 10_000;
/** A list that takes longer counts as failed. */
const LISTING_MS = 10_000;

type Listing = { models: CatalogModel[] } | { error: ErrorFacts };

/** Asks all providers at once, and each again when its answer is old; a dead one never hides the others. */
export function createCatalog(deps: { drivers: DriverSource; clock: Clock }): Catalog {
  const { drivers, clock } = deps;
  const listings = new WeakMap<ModelDriver, { untilMs: number; listing: Promise<Listing> }>();

  const listOf = (driver: ModelDriver): Promise<Listing> => {
    const known = listings.get(driver);
    if (known && known.untilMs > clock.nowMs()) return known.listing;
    const fresh = { untilMs: clock.nowMs() + FRESH_MS, listing: list(driver, clock) };
    listings.set(driver, fresh);
    void fresh.listing.then((listing) => {
      if ('error' in listing || listing.models.length === 0) fresh.untilMs = clock.nowMs() + FAILED_MS;
    });
    return fresh.listing;
  };

  return {
    async read(signal) {
      throwIfCancelled(signal);
      const found = await whileWanted(typeof drivers === 'function' ? drivers() : Promise.resolve(drivers), signal);
      const answers = await whileWanted(Promise.all(found.map(async (driver) => ({ driver, listing: await listOf(driver) }))), signal);
      return {
        entries: answers.flatMap(({ driver, listing }) => ('models' in listing ? listing.models.map((model) => ({ model, driver })) : [])),
        failures: answers.flatMap(({ driver, listing }) => ('error' in listing ? [{ provider: driver.provider, local: driver.local, error: listing.error }] : [])),
      };
    },
  };
}

// Several requests share one listing, so none of their signals may end it; it has a limit of its own.
async function list(driver: ModelDriver, clock: Clock): Promise<Listing> {
  const late = new AbortController();
  let cancel = () => {};
  const tooLate = new Promise<never>((_, reject) => {
    cancel = clock.after(LISTING_MS, () => {
      late.abort();
      reject(new ProviderDownError(`${driver.provider} did not list its models within ${LISTING_MS / 1_000} s.`, { hint: 'Look whether the service is overloaded.' }));
    });
  });
  try {
    return { models: await Promise.race([driver.listModels(late.signal), tooLate]) };
  } catch (error) {
    return { error: errorFacts(error) };
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
