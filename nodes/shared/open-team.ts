import { homedir } from 'node:os';
import type { ICredentialDataDecryptedObject, IDataObject, INode, Logger } from 'n8n-workflow';
import type { DoctorReport, Team, TeamHandle, TeamHost } from '../../team';
import { toNodeError } from './to-node-error';

type TeamBundle = typeof import('../../team');

/** What opening a team needs of n8n; execute, supply-data, webhook and load-options functions all have it. */
export interface TeamContext {
  readonly logger: Logger;
  getNode(): INode;
  getCredentials<T extends object = ICredentialDataDecryptedObject>(type: string): Promise<T>;
}

/**
 * The domains and everything they use, in one file that is read at the first execution and not when n8n starts.
 * In the package this file is dist/nodes/shared/open-team.js and the bundle is dist/team.js.
 */
export function teamBundle(): TeamBundle {
  return require('../../team.js') as TeamBundle;
}

/** Opens the team of the node's credential, or the embedded team when the node has none. The caller releases it. */
export async function openTeam(context: TeamContext): Promise<TeamHandle> {
  return await teamBundle().openTeam(await teamCredential(context), teamHost(context.logger));
}

/** Opens the team for the time of `work`. Whatever goes wrong leaves as an error n8n can show on the node. */
export async function withTeam<T>(context: TeamContext, work: (team: Team) => Promise<T>): Promise<T> {
  const handle = await openTeam(context).catch((error: unknown) => {
    throw toNodeError(context.getNode(), error);
  });
  try {
    return await work(handle.team);
  } finally {
    handle.release();
  }
}

/** The Doctor's report on the team of the node's credential; works where the team itself cannot be opened. */
export async function diagnoseTeam(context: TeamContext, signal = new AbortController().signal): Promise<DoctorReport> {
  return await teamBundle().diagnose(await teamCredential(context), teamHost(context.logger), { signal });
}

export function teamHost(logger: Logger): TeamHost {
  return {
    userFolder: process.env.N8N_USER_FOLDER ?? homedir(),
    environment: process.env,
    log: (level, message, facts) => logger[level](`[aios] ${message}`, facts as IDataObject | undefined),
  };
}

// The credential is optional: asking n8n for one the node does not name is an error, so we look first.
async function teamCredential(context: TeamContext): Promise<Record<string, unknown> | undefined> {
  const reference = context.getNode().credentials?.aiosTeamApi;
  return reference?.id ? await context.getCredentials<ICredentialDataDecryptedObject>('aiosTeamApi') : undefined;
}
