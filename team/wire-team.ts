import { createAgents } from '../agents';
import { errorFacts, makeId, redactingLogger, systemClock, type Logger } from '../kernel';
import { createInsights } from '../insights';
import { redactSecrets } from '../privacy';
import { createRouter } from '../router';
import { DEFAULT_TTL_MS, createBoard, createSteering, createSweeper, type RunStore } from '../runs';
import { removeOldRuns } from '../workspace';
import type { TeamConfig } from './config';
import { runFilesFolder } from './data-folder';
import { watchHostEnding } from './drivers/host-ending';
import { createHttpApi } from './http-api';
import { findModelServices } from './model-drivers';
import { modelsFileSource } from './models-file';
import { openStores } from './stores';
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
  const { clock, runs, controls, rescues, tallies, sizes, events, journalStore, ledger, files, limiter, close } = await openStores({ config, folder, log });
  void removeForgottenFiles(runFilesFolder(folder), runs, log);
  const router = createRouter({ services: (signal) => findModelServices(config, isRehearsal, signal), ledger, clock, makeId, log, modelsFile: isRehearsal ? undefined : modelsFileSource({ folder, clock, log }) });
  const ending = watchHostEnding();
  const agents = createAgents({ router, ledger, runs, controls, journalStore, events, files, clock, makeId, log, leaseMs: LEASE_MS, isHostEnding: ending.isEnding });
  const board = createBoard({ runs, events, leaseMs: LEASE_MS });
  const steering = createSteering({ runs, controls, events, log });
  const sweeper = createSweeper({ rescues, controls, runs, events, log });
  const insights = createInsights({ team: config.teamName, ledger, tallies, sizes, clock });
  const http = createHttpApi({ apiToken: config.apiToken, runs, steering, events, files, ledger, insights, limiter, nowMs: clock.nowMs, log });
  return {
    team: { name: config.teamName, router, ledger, runs, board, sweeper, steering, events, files, agents, insights, http },
    close: async () => {
      ending.forget();
      await close();
    },
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
