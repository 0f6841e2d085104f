import type { OllamaSearch } from './drivers/find-ollama';

const PULL = 'pull a model (`ollama pull qwen3:8b`, or pick it in the Ollama app)';
const HOST_NAME = 'host.docker.internal';
const SELVES = ['localhost', '127.0.0.1', '[::1]'];
const LINUX_ADVICE = `Only on Linux: give n8n's service \`extra_hosts: ["${HOST_NAME}:host-gateway"]\` and start Ollama with \`OLLAMA_HOST=0.0.0.0\`.`;

/** The addresses that were tried, gathered by what came back, as one part of a sentence. */
export function triedText({ tried }: OllamaSearch): string {
  const byReason = new Map<string, string[]>();
  for (const { url, why } of tried) byReason.set(why, [...(byReason.get(why) ?? []), url]);
  return [...byReason].map(([why, urls]) => `${urls.join(', ')} (${why})`).join('; ');
}

/**
 * What a person can do when no Ollama answered; where one answered, it has no chat model.
 *
 * @param pullHere how to get a model that fits this very machine, as a part of a sentence
 */
export function ollamaAdvice(search: OllamaSearch, pullHere = PULL): string {
  if (search.url !== undefined) return `Ollama answers at ${hostOf(search.url)} but has no chat model. On that machine, ${PULL}.`;
  if (search.isConfigured) return configuredAdvice(search);
  return search.inContainer ? containerAdvice(search) : `Install and start Ollama (https://ollama.com/download), then ${pullHere}.`;
}

function configuredAdvice({ tried, inContainer }: OllamaSearch): string {
  const url = tried[0]?.url ?? '';
  if (!inContainer || !SELVES.includes(hostOf(url))) return 'Check that Ollama runs there, or correct its address (field "Ollama URL" of the credential, or OLLAMA_HOST). Without one it is looked for on this machine.';
  return `n8n runs in a container, and there ${hostOf(url)} is the container itself. In the field "Ollama URL" write http://${HOST_NAME}:11434, or leave it empty. ${LINUX_ADVICE}`;
}

function containerAdvice({ tried }: OllamaSearch): string {
  const fromHost = tried.find(({ url }) => hostOf(url) === HOST_NAME);
  const start = `n8n runs in a container. Start Ollama on the computer around it (https://ollama.com/download) and ${PULL}.`;
  // The name is known where Docker Desktop or extra_hosts give it; then only Ollama itself is missing or listens to its own machine alone.
  const isKnown = fromHost !== undefined && !fromHost.why.includes('host name');
  return isKnown ? `${start} On Linux start it with \`OLLAMA_HOST=0.0.0.0\`, so that containers reach it.` : `${start} ${LINUX_ADVICE}`;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : url);
