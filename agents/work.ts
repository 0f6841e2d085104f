import { InvalidInputError, errorFacts } from '../kernel';
import { DEFAULT_PRIVACY, strictestPrivacy, type Privacy } from '../privacy';
import { MAX_CRASHES, StaleAttemptError, TaskNotFoundError, type Plan, type Result, type RunState, type TaskState } from '../runs';
import type { AgentCall, Agents, Spoken, TaskKey, WorkRequest } from './agents';
import { toolsFor } from './builtin-tools';
import type { AgentDeps } from './deps';
import { emit, emitHeld } from './emit';
import { endsWithoutRecord } from './errors';
import { MAX_LONE_GOAL_CHARACTERS, checkedGoal } from './goal';
import { holdRun, type HeldRun } from './held-run';
import { assertMayKeep } from './kept-result';
import { REPEATS_ALLOWED } from './loop-guard';
import { openSession, type ModelSession } from './model-session';
import { noteProject } from './project-files';
import { assertNotTooDeep, submitterAround, submitterOf } from './nested-runs';
import { PROMPT_ROOM, sizedPrompt } from './prompt-size';
import { taskPrivacy } from './raised-privacy';
import { memoryKey, rememberedOf, withMemory } from './remembered';
import { breachOfContract, templatesFor, tradeTemplates, workerRole, type Role } from './roles';
import { RoleLimitError, withinLimits } from './role-limits';
import { acceptedBy, askForAnswer, type Accepted } from './structured-answer';
import { FINAL_ANSWER_REQUEST, workMessages, type WorkMaterial } from './work-prompt';
import { resultOutputSchema, workAnswerSchema, type WorkAnswer } from './work-answer';
import { toolGate } from './tool-gate';
import { useTools } from './tool-loop';
import { NO_MODEL } from './usage';

/** From this attempt on, technical faults not counted, the work goes to a stronger model than the one that failed twice. */
const ESCALATE_FROM_ATTEMPT = 3;

/** Does one attempt at a task and stores what it delivered, an error included: the run goes on without it. */
export function worker(deps: AgentDeps): Agents['work'] {
  return async (request, call) => {
    const lone = request.task ? undefined : await startAlone(deps, request);
    return await holdRun(deps, lone?.runId ?? request.task!.runId, call, async (held) => {
      const key = lone ? await claimAlone(deps, held, lone) : keyOf(request.task!);
      const state = await deps.runs.read(key.runId);
      const current = taskOf(state, key);
      const role = workerRole(await deps.roles.read(), request.role ?? current.task.role);
      if (current.attempts === key.attempt) await restAfterFault({ call, held, current }, role);
      if (current.result?.attempt === key.attempt && !waitsForApproval(current.result)) return await deliveredBefore(deps, held, current.result, role);
      // Before a model is asked: what it answered could not be stored.
      if (current.attempts !== key.attempt) throw new StaleAttemptError(key.taskId, key.attempt, current.attempts);
      const shown = [current, ...dependenciesOf(state, current)];
      const { project } = state.run;
      const ofProject = project === undefined ? undefined : await deps.workspaces.privacyOf(project);
      const privacy = strictestPrivacy(request.privacy, role.privacy, ofProject, ...shown.map((task) => taskPrivacy(state, task)));
      const limited = withinLimits(deps.clock, held, role);
      const session = openSession(deps, call, limited.held, state.run, { role: role.name, privacy, taskId: key.taskId, attempt: key.attempt }, limited.bounds);
      return await attempt({ deps, call, held: limited.held, key, state, current, role, session });
    });
  };
}

interface Attempt {
  deps: AgentDeps;
  call: AgentCall;
  held: HeldRun;
  key: TaskKey;
  state: RunState;
  current: TaskState;
  role: Role;
  session: ModelSession;
}

type Outcome = Pick<Result, 'status' | 'reason' | 'summary' | 'artifacts' | 'error'>;

