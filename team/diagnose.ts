import { CancelledError, errorFacts, systemClock, throwIfCancelled } from '../kernel';
import { checkBucket, checkDataFolder, checkModelsFile, checkModelService, checkNode, checkOllama, checkQdrant, checkRedis, checkRunner, checkSandbox, checkSearxng, checkStore, firstSteps, memoryBytes, toReport, withKeptProbes, withProbes, withMissingModels, withSqliteProbeStore, type CloudService, type DoctorCheck, type DoctorReport, type ProbeProgress } from '../insights';
import type { ModelsFileEntry } from '../router';
import type { S3Settings } from '../workspace';
import { checkTeamBudgets } from './budget-check';
import { bucketOf, type TeamConfig } from './config';
import { teamDataFolder, teamDatabaseFile } from './data-folder';
import { findModelServices, type ModelServices } from './model-drivers';
import { driverForEntry } from './models-file';
import { checkTeamRoles } from './roles-exchange';
import { assertOneStore, isRehearsal, readTeamConfig } from './open-team';
import { sandboxOfProcess } from './sandbox-of-process';
import type { TeamHost } from './team';

export interface DiagnoseOptions {
  signal: AbortSignal;
  /** Try what each local model can do: `new` those not tried yet, `again` all of them. */
  probe?: 'new' | 'again';
  onProgress?(progress: ProbeProgress): void;
}

/**
 * Looks at everything the team of this credential needs. What is broken is a check of the report, never an exception;
 * every question has a deadline of seconds.
 *
 * @throws {CancelledError} when `signal` fires
 */
export async function diagnose(credential: Record<string, unknown> | undefined, host: TeamHost, options: DiagnoseOptions): Promise<DoctorReport> {
  throwIfCancelled(options.signal);
  const faults: DoctorCheck[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      faults.push(faultCheck(error));
      return undefined;
    }
  };
  const config = attempt(() => readTeamConfig(credential, host));
  if (!config) return toReport([...faults, checkNode()], []);
  attempt(() => assertOneStore(config, host));
  const bucket = attempt(() => bucketOf(config));
  const folder = attempt(() => teamDataFolder(config, host));
  const services = await findModelServices(config, false, options.signal);
  const modelsFile = folder === undefined ? { entries: [], budgets: [] } : await checkModelsFile(folder);
  const checks = await allChecks({ config, bucket, folder, services, modelsFile, rehearses: isRehearsal(host) }, options.signal);
  throwIfCancelled(options.signal);
  const report = toReport([...faults, ...checks], firstSteps(services.ollama, memoryBytes()));
  return folder === undefined ? report : await withTrials(report, teamDatabaseFile(folder), services, options);
}

function faultCheck(error: unknown): DoctorCheck {
  const { message, hint } = errorFacts(error);
  return { service: 'configuration', title: 'Configuration', status: 'failed', detail: message, todo: hint };
}

interface Patient {
  config: TeamConfig;
  /** Unset when none is named, or half of one. */
  bucket: S3Settings | undefined;
  /** Unset when the configured one may not be used. */
  folder: string | undefined;
  services: ModelServices;
  modelsFile: Awaited<ReturnType<typeof checkModelsFile>>;
  rehearses: boolean;
}

