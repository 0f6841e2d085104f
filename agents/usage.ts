import type { Decision, ModelReply } from '../router';
import type { Usage } from '../runs';

export const NO_USAGE: Usage = { promptTokens: 0, completionTokens: 0, costUsd: 0, localCalls: 0, cloudCalls: 0 };

/** Stands where a model's name would, when an answer needed none. */
export const NO_MODEL = 'none';

export function withReply(usage: Usage, reply: ModelReply): Usage {
  return {
    promptTokens: usage.promptTokens + reply.usage.promptTokens,
    completionTokens: usage.completionTokens + reply.usage.completionTokens,
    costUsd: sumUsd(usage.costUsd, reply.decision.costUsd),
    localCalls: usage.localCalls + (reply.decision.local ? 1 : 0),
    cloudCalls: usage.cloudCalls + (reply.decision.local ? 0 : 1),
  };
}

/** One unknown price makes the whole sum unknown: a partial sum would read as the full one. */
export function sumUsd(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left + right;
}

/**
 * What the whole run may cost, judged by what planning it did: per task one answer and one review, then the report.
 * `null` while the price of the model is unknown.
 */
export function estimatedRunUsd(plan: Decision | undefined, tasks: number): number | null {
  const perCallUsd = plan?.costUsd ?? plan?.estimatedCostUsd ?? null;
  return perCallUsd === null ? null : perCallUsd * (tasks * 2 + 1);
}
