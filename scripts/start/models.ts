import { findOllama } from '../../router';

type Environment = Record<string, string | undefined>;

export interface ModelProspect {
  /** Address of an Ollama that answered. */
  ollamaUrl?: string;
  ollamaModels: string[];
  hasAnthropic: boolean;
  hasOpenAi: boolean;
}

const ANSWER_WITHIN_MS = 2_000;

/** Looks whether anything could answer a prompt: an Ollama with a model, or the key of a cloud provider. It looks where the team itself will look. */
export async function findModels(environment: Environment): Promise<ModelProspect> {
  const { url } = await findOllama({ configured: environment.OLLAMA_HOST });
  return {
    ollamaUrl: url,
    ollamaModels: url === undefined ? [] : await modelsOf(url),
    hasAnthropic: Boolean(environment.ANTHROPIC_API_KEY?.trim()),
    hasOpenAi: Boolean(environment.OPENAI_API_KEY?.trim() || environment.OPENAI_BASE_URL?.trim()),
  };
}

/** What to tell the user about models; `problem` when nothing can answer. */
export function modelAdvice(prospect: ModelProspect, rehearsal: boolean): { line: string; problem: boolean } {
  if (rehearsal) return { line: 'Models: rehearsal, a built-in script answers; nothing it says comes from a real model.', problem: false };
  const sources = [
    prospect.ollamaModels.length > 0 && `Ollama at ${prospect.ollamaUrl} (${prospect.ollamaModels.slice(0, 4).join(', ')})`,
    prospect.hasAnthropic && 'Anthropic',
    prospect.hasOpenAi && 'OpenAI-compatible',
  ].filter(Boolean);
  if (sources.length > 0) return { line: `Models: ${sources.join(' · ')}`, problem: false };
  const local = prospect.ollamaUrl
    ? `Ollama answers at ${prospect.ollamaUrl} but has no model: run "ollama pull qwen3:8b"`
    : 'install Ollama (https://ollama.com) and run "ollama pull qwen3:8b"';
  return { line: `No model can answer yet: ${local}, or set ANTHROPIC_API_KEY or OPENAI_API_KEY and start again. To look around without a model: npm start -- --rehearsal`, problem: true };
}

async function modelsOf(ollamaUrl: string): Promise<string[]> {
  try {
    const response = await fetch(`${ollamaUrl}/api/tags`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { models } = (await response.json()) as { models?: { name: string }[] };
    return (models ?? []).map(({ name }) => name);
  } catch {
    // It answered a moment ago and does not now: as good as one without models.
    return [];
  }
}
