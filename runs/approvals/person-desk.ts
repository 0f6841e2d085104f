import { type JsonObject, type JsonValue, type Logger, AiosError, InvalidInputError, errorFacts } from '../../kernel';
import { z } from 'zod';
import { refusalOf } from '../../workspace';
import type { Verdict } from '../contracts';
import { type ControlStore, assertStillHeld } from '../controls';
import type { EventLog } from '../events';
import type { Lease, RunState, TaskState } from '../run';
import type { RunStore } from '../run-store';
import { MAX_CRASHES } from '../task-transitions';
import { type Approval, type ApprovalKind, isDenied } from './approval';
import type { Approvals, Question } from './approvals';

/** What a person may want for a task the team cannot finish alone. `skip`: the run goes on without it. Rejecting gives the whole run up. */
const OUTCOMES = ['retry', 'accept', 'skip'] as const;
const MAX_HINT_CHARACTERS = 4_000;

const wishSchema = z.strictObject({ then: z.enum(OUTCOMES), hint: z.string().trim().max(MAX_HINT_CHARACTERS).optional() });

/** Where tasks wait for a person, and come back from him. */
export interface PersonDesk {
  /** Does what persons have decided about this run's tasks; the lease's holder calls it. @throws {GivenUpError} after the run was ended */
  settle(lease: Lease): Promise<void>;
  /** Asks about every task that needs a person; for a run without a plan, the approval its plan waits for. */
  ask(state: RunState): Promise<Approval[]>;
  /** What a person, or time, has answered this waiting run and nobody has acted on; undefined while it waits for every answer. Asks nothing. */
  answer(state: RunState): Promise<Approval | undefined>;
  /** Is none of them decided yet? */
  isWaitedFor(asked: readonly Approval[]): Promise<boolean>;
}

/** A person rejected, or nobody decided in time. */
export class GivenUpError extends AiosError {
  readonly code = 'GIVEN_UP';
  readonly kind = 'user';
  constructor(what: string, approval: Approval) {
    super(`${what}: ${denialOf(approval)}`, { hint: 'Start the goal again when it is still wanted.' });
  }
}

function denialOf({ status, decision }: Approval): string {
  if (status === 'expired') return 'nobody decided in time.';
  if (status === 'withdrawn') return 'the question was withdrawn.';
  return `${decision?.by ?? 'somebody'} said no${decision?.reason ? `: ${decision.reason}` : ''}.`;
}

export interface PersonDeskDeps {
  approvals: Approvals;
  runs: RunStore;
  controls: Pick<ControlStore, 'standing'>;
  events: EventLog;
  /**
   * Keeps what the task has delivered, wherever the run keeps it; done again it changes nothing.
   * @throws an error of the code NOT_KEPT when that cannot be done as it is
   */
  keep(state: RunState, task: TaskState, assertStillHeld: () => Promise<void>): Promise<void>;
}

export function createPersonDesk(deps: PersonDeskDeps): PersonDesk {
  return {
    async settle(lease) {
      const state = await deps.runs.read(lease.runId);
      for (const task of stuckTasks(state)) await settleTask(deps, lease, state, task);
    },
    async ask(state) {
      if (state.tasks.length === 0) return [await openPlan(deps, state.run.id)].filter((approval) => approval !== undefined);
      const asked = await Promise.all(stuckTasks(state).map(async (task) => await openQuestions(deps, state, task)));
      return asked.flat();
    },
    answer: (state) => answerOf(deps, state),
    async isWaitedFor(asked) {
      const now = await Promise.all(asked.map(async ({ id }) => await deps.approvals.read(id)));
      return now.every(({ status }) => status === 'open');
    },
  };
}

/** The rule by which a person edits what becomes of a task. */
export function editedTaskWish(edited: JsonValue, { action }: Approval): JsonObject {
  const parsed = wishSchema.safeParse(edited);
  if (!parsed.success) throw new InvalidInputError(`"edited" is not usable: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}.`, { hint: `Send {"then": "retry", "hint": "…"}, or "accept" or "skip" instead of "retry".` });
  const { then, hint = '' } = parsed.data;
  const files = action.details.files as string[];
  const refused = files.find((path) => refusalOf(path) !== undefined);
  if (then === 'accept' && refused !== undefined) throw new InvalidInputError(`The task cannot be accepted as it is: ${JSON.stringify(refused.slice(0, 100))} is no path the team may write.`, { hint: 'Let it be tried again with a hint.' });
  if (then === 'accept' && files.length === 0) throw new InvalidInputError('There is nothing to accept: the task has delivered no file.', { hint: 'Let it be tried again with a hint, skip it, or reject to give the run up.' });
  return { ...action.details, then, hint };
}

