import { makeId, silentLogger, systemClock } from '../kernel';
import { createRouter, listedServices, openSqliteLedger, privacyRaiser, readModelsFile, type RaisePrivacy, type Router } from '../router';
import { openSqlite } from '../storage';

export interface OfflineRouter extends Pick<Router, 'explain'> {
  /** The label alone, for requests no model may answer. */
  raisePrivacy: RaisePrivacy;
  /** What is probably not meant so in the models file. */
  warnings: string[];
}

/**
 * A router over the models of a file: it decides, and asks nobody. Nothing is written, no address is looked up.
 *
 * @param modelsFile its text, YAML or JSON
 * @throws {ModelsFileError}
 */
export function offlineRouter(modelsFile: string): OfflineRouter {
  const { file, warnings } = readModelsFile(modelsFile);
  const ledger = openSqliteLedger(openSqlite(':memory:'), systemClock);
  const router = createRouter({ services: listedServices(file), modelsFile: { read: async () => file, driverFor: () => undefined }, ledger, clock: systemClock, makeId, log: silentLogger });
  return { warnings, explain: router.explain, raisePrivacy: privacyRaiser() };
}