async function allChecks({ config, bucket, folder, services, modelsFile, rehearses }: Patient, signal: AbortSignal): Promise<DoctorCheck[]> {
  const { qdrantUrl, qdrantApiKey, redisUrl, redisTls, searxngUrl, ollamaUrl } = config;
  const checks: Array<DoctorCheck | Promise<DoctorCheck | undefined>> = [
    checkNode(),
    ...(folder === undefined ? [] : [checkDataFolder(folder)]),
    // With Redis the runs are there, and its own check speaks of them.
    ...(folder === undefined || redisUrl !== undefined ? [] : [checkStore(teamDatabaseFile(folder))]),
    ...(rehearses ? [REHEARSAL] : []),
    checkOllama({ search: services.ollama, isNamed: ollamaUrl !== undefined, isNeeded: services.drivers.length === 0, memoryBytes: memoryBytes() }, signal),
    ...(modelsFile.check ? [modelsFile.check] : []),
    ...(folder === undefined ? [] : [checkTeamRoles(folder)]),
    ...(folder === undefined ? [] : [checkTeamBudgets({ config, folder, fileBudgets: modelsFile.budgets })]),
    ...[...cloudServices(config, services), ...addedServices(modelsFile.entries, services)].map((service) => checkModelService(service, signal)),
    checkRedis(redisUrl === undefined ? undefined : { url: redisUrl, tls: redisTls }),
    checkQdrant(qdrantUrl === undefined ? undefined : { url: qdrantUrl, apiKey: qdrantApiKey }),
    checkSearxng(searxngUrl),
    checkSandbox(sandboxOfProcess()),
    checkRunner(config.runnerUrl, config.runnerToken),
    checkBucket(bucket, config.teamName),
  ];
  // A check that fails in a way nobody thought of is one line of the report, too.
  const found = await Promise.all(checks.map(async (check) => await Promise.resolve(check).catch(faultCheck)));
  return withMissingModels(found.filter((check) => check !== undefined), modelsFile.file);
}

const REHEARSAL: DoctorCheck = { service: 'rehearsal', title: 'Rehearsal', status: 'warning', detail: 'a built-in script answers; nothing it says comes from a real model.', todo: 'For real answers, start again without AIOS_REHEARSAL.' };

function cloudServices(config: TeamConfig, { drivers }: ModelServices): CloudService[] {
  return [
    // Their keys come from the environment only on the command line (docs/decisions/0004).
    { service: 'anthropic', title: 'Anthropic', address: config.anthropicBaseUrl ?? 'https://api.anthropic.com', setting: 'ANTHROPIC_API_KEY', driver: drivers.find(({ provider }) => provider === 'anthropic') },
    { service: 'openAi', title: 'OpenAI-compatible API', address: config.openAiBaseUrl ?? 'https://api.openai.com/v1', setting: 'OPENAI_API_KEY or OPENAI_BASE_URL', driver: drivers.find(({ provider }) => provider !== 'anthropic' && provider !== 'ollama') },
  ];
}

/** Addresses only the models file names; the first ten are asked. */
function addedServices(entries: readonly ModelsFileEntry[], { drivers }: ModelServices): CloudService[] {
  const isConfigured = (endpoint: string) => drivers.some(({ address }) => address === endpoint);
  const elsewhere = entries.filter(({ endpoint }, index) => endpoint !== undefined && !isConfigured(endpoint) && entries.findIndex((other) => other.endpoint === endpoint) === index);
  return elsewhere.slice(0, 10).flatMap((entry) => {
    const driver = driverForEntry(entry);
    return driver ? [{ service: 'modelsFile' as const, title: `Models file: ${entry.name}`, address: entry.endpoint!, setting: 'the models file', driver }] : [];
  });
}

/** Trials are kept in the team's database; where there is none yet, only a trial makes one. */
async function withTrials(report: DoctorReport, databaseFile: string, { drivers }: ModelServices, { probe, signal, onProgress = () => {} }: DiagnoseOptions): Promise<DoctorReport> {
  const driverOf = (provider: string) => drivers.find((driver) => driver.provider === provider);
  try {
    const shown = await withSqliteProbeStore({ databaseFile, make: probe !== undefined, clock: systemClock }, async (store) =>
      probe === undefined ? await withKeptProbes(report, store) : await withProbes(report, { store, driverOf, again: probe === 'again', clock: systemClock, signal, onProgress }),
    );
    return shown ?? report;
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    // The checks of folder and database say what is wrong with them; the rest of the report is as good as before.
    return report;
  }
}
