import type { ApprovalStore, ApproverStore } from '../runs';
import { teamDataFolder } from './data-folder';
import { approversFromEnvironment, withEnvironment } from './environment-approvers';
import { assertOneStore, readTeamConfig } from './open-team';
import { openApprovalStores } from './stores';
import type { TeamHost } from './team';

/**
 * A team's approvers and audit log, for the command line of whoever runs the team. Models, items and webhooks have no way here.
 *
 * @throws {InvalidInputError | QueueModeNeedsRedisError | RedisDownError | RedisTimeoutError | RedisRefusedError}
 */
export async function openOversight(credential: Record<string, unknown> | undefined, host: TeamHost): Promise<{ approvals: ApprovalStore; approvers: ApproverStore; close(): Promise<void> }> {
  const config = readTeamConfig(credential, host);
  assertOneStore(config, host);
  const { approvers, ...stores } = await openApprovalStores({ config, folder: teamDataFolder(config, host) });
  return { ...stores, approvers: withEnvironment(approvers, approversFromEnvironment(host.environment).approvers) };
}
