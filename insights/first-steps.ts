import { ollamaAdvice, type OllamaSearch } from '../router';
import { suggestModel } from './model-by-memory';
import { shownAddress } from '../kernel';
import { gigabytes } from './words';

const CLOUD_STEP = 'Or use a cloud model: put an Anthropic or OpenAI key into the credential "AIOS Team" (for this command: ANTHROPIC_API_KEY or OPENAI_API_KEY).';

/** What to do when no model answers at all. @param memoryBytes of this machine, container limits included */
export function firstSteps(search: OllamaSearch, memoryBytes: number): string[] {
  return [search.url === undefined ? ollamaAdvice(search, `pull a model: ${modelFor(memoryBytes)}`) : pullStep(search.url, memoryBytes), CLOUD_STEP];
}

/** The line that gets a model which fits; says when it cannot know. @param url of the Ollama that answered */
export function pullStep(url: string, memoryBytes: number): string {
  if (isLoopback(url)) return `Pull a model: ${modelFor(memoryBytes)}.`;
  return `Pull a model where Ollama runs (${shownAddress(url)}): \`ollama pull qwen3:8b\` (5.2 GB; for 16 GB of memory there; qwen3:4b for 8 GB). This machine's ${gigabytes(memoryBytes)} say nothing about that one.`;
}

function modelFor(memoryBytes: number): string {
  const { name, sizeGb } = suggestModel(memoryBytes);
  return `\`ollama pull ${name}\` (${sizeGb} GB; fits the ${gigabytes(memoryBytes)} of memory here)`;
}

/** Does this address mean the very machine we run on? */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
