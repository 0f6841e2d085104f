import { errorFacts } from '../kernel';
import { pingQdrant, pingRedis } from '../storage';
import { teamDataFolder } from './data-folder';
import { probeDataFolder, probeModels, probeSearxng, type ServiceAnswer } from './drivers/service-probes';
import { ollamaAdvice, triedText } from '../router';
import { findModelServices } from './model-drivers';
import { readTeamConfig } from './open-team';
import type { TeamConfig } from './config';
import type { TeamHost } from './team';

const PING_TIMEOUT_MS = 5_000;

export interface ServicesTest {
  /** Every service the credential names answers, and at least one has a model. */
  ok: boolean;
  /** One per service, for a person. */
  lines: string[];
}

/** Asks every service a credential names, at once. Never throws. */
export async function testServices(credential: Record<string, unknown> | undefined, host: TeamHost): Promise<ServicesTest> {
  try {
    const config = readTeamConfig(credential, host);
    const [models, others] = await Promise.all([askModels(config), askOthers(config, host)]);
    const answers = [...models, ...others];
    const hasModel = models.some((answer) => answer.isUp);
    return { ok: hasModel && answers.every((answer) => answer.isUp), lines: answers.map((answer) => `${answer.isUp ? '✓' : '✗'} ${answer.service}: ${answer.detail}`) };
  } catch (error) {
    const { message, hint } = errorFacts(error);
    return { ok: false, lines: [`${message} ${hint}`] };
  }
}

async function askModels(config: TeamConfig): Promise<ServiceAnswer[]> {
  const { drivers, ollama } = await findModelServices(config, false, AbortSignal.timeout(PING_TIMEOUT_MS));
  const answers = await Promise.all(drivers.map((driver) => probeModels(nameOf(driver.provider, config, ollama.url), driver)));
  const needsOllama = config.ollamaUrl !== undefined || drivers.length === 0;
  if (ollama.url || !needsOllama) return answers;
  return [{ service: 'Ollama', isUp: false, detail: `no answer at ${triedText(ollama)}. ${ollamaAdvice(ollama)}` }, ...answers];
}

async function askOthers(config: TeamConfig, host: TeamHost): Promise<ServiceAnswer[]> {
  const asked: Array<Promise<ServiceAnswer>> = [probeDataFolder(teamDataFolder(config, host))];
  if (config.redisUrl) asked.push(pinged('Redis', pingRedis(config.redisUrl, PING_TIMEOUT_MS)));
  if (config.qdrantUrl) asked.push(pinged('Qdrant', pingQdrant(config.qdrantUrl, config.qdrantApiKey, PING_TIMEOUT_MS)));
  if (config.searxngUrl) asked.push(probeSearxng(config.searxngUrl));
  return await Promise.all(asked);
}

async function pinged(service: string, ping: Promise<{ ok: boolean; detail: string; latencyMs: number }>): Promise<ServiceAnswer> {
  const { ok, detail, latencyMs } = await ping;
  return { service, isUp: ok, detail: `${detail} (${Math.round(latencyMs)} ms)` };
}

function nameOf(provider: string, config: TeamConfig, ollamaUrl: string | undefined): string {
  if (provider === 'ollama') return `Ollama at ${ollamaUrl}`;
  if (provider === 'anthropic') return 'Anthropic';
  return `OpenAI-compatible API${config.openAiBaseUrl ? ` at ${new URL(config.openAiBaseUrl).origin}` : ''}`;
}
