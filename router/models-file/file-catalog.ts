import type { Clock } from '../../kernel';
import { createCatalog, type Catalog, type CatalogSnapshot } from '../catalog';
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
  /** All models there are, by services and file. @param maxAgeMs see `Catalog` */
  read(signal: AbortSignal, maxAgeMs?: number): Promise<{ snapshot: CatalogSnapshot; file: ModelsFile }>;
}

/** Lays the models file over what the services list; addresses only the file names are asked, too. */
export function createFileCatalog({ catalog, source, clock }: { catalog: Catalog; source: ModelsFileSource; clock: Clock }): FileCatalog {
  let own: { drivers: ModelDriver[]; catalog: Catalog } | undefined;

  const catalogOf = (drivers: ModelDriver[]): Catalog => {
    // Kept while the file names the same addresses, so that lists are not asked for at each request.
    if (own?.drivers.length !== drivers.length || drivers.some((driver) => !own?.drivers.includes(driver))) own = { drivers, catalog: createCatalog({ services: drivers, clock }) };
    return own.catalog;
  };

  return {
    async read(signal, maxAgeMs) {
      const [snapshot, file] = await Promise.all([catalog.read(signal, maxAgeMs), source.read()]);
      const wanted = entriesElsewhere(snapshot.entries, file).flatMap((entry) => {
        const driver = source.driverFor(entry);
        return driver ? [{ entry, driver }] : [];
      });
      const entries = corrected(snapshot.entries, file);
      if (wanted.length === 0) return { snapshot: { ...snapshot, entries }, file };
      const there = await catalogOf([...new Set(wanted.map(({ driver }) => driver))]).read(signal, maxAgeMs);
      const listed = (driver: ModelDriver) => there.entries.filter((found) => found.driver === driver).map(({ model }) => model);
      const isAway = ({ provider }: ModelDriver) => there.failures.some((failure) => failure.provider === provider && AWAY.has(failure.error.code));
      const more = wanted.filter(({ driver }) => !isAway(driver)).flatMap(({ entry, driver }) => added(entry, driver, listed(driver)));
      return { snapshot: { ...snapshot, entries: [...entries, ...more], failures: [...snapshot.failures, ...there.failures] }, file };
    },
  };
}
