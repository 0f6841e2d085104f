import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorFacts, type Clock, type Logger } from '../../kernel';
import { readModelsFile } from '../models-file/read';
import { EMPTY_MODELS_FILE, type ModelsFile } from '../models-file/schema';

/** In this order; the first that is there is read. */
export const MODELS_FILE_NAMES = ['models.yaml', 'models.yml', 'models.json'] as const;

export interface FoundModelsFile {
  path: string;
  /** Changes with every change of the file. */
  version: string;
}

/** The models file in a team's data folder; `undefined` when there is none. */
export async function findModelsFile(folder: string): Promise<FoundModelsFile | undefined> {
  for (const name of MODELS_FILE_NAMES) {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isFile()) return { path, version: `${path} ${facts.mtimeMs} ${facts.size}` };
  }
  return undefined;
}

/** @throws {ModelsFileError} @throws the system's error when it cannot be read */
export async function readFoundModelsFile({ path }: FoundModelsFile): Promise<ReturnType<typeof readModelsFile>> {
  return readModelsFile(await readFile(path, 'utf8'));
}

/** How often the folder is looked at, at most. */
const LOOK_MS = 2_000;

/**
 * The models file of a folder, read anew when it has changed. One that cannot be used is named once in the log,
 * and the former reading stays in force; one that is still missing at the second look says nothing any more.
 */
export function watchModelsFile({ folder, clock, log }: { folder: string; clock: Clock; log: Logger }): () => Promise<ModelsFile> {
  let inForce = EMPTY_MODELS_FILE;
  let seen: string | undefined;
  let wasMissing = false;
  let lookedAtMs = -Infinity;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const found = await findModelsFile(folder);
    // Editors save by removing and writing anew; what the file keeps from secrets must not be open meanwhile.
    const isGone = found === undefined && wasMissing;
    wasMissing = found === undefined;
    if (found?.version === seen || (!found && !isGone)) return;
    seen = found?.version;
    try {
      const { file, warnings } = found ? await readFoundModelsFile(found) : { file: EMPTY_MODELS_FILE, warnings: [] };
      inForce = file;
      if (found) log.info(`The models file ${found.path} is in force.`, { models: file.models.length, roles: Object.keys(file.assign).length });
      for (const warning of warnings) log.warn(`The models file ${found?.path}: ${warning}.`);
    } catch (error) {
      log.warn(`The models file ${found?.path} is not used; what held before still does. ${errorFacts(error).message}`, { hint: errorFacts(error).hint });
    }
  };

  return async () => {
    if (clock.nowMs() - lookedAtMs >= LOOK_MS) {
      lookedAtMs = clock.nowMs();
      looking = look();
    }
    await looking;
    return inForce;
  };
}
