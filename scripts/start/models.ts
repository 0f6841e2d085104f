type Environment = Record<string, string | undefined>;

export interface ModelProspect {
  /** Address of an Ollama that answered. */
  ollamaUrl?: string;
  ollamaModels: string[];
  hasAnthropic: boolean;
  hasOpenAi: boolean;
}

const PROBE_MS = 2_000;

/** Looks whether anything could answer a prompt: an Ollama with a model, or the key of a cloud provider. */
export async function findModels(environment: Environment): Promise<ModelProspect> {
  const probes = await Promise.all(ollamaAddresses(environment).map(probeOllama));
  const answered = probes.filter((probe) => probe !== undefined);
  const best = answered.find((probe) => probe.models.length > 0) ?? answered[0];
  return {
    ollamaUrl: best?.url,
    ollamaModels: best?.models ?? [],
    hasAnthropic: Boolean(environment.ANTHROPIC_API_KEY?.trim()),
    hasOpenAi: Boolean(environment.OPENAI_API_KEY?.trim() || environment.OPENAI_BASE_URL?.trim()),
  };
}

/** Where an Ollama may listen, in the order the team itself looks: a configured address alone, else the usual places. */
export function ollamaAddresses(environment: Environment): string[] {
  const configured = environment.OLLAMA_HOST?.trim();
  if (configured) return [ollamaUrl(configured)];
  return ['http://127.0.0.1:11434', 'http://host.docker.internal:11434', 'http://ollama:11434'];
}

/** OLLAMA_HOST may be an address to listen on (`0.0.0.0`), a host, a host with port, or a URL. */
export function ollamaUrl(host: string): string {
  const url = new URL(/^https?:\/\//.test(host) ? host : `http://${host}`);
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = '127.0.0.1';
  const hasPort = url.port !== '' || /^https?:\/\//.test(host);
  if (!hasPort) url.port = '11434';
  return url.origin;
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

async function probeOllama(url: string): Promise<{ url: string; models: string[] } | undefined> {
  try {
    const response = await fetch(`${url}/api/tags`, { signal: AbortSignal.timeout(PROBE_MS) });
    if (!response.ok) return undefined;
    const { models } = (await response.json()) as { models?: { name: string }[] };
    return { url, models: (models ?? []).map(({ name }) => name) };
  } catch {
    // Nothing there, or something that is no Ollama: the same to the user.
    return undefined;
  }
}
