import { EmbeddingFaultError } from './errors';

/** Turns texts into numbers whose nearness means nearness in meaning. */
export interface Embedder {
  /** Name of the model: vectors of different models are never compared. */
  readonly model: string;
  /** Does it run on this machine? Secret text is given to no other. */
  readonly local: boolean;
  /**
   * @param purpose many models want to know whether a text is looked for or looked up
   * @returns one vector of length 1 for each text, in order
   */
  embed(texts: readonly string[], purpose: 'document' | 'query', signal: AbortSignal): Promise<Float32Array[]>;
}

/** Why a text has no vector, in a user's words. */
export type NotEmbedded = 'no embedding model' | 'secret, and the embedding model is not on this machine' | 'the embedding model did not answer' | 'the embedding model cannot read it' | 'the embedding model fails on too many texts';

/**
 * What a model answered, checked and brought to length 1.
 *
 * @param wanted how many texts were asked for
 * @throws {EmbeddingFaultError} naming what is wrong
 */
export function unitVectors(model: string, vectors: unknown, wanted: number): Float32Array[] {
  if (!Array.isArray(vectors) || vectors.length !== wanted) throw new EmbeddingFaultError(model, `${Array.isArray(vectors) ? vectors.length : 'no'} vectors for ${wanted} texts`);
  const [first] = vectors as unknown[][];
  return vectors.map((vector: unknown) => {
    if (!Array.isArray(vector) || vector.length === 0) throw new EmbeddingFaultError(model, 'an empty vector');
    if (vector.length !== first!.length) throw new EmbeddingFaultError(model, `vectors of ${first!.length} and of ${vector.length} numbers`);
    return unitVector(model, vector);
  });
}

function unitVector(model: string, numbers: readonly unknown[]): Float32Array {
  const vector = Float32Array.from(numbers, (value) => (typeof value === 'number' ? value : NaN));
  let squares = 0;
  for (let index = 0; index < vector.length; index++) squares += vector[index]! * vector[index]!;
  if (!Number.isFinite(squares)) throw new EmbeddingFaultError(model, 'a vector with something in it that is no number');
  if (squares === 0) throw new EmbeddingFaultError(model, 'a vector of zeros');
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}
