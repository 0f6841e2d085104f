import { createAgents, editedPlan } from '../agents';
import { errorFacts, makeId, redactingLogger, systemClock, type Logger } from '../kernel';
import { createInsights } from '../insights';
import { redactSecrets } from '../privacy';
import { createRouter } from '../router';
import { DEFAULT_TTL_MS, createApprovals, createBoard, createPersonDesk, editedTaskWish, endExpired, type RunStore } from '../runs';
import { removeOldRuns } from '../workspace';
import { createApprovalVisits } from './approval-visits';
import { createApprovalsApi } from './approvals-api';
import type { TeamConfig } from './config';
import { runFilesFolder } from './data-folder';
import { createHttpApi } from './http-api';
import { readPolicyFile } from './drivers/policy-file';
import { findModelServices } from './model-drivers';
import { modelsFileSource } from './models-file';
import { openStores } from './stores';
import type { TeamHost } from './team';
import type { OpenTeam } from './team-pool';

/** An execution renews its lease every third of this; a crashed one frees its run after it. */
const LEASE_MS = 60_000;

export interface TeamPlan {
  config: TeamConfig;
  /** Absolute folder of this team. */
  folder: string;
  isRehearsal: boolean;
  host: TeamHost;
}

/** The one place where ports meet drivers. */
export async function wireTeam({ config, folder, isRehearsal, host }: TeamPlan): Promise<OpenTeam> {
  const log = teamLogger(config, host);
  // Before anything is opened that would have to be closed again.
  const policy = readPolicyFile(folder);
  const { clock, runs, tallies, sizes, events, journalStore, ledger, files, approvals: approvalStore, approvers, limiter, decisionLimiter, close } = await openStores({ config, folder, log });
  void removeForgottenFiles(runFilesFolder(folder), runs, log);
  const router = createRouter({ services: (signal) => findModelServices(config, isRehearsal, signal), ledger, clock, makeId, log, modelsFile: isRehearsal ? undefined : modelsFileSource({ folder, clock, log }) });
  const { approvals, decisions } = createApprovals({ store: approvalStore, events, policy, editRules: { plan: editedPlan, task: editedTaskWish } });
  void endExpired({ approvals, runs, events }, log).catch((error: unknown) => log.warn('Approvals whose time is over could not be ended.', { code: errorFacts(error).code }));
  const agents = createAgents({ router, ledger, runs, journalStore, events, files, approvals, clock, makeId, log, leaseMs: LEASE_MS });
  const board = createBoard({ runs, events, desk: createPersonDesk({ approvals, runs, events, files }), leaseMs: LEASE_MS });
  const insights = createInsights({ team: config.teamName, ledger, tallies, sizes, clock });
  const approvalDeps = { apiToken: config.apiToken, approvals, decisions, approvers, runs, events, limiter, decisionLimiter, log };
  const http = createHttpApi({ apiToken: config.apiToken, runs, events, files, ledger, insights, approvals, approvalsApi: createApprovalsApi(approvalDeps), approvalVisits: createApprovalVisits(approvalDeps), limiter, nowMs: clock.nowMs, log });
  return {
    team: { name: config.teamName, router, ledger, runs, board, events, files, approvals, agents, insights, http },
    close,
  };
}

/** The store forgets a run after its lifetime; its files go with it at the next opening. */
async function removeForgottenFiles(folder: string, runs: RunStore, log: Logger): Promise<void> {
  const isKnown = (runId: string) => runs.read(runId).then(() => true, (error: unknown) => errorFacts(error).code !== 'RUN_NOT_FOUND');
  try {
    await removeOldRuns(folder, { beforeMs: systemClock.nowMs() - DEFAULT_TTL_MS, isKnown });
  } catch (error) {
    log.warn('Files of old runs could not be deleted.', { code: errorFacts(error).code });
  }
}

function redisPassword({ redisUrl }: TeamConfig): string | undefined {
  const password = redisUrl === undefined ? '' : new URL(redisUrl).password;
  return password === '' ? undefined : decodeURIComponent(password);
}

function teamLogger(config: TeamConfig, host: TeamHost): Logger {
  const secrets = [config.anthropicApiKey, config.openAiApiKey, config.qdrantApiKey, config.redisUrl, redisPassword(config), config.apiToken].filter((secret) => secret !== undefined);
  const inner: Logger = {
    debug: (message, facts) => host.log('debug', message, facts),
    info: (message, facts) => host.log('info', message, facts),
    warn: (message, facts) => host.log('warn', message, facts),
    error: (message, facts) => host.log('error', message, facts),
  };
  return redactingLogger(inner, (text) => redactSecrets(text, secrets));
}
