const GB = 1024 ** 3;

/**
 * A first model by the memory of the machine that runs Ollama. Sizes are those of Ollama's library; one size smaller than
 * Ollama's own rule (8 GB of memory for 7B models, 16 GB for 13B, 32 GB for 33B; README of ollama/ollama), because n8n and a
 * context of 16k tokens want room beside the model. All of the family call tools and answer in JSON. Read on 2026-11-20.
 */
const MODELS: ReadonlyArray<{ fromGb: number; name: string; sizeGb: number }> = [
  { fromGb: 64, name: 'qwen3:32b', sizeGb: 20 },
  { fromGb: 32, name: 'qwen3:14b', sizeGb: 9.3 },
  { fromGb: 16, name: 'qwen3:8b', sizeGb: 5.2 },
  { fromGb: 8, name: 'qwen3:4b', sizeGb: 2.5 },
  { fromGb: 0, name: 'qwen3:1.7b', sizeGb: 1.4 },
];

/** A machine sold with 16 GB reports a little less: firmware and graphics take their share. */
const REPORTED_SHARE = 0.9;

export interface SuggestedModel {
  name: string;
  /** GB to download. */
  sizeGb: number;
}

/** @param memoryBytes of the machine, or of the container when that has a limit */
export function suggestModel(memoryBytes: number): SuggestedModel {
  const { name, sizeGb } = MODELS.find(({ fromGb }) => memoryBytes >= fromGb * GB * REPORTED_SHARE)!;
  return { name, sizeGb };
}
