import { InvalidInputError, isDeeperThan } from '../../kernel';
import { type Approval, type ApprovalAction, type NewApproval, DEFAULT_LIFETIME_MS, MAX_ACTION_BYTES, MAX_ACTION_DEPTH, MAX_NAME_CHARACTERS, MAX_LIFETIME_MS, MAX_REASON_CHARACTERS, MAX_TITLE_CHARACTERS, MINUTE_MS, USE_WITHIN_MS, actionHash, approvalId, wasStopped } from './approval';
import { isAsker } from './approvers';
import type { AuditFact } from './audit';
import { ApprovalChangedError, ApprovalInDoubtError, ApprovalNotOpenError, NotApprovedError, SelfApprovalError } from './errors';

/** What a change makes of an approval, and the line it leaves in the audit log. Every change is one of the functions below, whatever the store is made of. */
export interface Change {
  approval: Approval;
  fact: AuditFact;
}

/** @throws {InvalidInputError} when the action is too large or the time out of range */
export function asking(asked: NewApproval, nowMs: number): Change {
  const action = versioned(asked.action);
  const lifetimeMs = asked.lifetimeMs ?? DEFAULT_LIFETIME_MS;
  if (!(lifetimeMs >= MINUTE_MS && lifetimeMs <= MAX_LIFETIME_MS)) {
    throw new InvalidInputError(`An approval cannot wait for ${Math.round(lifetimeMs / 1_000)} s.`, { hint: 'Give a person 1 minute to 14 days.' });
  }
  const hash = actionHash(action);
  const approval: Approval = {
    id: approvalId(action),
    status: 'open',
    title: oneLine(asked.title, MAX_TITLE_CHARACTERS),
    askedBy: nameLine(asked.askedBy),
    ...(asked.alsoAskedBy?.length && { alsoAskedBy: asked.alsoAskedBy.map(nameLine) }),
    asked: action,
    action,
    hash,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + lifetimeMs,
    ...(asked.wakeUrl !== undefined && { wakeUrl: asked.wakeUrl }),
  };
  return { approval, fact: { event: 'asked', approvalId: approval.id, by: approval.askedBy, actionHash: hash, facts: { kind: action.kind, title: approval.title } } };
}

/**
 * A question that was taken back when its run was stopped is open again when the run goes on; it keeps its birth, and a person decides anew.
 *
 * @returns undefined when what there is answers
 */
export function askingAgain(known: Approval, asked: NewApproval, nowMs: number): Change | undefined {
  if (!wasStopped(known)) return undefined;
  const { approval, fact } = asking(asked, nowMs);
  return { approval: { ...approval, createdAtMs: known.createdAtMs }, fact };
}

/** The action as it is hashed. @throws {InvalidInputError} when no person could be shown it */
export function versioned(asked: NewApproval['action']): ApprovalAction {
  const action: ApprovalAction = { version: 1, ...asked };
  assertSize(action);
  return action;
}

/** Cut between letters, not within one. */
function oneLine(text: string, maxCharacters: number): string {
  const letters = Array.from(text.replace(/\s+/g, ' ').trim());
  return letters.length <= maxCharacters ? letters.join('') : `${letters.slice(0, maxCharacters - 1).join('')}…`;
}

/** Longer than any approver's name may be, after what nobody sees is gone: the cut must not make another person of somebody. */
function nameLine(name: string): string {
  return oneLine(name.normalize('NFC').replace(/\p{Default_Ignorable_Code_Point}/gu, ''), MAX_NAME_CHARACTERS);
}

function assertSize(action: ApprovalAction): void {
  // Before anything walks down into it.
  if (isDeeperThan(action.details, MAX_ACTION_DEPTH)) throw new InvalidInputError(`What is to be approved stands in more than ${MAX_ACTION_DEPTH} levels of lists and objects.`, { hint: 'Make it flatter; nobody could read it.' });
  const bytes = Buffer.byteLength(JSON.stringify(action));
  if (bytes > MAX_ACTION_BYTES) throw new InvalidInputError(`What is to be approved has ${bytes} bytes; at most ${MAX_ACTION_BYTES} can be shown to a person.`, { hint: 'Put large content into a file and let the approval name it with its hash.' });
}

export interface Decide {
  id: string;
  /** Of the action the person saw. */
  hash: string;
  decision: 'approve' | 'reject';
  by: string;
  /** What is to be done instead; checked by the rules of its kind before. */
  edited?: ApprovalAction['details'];
  reason?: string;
  /** Where the approver is named, when it is not in the store. */
  approverFrom?: 'environment';
}

/**
 * @throws {ApprovalNotOpenError} decided, withdrawn or expired before
 * @throws {ApprovalChangedError} when the hash is of another action
 * @throws {SelfApprovalError}
 */
