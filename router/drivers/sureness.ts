/** How sure a model was of its own words, from the logarithms of their probabilities as they come. */
export class Sureness {
  private sum = 0;
  private count = 0;

  /** @param tokens as OpenAI and Ollama list them; nothing where the model was not asked or cannot say */
  add(tokens: ReadonlyArray<{ logprob: number }> | null | undefined): void {
    for (const { logprob } of tokens ?? []) {
      if (!(logprob <= 0)) continue;
      this.sum += logprob;
      this.count += 1;
    }
  }

  /** @returns 0..1, the geometric mean; `undefined` of nothing */
  value(): number | undefined {
    return this.count === 0 ? undefined : Math.round(Math.exp(this.sum / this.count) * 1_000) / 1_000;
  }
}
