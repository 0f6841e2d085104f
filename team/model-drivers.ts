import { anthropicDriver, findOllama, isThisMachine, ollamaDriver, openAiCompatibleDriver, rehearsalDriver, type ModelDriver, type OllamaSearch } from '../router';
import { rehearsalScripts } from '../agents';
import type { TeamConfig } from './config';

export interface ModelServices {
  drivers: ModelDriver[];
  /** Where Ollama was looked for and what came back. */
  ollama: OllamaSearch;
}

/**
 * The model services a configuration names, plus Ollama where it answers.
 * A rehearsal has the scripted model alone, so that nothing real is ever mixed with it.
 */
export async function findModelServices(config: TeamConfig, isRehearsal: boolean, signal: AbortSignal): Promise<ModelServices> {
  if (isRehearsal) return { drivers: [rehearsalDriver({ scripts: rehearsalScripts })], ollama: { tried: [] } };
  const ollama = await findOllama({ configured: config.ollamaUrl, ollamaHost: config.ollamaHost, signal });
  const drivers: ModelDriver[] = [];
  if (ollama.url) drivers.push(ollamaDriver({ url: ollama.url }));
  if (config.anthropicApiKey) drivers.push(anthropicDriver({ apiKey: config.anthropicApiKey, baseUrl: config.anthropicBaseUrl }));
  if (config.openAiApiKey || config.openAiBaseUrl) {
    const baseUrl = config.openAiBaseUrl ?? 'https://api.openai.com/v1';
    drivers.push(openAiCompatibleDriver({ baseUrl, apiKey: config.openAiApiKey, local: isThisMachine(baseUrl) }));
  }
  return { drivers, ollama };
}
