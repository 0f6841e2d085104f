import type { ReplyUsage } from './contracts';
import { costUsd } from './cost';
import { knownModel } from './known-models';

/** The cloud model local work is compared with: what many teams would otherwise have used. */
export const REFERENCE_MODEL = { provider: 'anthropic', name: 'claude-sonnet-4-5' } as const;

/** USD the same tokens would have cost on the reference model; `null` when its price is not on the list. */
export function referenceCostUsd(usage: ReplyUsage): number | null {
  return costUsd(knownModel(REFERENCE_MODEL.provider, REFERENCE_MODEL.name), usage);
}
