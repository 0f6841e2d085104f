import type { Clock, Logger } from '../kernel';
import { findOllamaEmbedder, type MemoryDeps } from '../memory';
import { findOllama, isOllamaCloud } from '../router';
import type { TeamConfig } from './config';

/** An Ollama that was not there is looked for again after this. */
const BELIEVED_FOR_MS = 60_000;

/** The embedding model of the team's own Ollama, wherever that is found. */
export function teamEmbedder({ config, clock, log }: { config: TeamConfig; clock: Clock; log: Logger }): MemoryDeps['embedder'] {
  let known: { url: string | undefined; embedder: MemoryDeps['embedder'] } = { url: undefined, embedder: async () => undefined };
  let lookedAtMs = -Infinity;
  let looking: Promise<void> | undefined;
  // For all who ask meanwhile, so none of them can cancel it; it has its own deadline.
  const look = async (): Promise<void> => {
    const { url } = await findOllama({ configured: config.ollamaUrl, ollamaHost: config.ollamaHost });
    if (url !== known.url) known = { url, embedder: url === undefined ? async () => undefined : findOllamaEmbedder({ url, local: !isOllamaCloud(url), model: config.embeddingModel, clock, log }) };
  };
  return async (signal) => {
    if (clock.nowMs() - lookedAtMs >= BELIEVED_FOR_MS) {
      lookedAtMs = clock.nowMs();
      looking = look();
    }
    await looking;
    return await known.embedder(signal);
  };
}