async function attempt(work: Attempt): Promise<Spoken & { result: Result }> {
  const { deps, call, held, key, role, session } = work;
  await noteProject(deps, held, work.state.run, key);
  call.say(`${role.title}: working on ${key.taskId} ${work.current.task.title}${key.attempt > 1 ? ` (attempt ${key.attempt})` : ''}`);
  try {
    // Before a model is asked: what it makes could not be kept.
    assertMayKeep(deps.files, { privacy: session.privacy() });
    return await deliver(work, await outcomeOf(work));
  } catch (error) {
    if (endsWithoutRecord(error) || held.signal.aborted) throw error;
    const facts = errorFacts(error);
    // A named end like that of the tool loop: QA sends it back, and the next attempt begins anew.
    if (error instanceof RoleLimitError) return await deliver(work, { status: 'stopped', reason: error.reason, summary: facts.message, artifacts: [] });
    if (facts.code === 'WAITS_FOR_APPROVAL') return await deliver(work, { status: 'blocked', reason: facts.message, error: facts, summary: facts.message, artifacts: [] });
    await deliver(work, { status: 'stopped', reason: facts.message, error: facts, summary: `The attempt ended with an error: ${facts.message}`, artifacts: [] });
    throw error;
  }

  async function deliver({ current }: Attempt, outcome: Outcome): Promise<Spoken & { result: Result }> {
    const result: Result = { ...key, ...outcome, usage: session.usage(), decision: session.lastReply()?.decision };
    await deps.runs.saveResult(held.lease, result);
    await emitHeld(deps, held.lease, 'task.delivered', { role: role.name, attempt: key.attempt, status: result.status, files: result.artifacts.length, model: session.modelName() }, key.taskId);
    call.say(spokenOutcome(role, session.modelName(), current.task.title, result));
    return { role: role.name, model: session.modelName(), usage: result.usage, result };
  }
}

const LONGEST_REST_MS = { ended: 60_000, unjudged: 10_000 };

/**
 * What failed a moment ago, a model server that is started again for instance, is not asked at once: after 1 s, 2 s, 4 s and so on.
 * Before a person is asked that makes four minutes; one minute where the attempt came back unjudged, which may be the workflow's wiring.
 */
async function restAfterFault({ call, held, current }: Pick<Attempt, 'call' | 'held' | 'current'>, role: Role): Promise<void> {
  const { task, verdict, faults, crashes, attempts, result } = current;
  if (verdict?.fault === undefined) return;
  // What ended by an error is judged without a model.
  if (verdict.fault === 'unjudged' && result?.attempt === attempts && result.status !== 'done') return;
  const faultsInTurn = (verdict.fault === 'ended' ? faults - 1 : crashes - 1) % MAX_CRASHES;
  const ms = Math.min(1_000 * 2 ** faultsInTurn, LONGEST_REST_MS[verdict.fault]);
  call.say(`${role.title}: ${task.id} rests for ${ms / 1_000} s. ${verdict.findings[0] ?? ''}`);
  await held.rest(ms);
}

/** The attempt is not over: it goes on with its call when a person has decided. */
function waitsForApproval({ error }: Result): boolean {
  return error?.code === 'WAITS_FOR_APPROVAL';
}

function spokenOutcome(role: Role, model: string, title: string, result: Result): string {
  const speaker = `${role.title} (${model})`;
  if (result.status !== 'done') return `${speaker}: ${result.status} on ${result.taskId} ${title}: ${result.reason ?? 'no reason given'}`;
  return `${speaker}: delivered ${result.artifacts.map((artifact) => artifact.path).join(', ')}`;
}

const STOPPED_LOOP = {
  'max-turns': (turns: number) => `The model was still calling tools after ${turns} turns.`,
  circles: (turns: number) => `The model made the same tool calls with the same results ${REPEATS_ALLOWED} times in a row and was ended after ${turns} turns.`,
};

async function outcomeOf(work: Attempt): Promise<Outcome> {
  const { deps, call, key, session, held } = work;
  const keyPrefix = `${key.taskId}/${key.attempt}`;
  const material = materialOf(work);
  const tools = await toolsFor(deps, { role: work.role, task: work.current.task, project: work.state.run.project, privacy: session.privacy, connected: call.tools ?? [] });
  const remembered = await rememberedOf(deps.memory, held, call, { key: memoryKey(key), run: work.state.run, role: work.role.name, about: `${work.current.task.title}\n${work.current.task.instructions}`, privacy: session.privacy() });
  const { messages, size } = await sizedPrompt(deps, held, call, { key: `${keyPrefix}/size`, privacy: session.privacy(), role: work.role.name, grows: tools.length > 0, schema: resultOutputSchema(), compose: (share) => withMemory(workMessages(material, share), remembered) });
  const escalateFrom = escalation(work);
  const end = await useTools(session, held, { messages, tools, gate: toolGate(deps, { ...key, owner: call.owner }), submittedBy: submitterOf(work.state.run), taskId: key.taskId, keyPrefix, escalateFrom, maxTurns: work.role.limits.steps, size });
  if (end.status === 'stopped') return { status: 'stopped', reason: end.reason, summary: STOPPED_LOOP[end.reason](end.turns), artifacts: [] };
  const answer = await askForAnswer(session, {
    messages: end.turns === 0 ? messages : [...end.messages, FINAL_ANSWER_REQUEST],
    schema: resultOutputSchema(),
    keyOf: (ask) => `${keyPrefix}/${end.turns + ask}`,
    escalateFrom,
    mostTokens: PROMPT_ROOM[size].promptTokens,
    accept: (value) => keepingContract(acceptedBy(workAnswerSchema, value), work.role),
  });
  return { ...answer, reason: answer.status === 'blocked' ? (answer.reason ?? answer.summary) : undefined };
}

