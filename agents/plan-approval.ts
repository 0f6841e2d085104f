import { InvalidInputError, errorFacts, type JsonObject, type JsonValue } from '../kernel';
import { PRIVACY_LABELS, type Privacy } from '../privacy';
import { type Approval, type EditRule, GivenUpError, MAX_TASKS, type Plan, checkPlan, isDenied, planSchema } from '../runs';
import { counted } from './counted';
import type { AgentDeps } from './deps';
import { emitHeld } from './emit';
import type { HeldRun } from './held-run';
import { withoutNulls } from './plan-answer';
import { workerRoles, type RoleCatalog } from './roles';

/** What the node that plans says about approval. */
export interface PlanApprovalWish {
  /** A plan that may cost more waits for a person; unset: none does. */
  askAboveUsd?: number;
  /** Who wants the goal done, as far as the workflow knows; may not approve its plan. */
  askedBy?: string;
}

/**
 * Asks a person about a plan where the policy says so.
 *
 * @param privacy no task of an edited plan may be less protected
 * @returns undefined when work may begin at once
 */
export async function askAboutPlan(deps: AgentDeps, plan: Plan, privacy: Privacy, { askAboveUsd, askedBy }: PlanApprovalWish): Promise<Approval | undefined> {
  const { costUsd, minutes } = plan.estimate;
  // The title goes into messages and lists, where a secret has no business.
  const what = privacy === 'secret' ? 'a secret goal' : plan.summary || plan.goal;
  const price = costUsd === null ? 'at an unknown price' : `for about $${costUsd.toFixed(2)}`;
  return await deps.approvals.ask(
    {
      action: { kind: 'plan', occasion: `${plan.runId}/plan`, runId: plan.runId, details: { plan: plan as unknown as JsonObject, privacy } },
      title: `Plan of ${counted(plan.tasks.length, 'task')} ${price}, ${Math.round(minutes)} min: ${what}`,
      askedBy,
    },
    { costUsd, askAboveUsd },
  );
}

/** The approval this run's plan waits for, or has got; asked again when a stop has withdrawn it. */
export async function planApprovalOf({ approvals }: AgentDeps, runId: string): Promise<Approval | undefined> {
  const asked = await approvals.list({ runId, limit: 100 });
  const known = asked.find(({ action }) => action.kind === 'plan');
  return known && (await approvals.askAgain(known));
}

/**
 * Puts an approved plan into force, as it was approved.
 *
 * @returns undefined while nobody has decided
 * @throws {GivenUpError}
 */
export async function settledPlan(deps: AgentDeps, { lease }: HeldRun, approval: Approval): Promise<Plan | undefined> {
  if (approval.status === 'open') return undefined;
  if (isDenied(approval)) throw new GivenUpError('The plan was given up', approval);
  return await deps.approvals.execute({ id: approval.id, hash: approval.hash, executor: `run ${lease.runId}` }, async ({ action, decision }) => {
    const plan = planSchema.parse(action.details.plan);
    // A run keeps its first plan, so a second time changes nothing.
    await deps.runs.savePlan(lease, plan);
    await emitHeld(deps, lease, 'run.planned', { tasks: plan.tasks.length, approvedBy: decision?.by ?? '' });
    return plan;
  });
}

/** The rule by which a person edits a plan: `{tasks, summary?}`, judged as a model's plan is. */
export function planEditing(roles: () => RoleCatalog): EditRule {
  return (edited, approval) => editedPlan(edited, approval, roles());
}

function editedPlan(edited: JsonValue, { action }: Approval, roles: RoleCatalog): JsonObject {
  const plan = planSchema.parse(action.details.plan);
  const runPrivacy = PRIVACY_LABELS.find((label) => label === action.details.privacy) ?? 'secret';
  try {
    const value = withoutNulls(edited) as JsonObject;
    const { tasks } = checkPlan(value, { knownRoles: workerRoles(roles).map(({ name }) => name), maxTasks: MAX_TASKS, runPrivacy });
    const summary = typeof value.summary === 'string' ? value.summary : plan.summary;
    return { ...action.details, plan: { ...plan, summary, tasks } as unknown as JsonObject };
  } catch (error) {
    const { code, message } = errorFacts(error);
    if (code !== 'INVALID_PLAN') throw error;
    throw new InvalidInputError(`The edited plan cannot be used. ${message}`, { hint: 'Take "plan" from the approval, change its tasks, and send it as "edited".', cause: error });
  }
}
