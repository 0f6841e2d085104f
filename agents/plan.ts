import { contentHash, errorFacts, type ErrorFacts } from '../kernel';
import { DEFAULT_PRIVACY, strictestPrivacy, type Privacy } from '../privacy';
import { InvalidPlanError, MAX_TASKS, checkPlan, planSchema, type Approval, type Plan, type PlanRules, type Run, type RunLimits } from '../runs';
import { projectFolder } from '../workspace';
import type { AgentCall, Agents, PlanRequest, Spoken } from './agents';
import type { AgentDeps } from './deps';
import { executorFor } from './checks/executor';
import { counted } from './counted';
import { emit, emitHeld } from './emit';
import { endsWithoutRecord } from './errors';
import { checkedGoal } from './goal';
import { holdRun, type HeldRun } from './held-run';
import { openSession, type ModelSession } from './model-session';
import { assertNotTooDeep, submitterAround } from './nested-runs';
import { type PlanApprovalWish, askAboutPlan, planApprovalOf, settledPlan } from './plan-approval';
import { offeredChecks, planFrameSchema, planOutputSchema, withoutNulls, type PlanFrame } from './plan-answer';
import { planMessages } from './plan-prompt';
import { planMemoryKey, rememberedOf, withMemory } from './remembered';
import { CTO_ROLE, workerRoles, type RoleCatalog } from './roles';
import { acceptedBy, askForAnswer, type Accepted } from './structured-answer';
import { NO_MODEL, NO_USAGE, estimatedRunUsd } from './usage';

type Planned = Awaited<ReturnType<Agents['plan']>>;

/** Makes the plan of a run, or returns the one it has: a resumed run is never planned twice. */
export function planner(deps: AgentDeps): Agents['plan'] {
  const plan: Agents['plan'] = async (request, call) => {
    const run = await runOf(deps, request, call);
    const made = await holdRun(deps, run.id, call, async (held): Promise<Planned> => {
      const state = await deps.runs.read(run.id);
      if (state.run.plan) return await resumed(deps, call, held, state.run.plan);
      try {
        const asked = await planApprovalOf(deps, run.id);
        if (asked) return await afterAsking(deps, call, held, asked);
        return await planned(deps, call, held, atLeastAsPrivate(state.run, request.limits?.privacy), request);
      } catch (error) {
        if (!endsWithoutRecord(error) && !held.signal.aborted) await failRun(deps, held, errorFacts(error));
        throw error;
      }
    });
    // Whoever decided while the run was not yet marked as waiting has started nothing: that is done here.
    return made.approval && (await deps.approvals.read(made.approval.id)).status !== 'open' ? await plan({ ...request, runId: run.id }, call) : made;
  };
  return plan;
}

/** A run that came over HTTP has its own limits; the node that plans it may still ask for more protection, which its tasks then carry on. */
function atLeastAsPrivate(run: Run, privacy: Privacy | undefined): Run {
  return { ...run, limits: { ...run.limits, privacy: strictestPrivacy(run.limits.privacy, privacy) } };
}

/** What a node's field may hold is narrowed, not refused: the limit is a wish. */
function taskLimit(maxTasks = MAX_TASKS): number {
  return Math.min(MAX_TASKS, Math.max(1, Math.floor(maxTasks)));
}

async function runOf(deps: AgentDeps, request: PlanRequest, call: AgentCall): Promise<Run> {
  if (request.runId !== undefined) return (await deps.runs.read(request.runId)).run;
  assertNotTooDeep();
  // Now, and not when the first file is to be kept.
  if (request.project !== undefined) projectFolder(request.project);
  const { run } = await deps.runs.create({ goal: checkedGoal(request.goal), limits: withDefaults(request.limits), project: request.project, submittedBy: submitterAround(), workflowId: call.workflowId });
  await emit(deps, run.id, 'run.created', {});
  return run;
}

export function withDefaults(limits: Partial<RunLimits> | undefined): RunLimits {
  return { privacy: limits?.privacy ?? DEFAULT_PRIVACY, budgetUsd: limits?.budgetUsd ?? null, deadlineAtMs: limits?.deadlineAtMs ?? null };
}

async function resumed(deps: AgentDeps, call: AgentCall, held: HeldRun, plan: Plan): Promise<Spoken & { plan: Plan }> {
  await emitHeld(deps, held.lease, 'run.resumed', { tasks: plan.tasks.length });
  call.say(`CTO: going on with the plan of ${counted(plan.tasks.length, 'task')}`);
  return { role: CTO_ROLE, model: NO_MODEL, usage: NO_USAGE, plan };
}

/** The plan stands in its approval: no model is asked again. */
async function afterAsking(deps: AgentDeps, call: AgentCall, held: HeldRun, approval: Approval): Promise<Planned> {
  const plan = await settledPlan(deps, held, approval);
  const spoken = { role: CTO_ROLE, model: NO_MODEL, usage: NO_USAGE };
  if (!plan) return await waiting(deps, call, held, approval, { ...spoken, plan: planSchema.parse(approval.action.details.plan) });
  call.say(`CTO: the plan was approved, going on with ${counted(plan.tasks.length, 'task')}`);
  return { ...spoken, plan };
}

