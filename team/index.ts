export { connectedModel, connectedTools, toolArgumentsSchema } from '../agents';
export { isAiosError, systemClock } from '../kernel';
export { strictestPrivacy } from '../privacy';
export type { TeamConfig } from './config';
export { teamConfigSchema } from './config';
export { runFilesFolder, teamDataFolder } from './data-folder';
export { openTeam } from './open-team';
export type { HttpAnswer, HttpRequest, Team, TeamHandle, TeamHost, TeamHttpApi } from './team';
export { testServices, type ServicesTest } from './test-services';
