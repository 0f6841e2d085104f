import { InvalidInputError, type JsonObject, type JsonValue } from '../../kernel';
import type { EventLog } from '../events';
import type { RunStore } from '../run-store';
import { type Approval, type ApprovalKind, type NewApproval, approvalId, wasStopped } from './approval';
import type { ApprovalFilter, ApprovalStore } from './approval-store';
import type { Approver } from './approvers';
import { ApprovalNotOpenError } from './errors';
import { type ApprovalPolicy, narrowed, ruling } from './policy';
import { versioned } from './transitions';

/** Turns what a person wrote instead into details that may be done. @throws {AiosError} that says what is wrong with it */
export type EditRule = (edited: JsonValue, approval: Approval) => JsonObject;

export interface ApprovalsDeps {
  store: ApprovalStore;
  runs: Pick<RunStore, 'read'>;
  events: EventLog;
  policy: ApprovalPolicy;
  /** Kinds without a rule can be approved or rejected, not edited. */
  editRules: Partial<Record<ApprovalKind, EditRule>>;
}

/** The team's side: asks, and does what was approved. Nothing here decides. */
export interface Approvals {
  /**
   * Asks in the name of whoever wants the run done, when there is one; he is kept from approving whatever is asked.
   *
   * @returns undefined when the policy asks nobody @param facts.askAboveUsd what the workflow's author set for this plan
   * @throws {RunNotFoundError}
   */
  ask(asked: Question, facts?: { costUsd?: number | null; askAboveUsd?: number }): Promise<Approval | undefined>;
  /** Opens again what a stop has withdrawn, for whoever goes on with the run. All else is answered as it is. */
  askAgain(approval: Approval): Promise<Approval>;
  /** The id an action will be asked under. @throws {InvalidInputError} */
  idOf(action: NewApproval['action']): string;
  /** @throws {ApprovalNotFoundError} */
  read(id: string): Promise<Approval>;
  /** Newest first. */
  list(filter: ApprovalFilter): Promise<Approval[]>;
  /** @throws {ApprovalNotOpenError} */
  withdraw(id: string, by: string): Promise<Approval>;
  /** Writes down what time has ended; whoever sweeps calls it now and then. @returns those that were ended */
  expire(): Promise<Approval[]>;
  /**
   * Does what was approved, once. After a crash in the middle the same executor does it again, so `effect` must change nothing the second time.
   * @throws {NotApprovedError | ApprovalChangedError | ApprovalInDoubtError}
   */
  execute<T>(action: { id: string; hash: string; executor: string }, effect: (approval: Approval) => Promise<T>): Promise<T>;
}

/** What is asked. @property askedBy unset: whoever wants the run done */
export type Question = Omit<NewApproval, 'askedBy' | 'alsoAskedBy'> & { askedBy?: string };

/** A person's side. Only the team's HTTP interface has it, behind an approver's token. */
export interface Decisions {
  /** @throws {ApprovalNotFoundError | ApprovalNotOpenError | ApprovalChangedError | SelfApprovalError | InvalidInputError} */
  decide(wish: DecisionWish, approver: Approver): Promise<Approval>;
}

export interface DecisionWish {
  id: string;
  hash: string;
  decision: 'approve' | 'reject';
  edited?: JsonValue;
  reason?: string;
}

const EXPIRED_AT_ONCE = 100;

/** In whose name something is asked that no person is known to want. */
const TEAM = 'the team';

/** In whose name the policy approves. */
const POLICY = 'policy';

export function createApprovals(deps: ApprovalsDeps): { approvals: Approvals; decisions: Decisions } {
  const { store, policy } = deps;
  const approvals: Approvals = {
    async ask(asked, { costUsd, askAboveUsd } = {}) {
      const rule = ruling(narrowed(policy, askAboveUsd), { kind: asked.action.kind, costUsd });
      if (rule === 'free') return undefined;
      const { approval, created } = await store.ask(await inSomebodysName(deps, asked));
      if (created) await tell(deps, approval, 'approval.asked', { kind: approval.action.kind });
      if (rule === 'person' || approval.status !== 'open') return approval;
      return await approvedByPolicy(store, approval);
    },

    async askAgain(known) {
      if (!wasStopped(known)) return known;
      const { version: _, ...action } = known.asked;
      const { approval, created } = await store.ask({ action, title: known.title, askedBy: known.askedBy, alsoAskedBy: known.alsoAskedBy });
      if (created) await tell(deps, approval, 'approval.asked', { kind: action.kind });
      return approval;
    },

    idOf: (action) => approvalId(versioned(action)),
    read: (id) => store.read(id),
    list: (filter) => store.list(filter),
    withdraw: (id, by) => store.withdraw(id, by),
    expire: () => store.expireDue(EXPIRED_AT_ONCE),

    async execute(action, effect) {
      const approval = await store.claim(action);
      const outcome = await effect(approval);
      await store.finish(action.id, action.executor);
      return outcome;
    },
  };
  return { approvals, decisions: { decide: async (wish, approver) => await decide(deps, wish, approver) } };
}

/** Two processes that ask at once both want to: the second finds it decided, and goes by that. */
async function approvedByPolicy(store: ApprovalStore, { id, hash }: Approval): Promise<Approval> {
  try {
    return await store.decide({ id, hash, decision: 'approve', by: POLICY });
  } catch (error) {
    if (!(error instanceof ApprovalNotOpenError)) throw error;
    return await store.read(id);
  }
}

/** Here for every kind: a run's submitter approves none of its plans, tasks and tool calls. */
async function inSomebodysName({ runs }: ApprovalsDeps, question: Question): Promise<NewApproval> {
  const run = question.action.runId === undefined ? undefined : (await runs.read(question.action.runId)).run;
  const names = [question.askedBy, run?.submittedBy, run?.plan?.askedBy].map((name) => name?.trim()).filter((name) => name !== undefined && name !== '') as string[];
  const [askedBy = TEAM, ...alsoAskedBy] = [...new Set(names)];
  return { ...question, askedBy, alsoAskedBy };
}

async function decide(deps: ApprovalsDeps, { edited, ...wish }: DecisionWish, approver: Approver): Promise<Approval> {
  const details = edited === undefined ? undefined : editedDetails(deps, edited, await deps.store.read(wish.id), wish);
  const decided = await deps.store.decide({ ...wish, by: approver.name, ...(approver.from && { approverFrom: approver.from }), ...(details && { edited: details }) });
  await tell(deps, decided, 'approval.decided', { decision: wish.decision, by: approver.name, edited: details !== undefined });
  return decided;
}

function editedDetails({ editRules }: ApprovalsDeps, edited: JsonValue, approval: Approval, wish: Omit<DecisionWish, 'edited'>): JsonObject {
  if (wish.decision === 'reject') throw new InvalidInputError('A rejection cannot carry an edited action.', { hint: 'Leave "edited" away, or approve.' });
  const rule = editRules[approval.action.kind];
  if (!rule) throw new InvalidInputError(`What needs approval here (${approval.action.kind}) cannot be edited.`, { hint: 'Approve it as it is, or reject it with a reason.' });
  return rule(edited, approval);
}

async function tell({ events }: ApprovalsDeps, { id, action }: Approval, type: 'approval.asked' | 'approval.decided', facts: Record<string, string | boolean>): Promise<void> {
  if (action.runId === undefined) return;
  await events.append({ runId: action.runId, type, facts: { approvalId: id, ...facts }, ...(action.taskId !== undefined && { taskId: action.taskId }) });
}
