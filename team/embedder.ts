import type { Clock, Logger } from '../kernel';
import { findOllamaEmbedder, type MemoryDeps } from '../memory';
import { findOllama, isOllamaCloud } from '../router';
import type { TeamConfig } from './config';

/** An Ollama that was not there is looked for again after this. */
const BELIEVED_FOR_MS = 60_000;

/** The embedding model of the team's own Ollama, wherever that is found. */
export function teamEmbedder({ config, clock, log }: { config: TeamConfig; clock: Clock; log: Logger }): MemoryDeps['embedder'] {
  let known: { url: string | undefined; embedder: MemoryDeps['embedder']; atMs: number } | undefined;
  return async (signal) => {
    if (!known || clock.nowMs() - known.atMs >= BELIEVED_FOR_MS) {
      const { url } = await findOllama({ configured: config.ollamaUrl, ollamaHost: config.ollamaHost, signal });
      const embedder = known && known.url === url ? known.embedder : url === undefined ? async () => undefined : findOllamaEmbedder({ url, local: !isOllamaCloud(url), model: config.embeddingModel, clock, log });
      known = { url, embedder, atMs: clock.nowMs() };
    }
    return await known.embedder(signal);
  };
}
