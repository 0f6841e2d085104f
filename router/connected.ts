import { corrected } from './models-file/apply';
import type { FileCatalog } from './models-file/file-catalog';
import type { ModelDriver } from './model-driver';

/** The catalog with what is connected to the node that asks, for one request. The models file has its say on both. */
export function besideConnected(catalog: FileCatalog, connected: readonly ModelDriver[] = []): FileCatalog {
  if (connected.length === 0) return catalog;
  return {
    async read(signal, wish) {
      const { snapshot, file } = await catalog.read(signal, wish);
      const entries = await Promise.all(connected.map(async (driver) => (await driver.listModels(signal)).map((model) => ({ model, driver }))));
      // Its lines for the team's own services, without an address, do not mean these.
      const models = file.models.filter((line) => connected.some(({ provider }) => provider === line.provider));
      return { snapshot: { ...snapshot, entries: [...snapshot.entries, ...corrected(entries.flat(), { ...file, models })] }, file };
    },
  };
}