async function waiting(deps: AgentDeps, call: AgentCall, held: HeldRun, approval: Approval, made: Planned): Promise<Planned> {
  await deps.runs.finish(held.lease, { status: 'waiting' });
  await emit(deps, held.lease.runId, 'run.finished', { status: 'waiting', approvalId: approval.id });
  call.say(`CTO: waiting for a person to approve: ${approval.title}`);
  return { ...made, approval };
}

async function planned(deps: AgentDeps, call: AgentCall, held: HeldRun, run: Run, request: { maxTasks?: number } & PlanApprovalWish): Promise<Planned> {
  const goal = checkedGoal(run.goal);
  const maxTasks = taskLimit(request.maxTasks);
  const session = openSession(deps, call, held, run, { role: CTO_ROLE, privacy: run.limits.privacy });
  call.say('CTO: planning');
  const remembered = await rememberedOf(deps.memory, held, call, { key: planMemoryKey(goal), run, role: CTO_ROLE, about: goal, privacy: run.limits.privacy });
  const draft = await askForPlan(session, { goal, maxTasks, roles: await deps.roles.read(), checks: offeredChecks(await executorFor(deps, session.privacy()).tools()), remembered });
  const plan = planSchema.parse({
    runId: run.id,
    goal,
    summary: draft.frame.summary,
    ...(request.askedBy && { askedBy: request.askedBy }),
    tasks: draft.tasks,
    decisions: draft.frame.decisions,
    estimate: { costUsd: estimatedRunUsd(session.lastReply()?.decision, draft.tasks.length), minutes: draft.frame.estimate.minutes },
  });
  const spoken = { role: CTO_ROLE, model: session.modelName(), usage: session.usage() };
  const approval = await askAboutPlan(deps, plan, session.privacy(), request);
  if (approval?.status === 'open') return await waiting(deps, call, held, approval, { ...spoken, plan });
  if (approval) return { ...spoken, plan: (await settledPlan(deps, held, approval))! };
  await deps.runs.savePlan(held.lease, plan);
  await emitHeld(deps, held.lease, 'run.planned', { tasks: plan.tasks.length, repairs: draft.repairs.length, model: session.modelName() });
  call.say(`CTO (${session.modelName()}): plan of ${counted(plan.tasks.length, 'task')}: ${plan.tasks.map((task) => `${task.id} ${task.title}`).join(' · ').slice(0, 400)}`);
  return { ...spoken, plan };
}

type Draft = ReturnType<typeof checkPlan> & { frame: PlanFrame };

async function askForPlan(session: ModelSession, { roles, checks, remembered, ...asked }: { goal: string; maxTasks: number; roles: RoleCatalog; checks: ReturnType<typeof offeredChecks>; remembered: string }): Promise<Draft> {
  const knownRoles = workerRoles(roles).map(({ name }) => name);
  const { maxTasks } = asked;
  const messages = withMemory(planMessages({ ...asked, roles, checks }), remembered);
  // Limit and roles are part of the key: planning again with others after a crash is another question.
  const prefix = `plan/${contentHash({ messages }).slice(0, 8)}`;
  try {
    return await askForAnswer<Draft>(session, {
      messages,
      schema: planOutputSchema(knownRoles, checks),
      keyOf: (ask) => `${prefix}/${ask}`,
      // What the goal holds may have raised the label; the tasks, which repeat it, carry that on.
      accept: (value) => acceptedPlan(value, { knownRoles, maxTasks, runPrivacy: session.privacy() }),
    });
  } catch (error) {
    const facts = errorFacts(error);
    if (facts.code !== 'MODEL_OUTPUT') throw error;
    throw new InvalidPlanError(`There is no valid plan for this goal. ${facts.message}`, { hint: 'State the goal more precisely, or choose a stronger model.', cause: error });
  }
}

function acceptedPlan(value: unknown, rules: PlanRules): Accepted<Draft> {
  const frame = acceptedBy(planFrameSchema, withoutNulls(value));
  if (!frame.ok) return frame;
  try {
    const checked = checkPlan(frame.value, rules);
    return { ok: true, value: { ...checked, frame: frame.value } };
  } catch (error) {
    const facts = errorFacts(error);
    if (facts.code !== 'INVALID_PLAN') throw error;
    return { ok: false, problem: facts.message };
  }
}

/** A run that cannot be ended (full disk, say) must not hide why it should have ended. */
async function failRun(deps: AgentDeps, held: HeldRun, error: ErrorFacts): Promise<void> {
  try {
    // A person can start it again; a run that has failed is over.
    const status = error.code === 'STEP_CUT_TWICE' ? 'waiting' : 'failed';
    await deps.runs.finish(held.lease, { status, error });
    await emit(deps, held.lease.runId, 'run.finished', { status, code: error.code });
  } catch (second) {
    deps.log.error('The failed run could not be ended.', { runId: held.lease.runId, code: errorFacts(second).code });
  }
}
