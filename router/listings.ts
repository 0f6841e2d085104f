import { errorFacts, type Clock, type ErrorFacts } from '../kernel';
import { ProviderDownError } from './errors';
import type { CatalogModel, ModelDriver } from './model-driver';

/** A list is trusted this long: models are pulled and removed by hand. */
const FRESH_MS = 60_000;
/** A provider that failed is asked again after this long. */
export const FAILED_MS = 10_000;
/** A list that takes longer counts as failed. */
export const LISTING_MS = 10_000;
/** So long a decision waits for a list, once: whoever was too slow is asked in the background from then on. */
export const PATIENCE_MS = 2_000;

/** What a service said it has. */
export type Listing = { models: CatalogModel[] } | { error: ErrorFacts };

export interface ListingWish {
  /** Lists that are older are asked for again, however fresh they would count otherwise. */
  maxAgeMs?: number;
  /** Waits for slow services, too, as long as a list may take. */
  isPatient?: boolean;
}

interface Known {
  sinceMs: number;
  untilMs: number;
  value: Promise<Listing>;
  /** The last list that came: this one, or the one before it. */
  last?: Listing;
  hasCome: boolean;
  isSlow: boolean;
}

/** The lists of models as the services give them. A service is asked again when its list is old; one that is slow to answer holds up no decision twice. */
export class Listings {
  private readonly known = new WeakMap<ModelDriver, Known>();

  /** @param whenMissing told when a list could not be had, or is empty */
  constructor(private readonly clock: Clock, private readonly whenMissing: () => void = () => {}) {}

  /**
   * @param patienceMs how long a service is waited for that was not slow before
   * @returns `isLate`: it is the last known one, because nobody waited for the service
   */
  async of(driver: ModelDriver, { maxAgeMs = Infinity, isPatient = false }: ListingWish = {}, patienceMs = PATIENCE_MS): Promise<{ listing: Listing; isLate: boolean }> {
    const asked = this.ask(driver, maxAgeMs);
    if (asked.hasCome || isPatient) return { listing: await asked.value, isLate: false };
    const inTime = await this.inTime(asked, patienceMs);
    return inTime ? { listing: inTime, isLate: false } : { listing: asked.last ?? { error: notYet(driver) }, isLate: true };
  }

  private ask(driver: ModelDriver, maxAgeMs: number): Known {
    const former = this.known.get(driver);
    const nowMs = this.clock.nowMs();
    const isUnderWay = former !== undefined && !former.hasCome;
    if (former && (isUnderWay || (former.untilMs > nowMs && nowMs - former.sinceMs <= maxAgeMs))) return former;
    const fresh: Known = { sinceMs: nowMs, untilMs: nowMs + FRESH_MS, value: list(driver, this.clock), last: former?.last, hasCome: false, isSlow: former?.isSlow ?? false };
    this.known.set(driver, fresh);
    void fresh.value.then((listing) => this.came(fresh, listing));
    return fresh;
  }

  private came(asked: Known, listing: Listing): void {
    Object.assign(asked, { hasCome: true, last: listing, isSlow: this.clock.nowMs() - asked.sinceMs >= PATIENCE_MS });
    if ('models' in listing && listing.models.length > 0) return;
    asked.untilMs = this.clock.nowMs() + FAILED_MS;
    this.whenMissing();
  }

  private async inTime(asked: Known, patienceMs: number): Promise<Listing | undefined> {
    if (asked.isSlow) return undefined;
    let cancel = () => {};
    const tooLate = new Promise<undefined>((resolve) => {
      cancel = this.clock.after(patienceMs, () => {
        asked.isSlow = true;
        resolve(undefined);
      });
    });
    return await Promise.race([asked.value, tooLate]).finally(cancel);
  }
}

function notYet({ provider }: ModelDriver): ErrorFacts {
  return errorFacts(new ProviderDownError(`The list of models of ${provider} did not come within ${PATIENCE_MS / 1_000} s; nobody waits for it until it does.`, { hint: 'Look whether the service runs; take it out where it is gone.' }));
}

async function list(driver: ModelDriver, clock: Clock): Promise<Listing> {
  try {
    return { models: await withDeadline((signal) => driver.listModels(signal), `The list of models of ${driver.provider}`, clock) };
  } catch (error) {
    return { error: errorFacts(error) };
  }
}

/** Several requests share the work, so none of their signals may end it; it has a limit of its own. */
export async function withDeadline<T>(work: (signal: AbortSignal) => Promise<T>, what: string, clock: Clock): Promise<T> {
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
