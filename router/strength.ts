/**
 * How well a model does on hard work, 0..1. An estimate, read off its name on 2026-11-20 from the order in which public leaderboards
 * rank the families; good enough to sort by, not to compare two neighbours. Measured results will replace it where there are any.
 */
const FAMILIES: ReadonlyArray<[RegExp, number]> = [
  [/claude.*(opus|mythos|fable)/i, 0.97],
  [/claude.*sonnet/i, 0.92],
  [/claude.*haiku/i, 0.78],
  [/gpt-\d+(\.\d+)?-nano/i, 0.6],
  [/gpt-[5-9](\.\d+)?-mini|o\d-mini/i, 0.8],
  [/gpt-4(\.\d|o)?-mini/i, 0.65],
  [/gpt-[5-9]|\bo[1-9]\b/i, 0.95],
  [/gpt-4/i, 0.82],
  [/gpt-3/i, 0.5],
  [/gemini.*pro/i, 0.93],
  [/gemini.*flash-lite/i, 0.65],
  [/gemini.*flash/i, 0.78],
  [/deepseek-(chat|reasoner|v3|r1$)/i, 0.85],
  [/grok/i, 0.88],
  [/mistral-large|command-a|kimi-k2|glm-[4-9]/i, 0.84],
];
const UNKNOWN = 0.4;
const STRONGEST_BY_SIZE = 0.88;

/** @param parameterSize as Ollama writes it, for instance `8.2B` or `494.03M` */
export function estimateStrength(name: string, parameterSize = ''): number {
  const billions = sizeInBillions(parameterSize) ?? sizeInBillions(name);
  if (billions !== undefined) return Math.min(STRONGEST_BY_SIZE, Math.max(0.05, 0.22 + 0.087 * Math.log2(billions)));
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? UNKNOWN;
}

/** Reads `8b`, `0.6b`, `8x7b` (all experts), `494.03M` out of a name. */
function sizeInBillions(text: string): number | undefined {
  const match = /(?:^|[^a-z0-9.])(?:e)?(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?![a-z])/i.exec(text);
  if (!match) return undefined;
  const size = Number(match[1] ?? 1) * Number(match[2]) * (match[3]!.toLowerCase() === 'm' ? 0.001 : 1);
  return size > 0 ? size : undefined;
}
