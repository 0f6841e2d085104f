import type { Clock, Logger } from '../kernel';
import { isOwnMachine, ollamaDriver, openAiCompatibleDriver, watchModelsFile, type ModelDriver, type ModelsFileEntry, type ModelsFileSource } from '../router';

/** Addresses that have had a driver; a file edited for days must not pile them up. */
const MOST_DRIVERS = 100;

/** The models file in the team's data folder, and who speaks to the addresses it adds. */
export function modelsFileSource(deps: { folder: string; clock: Clock; log: Logger }): ModelsFileSource {
  const drivers = new Map<string, ModelDriver>();
  return {
    read: watchModelsFile(deps),
    driverFor(entry) {
      const key = [entry.provider, entry.endpoint, isOwnMachine(entry)].join(' ');
      const driver = drivers.get(key) ?? driverForEntry(entry);
      if (drivers.size >= MOST_DRIVERS) drivers.clear();
      if (driver) drivers.set(key, driver);
      return driver;
    },
  };
}

/**
 * No key is ever sent: the credential's belong to the credential's addresses, and a file must not lead them elsewhere. So Claude, which takes one, has no driver here.
 * Its provider in ids and statistics names the address, as two services may have the same models.
 */
export function driverForEntry(entry: ModelsFileEntry): ModelDriver | undefined {
  const { provider, endpoint } = entry;
  if (endpoint === undefined || provider === 'anthropic') return undefined;
  const service = `${provider}@${new URL(endpoint).host}`;
  const local = isOwnMachine(entry);
  return provider === 'ollama' ? ollamaDriver({ url: endpoint, provider: service, local }) : openAiCompatibleDriver({ baseUrl: endpoint, provider: service, local });
}