async function openPlan({ approvals }: PersonDeskDeps, runId: string): Promise<Approval | undefined> {
  return (await approvals.list({ runId, status: 'open', limit: 1 })).find(({ action }) => action.kind === 'plan');
}

function stuckTasks({ tasks }: RunState): TaskState[] {
  return tasks.filter(({ status }) => status === 'needsPerson');
}

function questionAbout({ run }: RunState, { task, attempts, reason, result, verdict }: TaskState): Question {
  const files = result?.artifacts.map(({ path }) => path) ?? [];
  const details: JsonObject = { title: task.title, role: task.role, reason: reason ?? 'The team could not finish it alone.', findings: verdict?.findings ?? [], files, then: 'retry', hint: '' };
  return {
    action: { kind: 'task', occasion: `${run.id}/${task.id}/${attempts}`, runId: run.id, taskId: task.id, details },
    title: `Task ${task.id} "${task.title}" needs a person`,
  };
}

function askAbout({ approvals }: PersonDeskDeps, state: RunState, task: TaskState): Promise<Approval | undefined> {
  return approvals.ask(questionAbout(state, task));
}

/** Looks in the order in which `settle` acts. */
async function answerOf(deps: PersonDeskDeps, state: RunState): Promise<Approval | undefined> {
  const asked = await deps.approvals.list({ runId: state.run.id, limit: 500 });
  if (state.tasks.length === 0) return asked.find(({ action, status }) => action.kind === 'plan' && status !== 'open');
  for (const task of stuckTasks(state)) {
    const toolCalls = toolCallsAmong(asked, task, state.run.id);
    const own = toolCalls.length > 0 ? toolCalls : asked.filter(({ id }) => id === deps.approvals.idOf(questionAbout(state, task).action));
    if (own.length > 0 && own.every(({ status }) => status !== 'open')) return own[0];
  }
  return undefined;
}

/** A task whose tool calls wait asks about those; there is no question beside them. */
async function openQuestions(deps: PersonDeskDeps, state: RunState, task: TaskState): Promise<Approval[]> {
  const toolCalls = await toolCallsOf(deps, task, state.run.id);
  const open = toolCalls.filter(({ status }) => status === 'open');
  // All decided since the desk was settled: then nobody is asked anything, see isWaitedFor.
  if (toolCalls.length > 0) return open.length > 0 ? open : toolCalls;
  return [await askAbout(deps, state, task)].filter((approval) => approval !== undefined);
}

/** What this attempt asked about its tools; none when something else keeps the task. */
async function toolCallsOf({ approvals }: PersonDeskDeps, task: TaskState, runId: string): Promise<Approval[]> {
  return toolCallsAmong(await approvals.list({ runId, limit: 500 }), task, runId);
}

/** A risky change of files is a tool's call as well, of another kind for the policy. */
function isOfCall(kind: ApprovalKind): boolean {
  return kind === 'toolCall' || kind === 'fileChange';
}

function toolCallsAmong(asked: readonly Approval[], { task, attempts, crashes, result }: TaskState, runId: string): Approval[] {
  // Cut off too often since they were decided: then that is what a person must look at.
  if (crashes >= MAX_CRASHES || result?.attempt !== attempts || result.error?.code !== 'WAITS_FOR_APPROVAL') return [];
  return asked.filter(({ action }) => isOfCall(action.kind) && action.occasion.startsWith(`${runId}/${task.id}/${attempts}/`));
}

async function settleTask(deps: PersonDeskDeps, lease: Lease, state: RunState, task: TaskState): Promise<void> {
  const toolCalls = await toolCallsOf(deps, task, lease.runId);
  if (toolCalls.some(({ status }) => status === 'open')) return;
  // Refused calls are told to the model; it goes on without them.
  if (toolCalls.length > 0) return await carryOut(deps, lease, { state, task, then: 'resume', by: toolCalls[0]!.decision?.by ?? 'nobody', hint: '' });
  const approval = await askAbout(deps, state, task);
  if (!approval || approval.status === 'open') return;
  if (isDenied(approval)) await giveUp(deps, lease, new GivenUpError(`Task ${task.task.id} "${task.task.title}" was given up`, approval));
  await deps.approvals.execute({ id: approval.id, hash: approval.hash, executor: `run ${lease.runId}` }, async ({ action, decision }) => {
    const { then, hint } = wishSchema.parse({ then: action.details.then, hint: action.details.hint });
    await accepted(deps, lease, { state, task, then, by: decision!.by, hint: hint || decision!.reason || '' });
  });
}

