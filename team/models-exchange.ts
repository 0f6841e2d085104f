import { EMPTY_MODELS_FILE, findModelsFile, placeModelsFile, readFoundModelsFile, toModelsFile, writeModelsFile, type PlacedModelsFile } from '../router';
import { teamDataFolder } from './data-folder';
import { openTeam, readTeamConfig } from './open-team';
import type { TeamHost } from './team';

/** The team's models of now, as the YAML of a models file. @throws {ModelsFileError} when the one in place cannot be used */
export async function exportModels(credential: Record<string, unknown> | undefined, host: TeamHost, signal: AbortSignal): Promise<string> {
  const found = await findModelsFile(folderOf(credential, host));
  const inForce = found ? (await readFoundModelsFile(found)).file : EMPTY_MODELS_FILE;
  const { team, release } = await openTeam(credential, host);
  try {
    return writeModelsFile(toModelsFile(await team.router.models(signal), inForce));
  } finally {
    release();
  }
}

/** Checks a models file and puts it into the team's data folder. @throws {ModelsFileError} */
export async function importModels(credential: Record<string, unknown> | undefined, host: TeamHost, text: string): Promise<PlacedModelsFile> {
  return await placeModelsFile(folderOf(credential, host), text);
}

function folderOf(credential: Record<string, unknown> | undefined, host: TeamHost): string {
  return teamDataFolder(readTeamConfig(credential, host), host);
}