export function deciding(before: Approval, { hash, decision, by, edited, reason, approverFrom }: Decide, nowMs: number): Change {
  const approval = asOf(before, nowMs);
  if (approval.status !== 'open') throw new ApprovalNotOpenError(approval.id, approval.status, approval.decision?.by);
  if (hash !== approval.hash) throw new ApprovalChangedError(approval.id, `its hash is ${approval.hash}`);
  assertUntouched(approval);
  if (decision === 'approve' && wants(approval, by)) throw new SelfApprovalError(by);
  const action = decision === 'approve' && edited !== undefined ? { ...approval.action, details: edited } : approval.action;
  assertSize(action);
  const newHash = actionHash(action);
  const said = reason?.trim().slice(0, MAX_REASON_CHARACTERS);
  return {
    approval: {
      ...approval,
      action,
      hash: newHash,
      status: decision === 'approve' ? 'approved' : 'rejected',
      decision: { decision, by, atMs: nowMs, ...(said && { reason: said }) },
      expiresAtMs: nowMs + USE_WITHIN_MS,
    },
    fact: { event: decision === 'approve' ? 'approved' : 'rejected', approvalId: approval.id, by, actionHash: newHash, facts: { edited: newHash !== approval.hash, ...(said && { reason: said }), ...(approverFrom && { approverFrom }) } },
  };
}

function wants({ askedBy, alsoAskedBy = [] }: Approval, name: string): boolean {
  return [askedBy, ...alsoAskedBy].some((asker) => isAsker(asker, name));
}

/** @throws {ApprovalNotOpenError} once it is being done */
export function withdrawing(before: Approval, by: string, nowMs: number): Change {
  const approval = asOf(before, nowMs);
  if (approval.status !== 'open' && approval.status !== 'approved') throw new ApprovalNotOpenError(approval.id, approval.status, approval.decision?.by);
  return { approval: { ...approval, status: 'withdrawn', withdrawnBy: by }, fact: { event: 'withdrawn', approvalId: approval.id, by, actionHash: approval.hash, facts: {} } };
}

export interface Claim {
  id: string;
  /** Of the action that is about to be done. */
  hash: string;
  /** Who does it. After a crash it is taken up again only under the same name, so name the run rather than the process. */
  executor: string;
}

/**
 * Takes the right to act, once. The same executor may take it again: then it was cut in the middle, and its effect must be one that can be repeated.
 *
 * @returns undefined for the change when the executor had it already
 * @throws {NotApprovedError}
 * @throws {ApprovalChangedError}
 * @throws {ApprovalInDoubtError}
 */
export function claiming(before: Approval, { hash, executor }: Claim, nowMs: number): Change | undefined {
  const approval = asOf(before, nowMs);
  if (approval.status === 'executing') {
    if (approval.executor !== executor) throw new ApprovalInDoubtError(approval.id, approval.executor ?? 'somebody');
    if (hash !== approval.hash) throw new ApprovalChangedError(approval.id, 'it differs from what was approved');
    return undefined;
  }
  if (approval.status !== 'approved') throw new NotApprovedError(approval.id, approval.status, approval.decision?.by);
  if (hash !== approval.hash) throw new ApprovalChangedError(approval.id, 'it differs from what was approved');
  assertUntouched(approval);
  return { approval: { ...approval, status: 'executing', executor }, fact: { event: 'claimed', approvalId: approval.id, by: executor, actionHash: hash, facts: {} } };
}

/** @returns undefined when it is done already @throws {NotApprovedError} when this executor never claimed it */
export function finishing(approval: Approval, executor: string): Change | undefined {
  if (approval.status === 'done' && approval.executor === executor) return undefined;
  if (approval.status !== 'executing' || approval.executor !== executor) throw new NotApprovedError(approval.id, approval.status, approval.decision?.by);
  return { approval: { ...approval, status: 'done' }, fact: { event: 'done', approvalId: approval.id, by: executor, actionHash: approval.hash, facts: {} } };
}

/** @returns undefined while it has time, or when it has ended */
export function expiring(before: Approval, nowMs: number): Change | undefined {
  const approval = asOf(before, nowMs);
  if (approval.status === before.status) return undefined;
  return { approval, fact: { event: 'expired', approvalId: approval.id, by: 'time', actionHash: approval.hash, facts: { was: before.status } } };
}

/** How it stands now: time decides where nobody did. */
export function asOf(approval: Approval, nowMs: number): Approval {
  const isOver = (approval.status === 'open' || approval.status === 'approved') && approval.expiresAtMs <= nowMs;
  return isOver ? { ...approval, status: 'expired' } : approval;
}

/** A store that somebody wrote into by hand gives no rights. */
function assertUntouched(approval: Approval): void {
  if (actionHash(approval.action) !== approval.hash) throw new ApprovalChangedError(approval.id, 'what is stored is not what was asked for');
}