/** What a person wants for a task. */
interface Wish {
  state: RunState;
  task: TaskState;
  then: (typeof OUTCOMES)[number] | 'resume';
  by: string;
  hint: string;
}

/** Files are kept before the verdict, as QA does it: a task that passed has its files, also after a crash between the two. */
async function accepted(deps: PersonDeskDeps, lease: Lease, wish: Wish): Promise<void> {
  if (wish.then !== 'accept') return await carryOut(deps, lease, wish);
  try {
    await deps.keep(wish.state, wish.task, async () => void (await assertStillHeld(deps.controls, lease)));
  } catch (error) {
    const { code, message } = errorFacts(error);
    if (code !== 'NOT_KEPT') throw error;
    // His yes was to other files than could be written, so the work goes on from those that stand.
    return await carryOut(deps, lease, { ...wish, then: 'retry', hint: [wish.hint, `It was accepted, but ${message}`].filter((part) => part !== '').join(' ') });
  }
  await carryOut(deps, lease, wish);
}

async function carryOut({ runs, events }: PersonDeskDeps, lease: Lease, { task, then, by, hint }: Wish): Promise<void> {
  const said = hint === '' ? [] : [`A person (${by}) says: ${hint}`];
  const own = task.verdict?.attempt === task.attempts && task.verdict.fault === undefined ? task.verdict : undefined;
  const findings = (own ?? task.refused?.verdict)?.findings ?? (task.reason ? [task.reason] : []);
  const verdict: Verdict = {
    runId: lease.runId,
    taskId: task.task.id,
    attempt: task.attempts,
    // To the next attempt, what QA has found before counts as well; whoever accepts says nothing about it.
    criteria: (own ?? (then === 'retry' ? task.refused?.verdict : undefined))?.criteria ?? [],
    passed: then === 'accept',
    findings: [...said, ...findings],
    person: { name: by, then },
  };
  await runs.saveVerdict(lease, verdict);
  const type = { retry: 'task.rework', resume: 'run.resumed', accept: 'task.passed', skip: 'task.skipped' } as const;
  await events.append({ runId: lease.runId, type: type[then], taskId: task.task.id, facts: { attempt: task.attempts, by } }, lease);
}

const ENDING_LEASE_MS = 30_000;

/**
 * Ends a run that waits for what was denied; one that somebody works on is ended by him when he comes to it. A denied tool call ends nothing.
 *
 * @returns whether the run was ended
 */
export async function endDeniedRun(deps: Pick<PersonDeskDeps, 'runs' | 'events' | 'approvals'>, approval: Approval): Promise<boolean> {
  const { runId, kind } = approval.action;
  if (runId === undefined || isOfCall(kind)) return false;
  const { run } = await deps.runs.read(runId);
  if (run.status !== 'waiting') return false;
  const what = kind === 'plan' ? 'The plan was given up' : approval.title;
  const lease = await deps.runs.acquire(runId, `approval ${approval.id}`, ENDING_LEASE_MS);
  await giveUp(deps, lease, new GivenUpError(what, approval)).catch((error: unknown) => {
    if (!(error instanceof GivenUpError)) throw error;
  });
  for (const other of await deps.approvals.list({ runId, status: 'open', limit: 100 })) await deps.approvals.withdraw(other.id, 'the team');
  return true;
}

/** Writes down what time has ended, and ends the runs that waited for it. @returns those approvals */
export async function endExpired(deps: Pick<PersonDeskDeps, 'runs' | 'events' | 'approvals'>, log: Logger): Promise<Approval[]> {
  const expired = await deps.approvals.expire();
  for (const approval of expired) {
    await endDeniedRun(deps, approval).catch((error: unknown) => log.warn('A run that waited in vain could not be ended.', { approvalId: approval.id, code: errorFacts(error).code }));
  }
  return expired;
}

async function giveUp({ runs, events }: Pick<PersonDeskDeps, 'runs' | 'events'>, lease: Lease, error: GivenUpError): Promise<never> {
  const { code, kind, message, hint } = error;
  await runs.finish(lease, { status: 'failed', error: { code, kind, message, hint } });
  await events.append({ runId: lease.runId, type: 'run.finished', facts: { status: 'failed', code } });
  throw error;
}
