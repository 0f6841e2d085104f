import { agentMemory, createAgents, createFileGate, executorOf, noMemory, openSearxng, openWebPages, planEditing, resultKeeper, runnerExecutor, sandboxExecutor, watchRoles, type Executor } from '../agents';
import { errorFacts, makeId, redactingLogger, systemClock, type Logger } from '../kernel';
import { createInsights } from '../insights';
import { redactSecrets } from '../privacy';
import { CalibrationInForce, OutcomeNotes, createCalibrator, createRouter, isThisMachine } from '../router';
import { DEFAULT_TTL_MS, createApprovals, createBoard, createPersonDesk, editedTaskWish, endExpired, createSteering, createSweeper, type RunStore } from '../runs';
import type { Sandbox } from '../skills';
import { openWorkspaces, removeOldRuns } from '../workspace';
import { createApprovalVisits } from './approval-visits';
import { createApprovalsApi } from './approvals-api';
import { teamBudgets, type TeamConfig } from './config';
import { runFilesFolder } from './data-folder';
import { approversFromEnvironment, withEnvironment } from './environment-approvers';
import { windowTokensOf } from './window-tokens';
import { watchHostEnding } from './drivers/host-ending';
import { createHttpApi } from './http-api';
import { teamEmbedder } from './embedder';
import { createTeamMemory } from './memory';
import { readPolicyFile } from './drivers/policy-file';
import { findModelServices } from './model-drivers';
import { modelsFileSource } from './models-file';
import { sandboxOfProcess } from './sandbox-of-process';
import { openStores, type Stores } from './stores';
import type { TeamHost } from './team';
import type { OpenTeam } from './team-pool';

/** An execution renews its lease every third of this; a crashed one frees its run after it, and the next sweep starts it again. */
const LEASE_MS = 20_000;

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
  const roles = watchRoles({ folder, clock: systemClock, log });
  await roles.read();
  const stores = await openStores({ config, folder, log });
  const { clock, runs, controls, rescues, tallies, sizes, events, journalStore, ledger, calibrations, files, limiter, decisionLimiter } = stores;
  const named = approversFromEnvironment(host.environment);
  for (const fault of named.faults) log.error(`AIOS_APPROVERS: ${fault}`);
  const approvers = withEnvironment(stores.approvers, named.approvers);
  void removeForgottenFiles(runFilesFolder(folder), runs, log);
  const { outcomes, inForce, calibrator } = wireLearning(stores, log);
  const router = createRouter({
    services: (signal) => findModelServices(config, isRehearsal, signal),
    modelsFile: isRehearsal ? undefined : modelsFileSource({ folder, clock, log }),
    budgets: teamBudgets(config),
    ledger, answers: stores.answers, caps: stores.caps,
    noteCall: (call) => outcomes.note(call),
    calibration: () => inForce.current(),
    clock, makeId, log,
  });
  const memory = createTeamMemory({ stores, router, embedder: isRehearsal ? async () => undefined : teamEmbedder({ config, clock, log }), log });
  const { approvals, decisions } = createApprovals({ store: stores.approvals, runs, events, policy, editRules: { plan: planEditing(roles.latest), task: editedTaskWish } });
  void endExpired({ approvals, runs, events }, log).catch((error: unknown) => log.warn('Approvals whose time is over could not be ended.', { code: errorFacts(error).code }));
  const ending = watchHostEnding();
  const workspaces = openWorkspaces({ stores: stores.projects, clock });
  const fileGate = createFileGate({ approvals, makeId });
  const sandbox = sandboxOfProcess();
  const web = { pages: openWebPages({ allowedHosts: config.webHosts }), ...(config.searxngUrl !== undefined && { search: openSearxng(config.searxngUrl) }) };
  const agents = createAgents({ router, ledger, outcomes, roles, runs, controls, journalStore, events, files, workspaces, sandbox, executor: executorFor(config, sandbox), approvals, memory: isRehearsal ? noMemory : agentMemory(memory, log), web, clock, makeId, log, leaseMs: LEASE_MS, isHostEnding: ending.isEnding, windowTokens: windowTokensOf(router) });
  const desk = createPersonDesk({ approvals, runs, controls, events, keep: resultKeeper({ files, workspaces, journalStore, roles }) });
  const board = createBoard({ runs, events, desk, leaseMs: LEASE_MS });
  const steering = createSteering({ runs, controls, approvals, desk, events, log });
  const sweeper = createSweeper({ rescues, controls, runs, approvals, desk, events, clock, log });
  const insights = createInsights({ team: config.teamName, ledger, calibrations, outcomes, tallies, sizes, memory: stores.memory, recallTallies: stores.recallTallies, clock });
  const approvalDeps = { apiToken: config.apiToken, approvals, decisions, approvers, runs, steering, events, limiter, decisionLimiter, log };
  const http = createHttpApi({ apiToken: config.apiToken, runs, steering, events, files, ledger, insights, approvals, approvers, approvalsApi: createApprovalsApi(approvalDeps), approvalVisits: createApprovalVisits(approvalDeps), limiter, nowMs: clock.nowMs, log });
  return {
    team: { name: config.teamName, router, ledger, calibrator, runs, board, sweeper, steering, events, files, workspaces, fileGate, approvals, agents, insights, http, memory },
    close: async () => {
      ending.forget();
      await outcomes.write();
      await stores.close();
    },
  };
}

/** Where QA runs what was delivered. */
function executorFor({ runnerUrl, runnerToken }: TeamConfig, sandbox: Sandbox): Executor {
  return executorOf({ sandbox: sandboxExecutor(sandbox), ...(runnerUrl !== undefined && { runner: runnerExecutor({ url: runnerUrl, token: runnerToken ?? '', local: isThisMachine(runnerUrl) }) }) });
}

/** What the router learns from: outcomes as they come, and what was made of them. */
function wireLearning({ outcomes: log, calibrations: store, clock }: Stores, logger: Logger) {
  const outcomes = new OutcomeNotes(log, clock, logger);
  const inForce = new CalibrationInForce(store, clock, logger);
  return { outcomes, inForce, calibrator: createCalibrator({ outcomes, store, current: inForce, log: logger }) };
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
  const secrets = [config.anthropicApiKey, config.openAiApiKey, config.qdrantApiKey, config.redisUrl, redisPassword(config), config.s3SecretKey, config.s3AccessKey, config.apiToken, config.runnerToken].filter((secret) => secret !== undefined);
  const inner: Logger = {
    debug: (message, facts) => host.log('debug', message, facts),
    info: (message, facts) => host.log('info', message, facts),
    warn: (message, facts) => host.log('warn', message, facts),
    error: (message, facts) => host.log('error', message, facts),
  };
  return redactingLogger(inner, (text) => redactSecrets(text, secrets));
}
