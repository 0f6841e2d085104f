import { projectKeeping, type ProjectKeeping } from '../workspace';
import { teamDataFolder } from './data-folder';
import { readTeamConfig } from './open-team';
import { openProjectStores } from './stores';
import type { TeamHost } from './team';

/** A team's projects, for the command line of whoever runs the team. Models, items and webhooks have no way here. @throws {InvalidInputError} */
export function openProjects(credential: Record<string, unknown> | undefined, host: TeamHost): ProjectKeeping {
  const config = readTeamConfig(credential, host);
  return projectKeeping(openProjectStores({ config, folder: teamDataFolder(config, host) }));
}
