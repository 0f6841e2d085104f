import { createInsights, type Insights } from '../insights';
import { teamDataFolder } from './data-folder';
import { assertOneStore, readTeamConfig } from './open-team';
import { openFigureStores } from './stores';
import type { TeamHost } from './team';

/**
 * A team's figures, for a program that only looks. It is no process of the team: it neither has to see the team's files
 * nor removes old ones, and leaves no folder behind.
 *
 * @returns undefined when the team has never been opened
 * @throws {InvalidInputError | QueueModeNeedsRedisError | RedisDownError | RedisTimeoutError | RedisRefusedError}
 */
export async function openFigures(credential: Record<string, unknown> | undefined, host: TeamHost): Promise<{ insights: Insights; close(): Promise<void> } | undefined> {
  const config = readTeamConfig(credential, host);
  assertOneStore(config, host);
  const stores = await openFigureStores({ config, folder: teamDataFolder(config, host) });
  return stores && { insights: createInsights({ team: config.teamName, ...stores }), close: stores.close };
}
