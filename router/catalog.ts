import { CancelledError, throwIfCancelled, type Clock, type ErrorFacts } from '../kernel';
import type { OllamaSearch } from './drivers/find-ollama';
import { FAILED_MS, LISTING_MS, Listings, PATIENCE_MS, withDeadline, type ListingWish } from './listings';
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
  /** Some service was not waited for: what it has now may be missing. */
  isPartial: boolean;
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
  read(signal: AbortSignal, wish?: ListingWish): Promise<CatalogSnapshot>;
}

/** Asks all providers at once, and each again when its answer is old; a dead one neither hides the others nor holds them up for long. */
export function createCatalog(deps: { services: ServiceSource; clock: Clock }): Catalog {
  const { services, clock } = deps;
  const find = typeof services === 'function' ? services : async () => ({ drivers: services, ollama: { tried: [] } });
  let found: FoundServices | undefined;
  const soon = () => void (found && (found.untilMs = Math.min(found.untilMs, clock.nowMs() + FAILED_MS)));
  // A service without a list may have moved: look for the services anew as well.
  const listings = new Listings(clock, soon);

  const findServices = (): FoundServices => {
    if (found && (found.untilMs > clock.nowMs() || found.isUnderWay)) return found;
    const fresh: FoundServices = { untilMs: Infinity, isUnderWay: true, last: found?.last, value: withDeadline(find, 'The search for model services', clock) };
    fresh.value = fresh.value.then((now) => withFormerDrivers(now, fresh.last)).finally(() => void (fresh.isUnderWay = false));
    found = fresh;
    fresh.value.then((now) => {
      fresh.last = now;
      if (now.ollama.url === undefined && now.ollama.tried.length > 0) soon();
    }, () => void (fresh.untilMs = 0));
    return fresh;
  };

  return {
    async read(signal, wish = {}) {
      throwIfCancelled(signal);
      const search = findServices();
      // What was found before serves meanwhile: looking for an Ollama that is not there takes a second or two.
      const isOld = search.isUnderWay && search.last !== undefined && !wish.isPatient;
      const { drivers, ollama } = isOld ? search.last! : await whileWanted(search.value, signal);
      // An Ollama that has just answered is only busy reading its models; without it, work would go to the cloud.
      const patienceMs = (driver: ModelDriver) => (ollama.url !== undefined && driver.address === ollama.url ? LISTING_MS : PATIENCE_MS);
      const answers = await whileWanted(Promise.all(drivers.map(async (driver) => ({ driver, ...(await listings.of(driver, wish, patienceMs(driver))) }))), signal);
      return {
        entries: answers.flatMap(({ driver, listing }) => ('models' in listing ? listing.models.map((model) => ({ model, driver })) : [])),
        failures: answers.flatMap(({ driver, listing }) => ('error' in listing ? [{ provider: driver.provider, error: listing.error }] : [])),
        ollama,
        isPartial: isOld || answers.some(({ isLate }) => isLate),
      };
    },
  };
}

interface FoundServices {
  untilMs: number;
  isUnderWay: boolean;
  value: Promise<ModelServices>;
  last?: ModelServices;
}

/** Drivers know things (a model's loaded context, its list), so those of the same service are kept. */
function withFormerDrivers({ drivers, ollama }: ModelServices, former: ModelServices | undefined): ModelServices {
  const same = (driver: ModelDriver) => former?.drivers.find(({ provider, address, local }) => provider === driver.provider && address === driver.address && local === driver.local);
  return { drivers: drivers.map((driver) => same(driver) ?? driver), ollama };
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