/** What is blocked owes no delivery. */
function keepingContract(answer: Accepted<WorkAnswer>, role: Role): Accepted<WorkAnswer> {
  const breach = answer.ok && answer.value.status === 'done' ? breachOfContract(role, answer.value.artifacts) : undefined;
  return breach === undefined ? answer : { ok: false, problem: breach };
}

function escalation({ key, current }: Attempt): string | undefined {
  return key.attempt - current.faults >= ESCALATE_FROM_ATTEMPT ? current.refused?.model : undefined;
}

function materialOf({ state, current, role }: Attempt): WorkMaterial {
  const { task, refused } = current;
  return {
    role,
    goal: state.run.goal,
    task,
    templates: templatesFor(role, task, tradeTemplates()),
    decisions: state.run.plan?.decisions.map((decision) => decision.text) ?? [],
    // The artifacts QA passed, not the files as they are now: another task may change those, and a replay must ask the same.
    dependencies: dependenciesOf(state, current).map((other) => ({ task: other.task, summary: other.result?.summary ?? 'not done', files: other.status === 'passed' ? (other.result?.artifacts ?? []) : [] })),
    ...(refused && { refused }),
  };
}

function dependenciesOf({ tasks }: RunState, { task }: TaskState): TaskState[] {
  return tasks.filter((other) => task.dependsOn.includes(other.task.id));
}

/** @throws {TaskNotFoundError} */
export function taskOf(state: RunState, key: Pick<TaskKey, 'taskId'>): TaskState {
  const found = state.tasks.find((candidate) => candidate.task.id === key.taskId);
  if (!found) throw new TaskNotFoundError(state.run.id, key.taskId);
  return found;
}

/** The attempt was made before a crash. It is stored once more, because the crash has put its task back to running. */
async function deliveredBefore(deps: AgentDeps, held: HeldRun, result: Result, role: Role): Promise<Spoken & { result: Result }> {
  await deps.runs.saveResult(held.lease, result);
  return { role: role.name, model: result.decision?.model ?? NO_MODEL, usage: result.usage, result };
}

/** A goal without a plan becomes a run with one task; no model is asked for that. @returns its plan */
async function startAlone(deps: AgentDeps, request: WorkRequest): Promise<Plan> {
  const goal = checkedGoal(request.goal, MAX_LONE_GOAL_CHARACTERS);
  if (request.role === undefined) throw new InvalidInputError('A goal without a plan needs a role.', { hint: 'Choose the role that should do the work, or let CTO Agent (Plan) choose.' });
  const role = workerRole(await deps.roles.read(), request.role);
  const privacy = request.privacy ?? DEFAULT_PRIVACY;
  assertNotTooDeep();
  const { run } = await deps.runs.create({ goal, submittedBy: submitterAround(), limits: { privacy, budgetUsd: null, deadlineAtMs: null } });
  await emit(deps, run.id, 'run.created', {});
  return onlyTask(run.id, goal, role, privacy);
}

async function claimAlone(deps: AgentDeps, { lease }: HeldRun, plan: Plan): Promise<TaskKey> {
  await deps.runs.savePlan(lease, plan);
  await emitHeld(deps, lease, 'run.planned', { tasks: 1, model: NO_MODEL });
  const [claim] = await deps.runs.claimReady(lease);
  await emitHeld(deps, lease, 'task.started', { role: plan.tasks[0]!.role, attempt: claim!.attempt }, claim!.taskId);
  return keyOf(claim!);
}

/** The board's items carry more than the key. */
function keyOf({ runId, taskId, attempt: number }: TaskKey): TaskKey {
  return { runId, taskId, attempt: number };
}

function onlyTask(runId: string, goal: string, role: Role, privacy: Privacy): Plan {
  const title = goal.split('\n', 1)[0]!.slice(0, 80);
  return {
    runId,
    goal,
    summary: title,
    tasks: [{ id: 't1', title, role: role.name, instructions: goal, dependsOn: [], acceptance: [{ id: 'a1', text: 'The delivered files do what was asked.' }], deliverables: [], privacy, optional: false }],
    decisions: [],
    estimate: { costUsd: null, minutes: 0 },
  };
}
