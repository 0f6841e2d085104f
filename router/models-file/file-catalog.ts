import type { Clock } from '../../kernel';
import { whileWanted, type Catalog, type CatalogSnapshot } from '../catalog';
import { Listings, type ListingWish } from '../listings';
import type { ModelDriver } from '../model-driver';
import { added, corrected, entriesElsewhere } from './apply';
import { EMPTY_MODELS_FILE, type ModelsFile, type ModelsFileEntry } from './schema';

/** The models file in force. */
export interface ModelsFileSource {
  /** Never fails: of a file that cannot be used the former reading stays in force. */
  read(): Promise<ModelsFile>;
  /** Speaks to an entry's own address, always the same driver for the same address; `undefined` where that takes a key. */
  driverFor(entry: ModelsFileEntry): ModelDriver | undefined;
}

export const NO_MODELS_FILE: ModelsFileSource = { read: async () => EMPTY_MODELS_FILE, driverFor: () => undefined };

/** A service that says this when asked for its list will not answer either; one that has no list may. */
const AWAY = new Set(['PROVIDER_DOWN', 'MODEL_AUTH']);

export interface FileCatalog {
  /** All models there are, by services and file. */
  read(signal: AbortSignal, wish?: ListingWish): Promise<{ snapshot: CatalogSnapshot; file: ModelsFile }>;
}

/** Lays the models file over what the services list; addresses only the file names are asked, too, and at the same time. */
export function createFileCatalog({ catalog, source, clock }: { catalog: Catalog; source: ModelsFileSource; clock: Clock }): FileCatalog {
  const listings = new Listings(clock);

  /** Where the file names addresses, asks them before it is known which of them the services have anyway: nobody waits for one after the other. */
  const readAhead = async (wish: ListingWish): Promise<ModelsFile> => {
    const file = await source.read();
    for (const entry of file.models) {
      const driver = entry.endpoint === undefined ? undefined : source.driverFor(entry);
      if (driver) void listings.of(driver, wish);
    }
    return file;
  };

  return {
    async read(signal, wish = {}) {
      const [snapshot, file] = await Promise.all([catalog.read(signal, wish), readAhead(wish)]);
      const wanted = entriesElsewhere(snapshot.entries, file).flatMap((entry) => {
        const driver = source.driverFor(entry);
        return driver ? [{ entry, driver }] : [];
      });
      const lists = await whileWanted(Promise.all([...new Set(wanted.map(({ driver }) => driver))].map(async (driver) => ({ driver, ...(await listings.of(driver, wish)) }))), signal);
      const more = wanted.flatMap(({ entry, driver }) => {
        const { listing } = lists.find((list) => list.driver === driver)!;
        if ('error' in listing && AWAY.has(listing.error.code)) return [];
        return added(entry, driver, 'models' in listing ? listing.models : []);
      });
      const failures = lists.flatMap(({ driver, listing }) => ('error' in listing ? [{ provider: driver.provider, error: listing.error }] : []));
      return {
        snapshot: { ...snapshot, entries: [...corrected(snapshot.entries, file), ...more], failures: [...snapshot.failures, ...failures], isPartial: snapshot.isPartial || lists.some(({ isLate }) => isLate) },
        file,
      };
    },
  };
}
