import { isAiosError, throwIfCancelled } from '../../kernel';
import { type Embedder, unitVectors } from '../embedder';
import { EmbeddingDownError } from '../errors';

/** An embeddings sub-node of n8n, as the canvas hands it over (LangChain's `Embeddings`). */
export interface ConnectedEmbeddings {
  embedQuery(text: string): Promise<number[]>;
  embedDocuments(texts: string[]): Promise<number[][]>;
  model?: unknown;
  modelName?: unknown;
}

const TIMEOUT_MS = 120_000;
const MAX_BATCH_TEXTS = 64;

/**
 * @param local does it run on the user's own machine? Nobody but the workflow's author can know: nothing says so by itself
 * @param name when the sub-node does not name its model: at least the sub-node, so that vectors of two never mix
 */
export function connectedEmbedder(embeddings: ConnectedEmbeddings, { name, local }: { name: string; local: boolean }): Embedder {
  const model = [embeddings.model, embeddings.modelName].find((value): value is string => typeof value === 'string' && value !== '') ?? name;
  return {
    model,
    local,
    async embed(texts, purpose, signal) {
      if (purpose === 'query') return unitVectors(model, await answered(model, Promise.all(texts.map(async (text) => await embeddings.embedQuery(text))), signal), texts.length);
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += MAX_BATCH_TEXTS) {
        const batch = texts.slice(start, start + MAX_BATCH_TEXTS);
        vectors.push(...unitVectors(model, await answered(model, embeddings.embedDocuments(batch), signal), batch.length));
      }
      return vectors;
    },
  };
}

/** A sub-node takes no signal: whoever asked goes on without it, though it may still be at work. */
async function answered<T>(model: string, answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const both = AbortSignal.any([signal, timeout]);
  let onAbort = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    onAbort = () => reject(new EmbeddingDownError(model, `no answer within ${TIMEOUT_MS / 1_000} s`));
    both.addEventListener('abort', onAbort, { once: true });
  });
  try {
    throwIfCancelled(signal);
    return await Promise.race([answer, ended]);
  } catch (error) {
    throwIfCancelled(signal);
    throw isAiosError(error) ? error : new EmbeddingDownError(model, 'the connected sub-node failed', error);
  } finally {
    both.removeEventListener('abort', onAbort);
  }
}
