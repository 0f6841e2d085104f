export type { TeamConfig } from './config';
export { teamConfigSchema } from './config';
export type { HttpAnswer, HttpRequest, Team, TeamHandle, TeamHost, TeamHttpApi } from './team';
