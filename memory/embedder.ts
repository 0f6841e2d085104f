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
export type NotEmbedded = 'no embedding model' | 'secret, and the embedding model is not on this machine' | 'the embedding model did not answer';
