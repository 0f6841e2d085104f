import { suggestModel } from './model-by-memory';
import { gigabytes } from './words';

export interface OllamaSituation {
  /** Address of the Ollama that answered, without login. */
  url?: string;
  tried: ReadonlyArray<{ url: string; why: string }>;
  /** Of this machine, container limits included. */
  memoryBytes: number;
}

const CLOUD_STEP = 'Or use a cloud model: put an Anthropic or OpenAI key into the credential "AIOS Team" (for this command: ANTHROPIC_API_KEY or OPENAI_API_KEY).';

/** What to do when no model answers at all. */
export function firstSteps(situation: OllamaSituation): string[] {
  return [...(situation.url === undefined ? installSteps(situation) : [pullStep(situation)]), CLOUD_STEP];
}

/** The line that gets a model which fits; says when it cannot know. */
export function pullStep({ url, memoryBytes }: OllamaSituation): string {
  const { name, sizeGb } = suggestModel(memoryBytes);
  if (url !== undefined && !isLoopback(url)) {
    return `Pull a model where Ollama runs (${url}): \`ollama pull qwen3:8b\` (5.2 GB; for 16 GB of memory there; qwen3:4b for 8 GB). This machine's ${gigabytes(memoryBytes)} say nothing about that one.`;
  }
  return `Pull a model: \`ollama pull ${name}\` (${sizeGb} GB; fits the ${gigabytes(memoryBytes)} of memory here).`;
}

function installSteps(situation: OllamaSituation): string[] {
  return ['Install and start Ollama: https://ollama.com/download', ...hostSteps(situation), pullStep(situation)];
}

// Seen from a container: the name of its host is known, and nothing listens there.
function hostSteps({ tried }: OllamaSituation): string[] {
  const host = tried.find(({ url, why }) => url.includes('host.docker.internal') && !why.includes('host name'));
  return host ? ['If Ollama runs on the machine around this container: start it with `OLLAMA_HOST=0.0.0.0`, so that containers reach it.'] : [];
}

/** Does this address mean the very machine we run on? */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
