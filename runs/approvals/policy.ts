import { z } from 'zod';
import { InvalidInputError } from '../../kernel';
import { APPROVAL_KINDS, type ApprovalKind } from './approval';

/** Kinds a policy may let pass without a person. A hire, a change of the team itself and what a workflow asks a person for are never among them. */
const LOW_RISK_KINDS = ['plan', 'fileChange', 'skill'] as const;

/** What needs a person, as data. */
export const approvalPolicySchema = z.object({
  /** Kinds a person is asked about; the others are done without a word. */
  ask: z.array(z.enum(APPROVAL_KINDS)).default([...APPROVAL_KINDS]),
  /** A plan is asked about only when it may cost more than this, in USD; an unknown price is more. -1: about every plan, `null`: about none. */
  planAboveUsd: z.number().min(-1).nullable().default(null),
  /** Asked, approved at once in the name of the policy, and kept in the audit log. */
  autoApprove: z.array(z.enum(LOW_RISK_KINDS)).default([]),
});
export type ApprovalPolicy = z.infer<typeof approvalPolicySchema>;

export const DEFAULT_POLICY: ApprovalPolicy = approvalPolicySchema.parse({});

/** @param limitUsd what a workflow's author set for this plan; it can only ask for more than the team's policy does @throws {InvalidInputError} for what is no number: nothing is above that, so nobody would be asked */
export function narrowed(policy: ApprovalPolicy, limitUsd: number | undefined): ApprovalPolicy {
  if (limitUsd === undefined) return policy;
  if (!Number.isFinite(limitUsd)) throw new InvalidInputError(`The price above which a person is asked about a plan is ${JSON.stringify(String(limitUsd))}; it must be a number of US dollars.`, { hint: 'Write it like 0.50, 0, or -1 for every plan; look at what its expression gives.' });
  return { ...policy, planAboveUsd: Math.min(limitUsd, policy.planAboveUsd ?? limitUsd) };
}

export type Ruling = 'free' | 'auto' | 'person';

/** @param question.costUsd of a plan; `null` is unknown */
export function ruling(policy: ApprovalPolicy, { kind, costUsd }: { kind: ApprovalKind; costUsd?: number | null }): Ruling {
  if (!policy.ask.includes(kind) && !MUST_ASK.includes(kind)) return 'free';
  if (kind === 'plan' && !isAbove(policy.planAboveUsd, costUsd ?? null)) return 'free';
  return (policy.autoApprove as readonly ApprovalKind[]).includes(kind) ? 'auto' : 'person';
}

/** Nothing changes the team without a person, whatever the policy leaves out. */
const MUST_ASK: readonly ApprovalKind[] = ['task', 'toolCall', 'workflow', 'hire', 'selfChange'];

/** 3 × 0.1 is a little more than 0.3 to a computer, and not to a person. */
const ROUNDING_USD = 1e-9;

function isAbove(limitUsd: number | null, costUsd: number | null): boolean {
  return limitUsd !== null && (costUsd === null || costUsd - limitUsd > ROUNDING_USD);
}
