import { AiosError } from '../../kernel';
import type { ApprovalStatus } from './approval';

export class ApprovalNotFoundError extends AiosError {
  readonly code = 'APPROVAL_NOT_FOUND';
  readonly kind = 'user';
  constructor(id: string) {
    super(`There is no approval "${id.slice(0, 80)}" in this team.`, { hint: 'List the approvals and take an id from there; they are kept for 30 days.' });
  }
}

/** The action is not the one that was seen, or not the one that was approved. */
export class ApprovalChangedError extends AiosError {
  readonly code = 'APPROVAL_CHANGED';
  readonly kind = 'user';
  constructor(id: string, what: string) {
    super(`Approval "${id}" is bound to another action: ${what}.`, { hint: 'Look at the approval again and decide on what it shows now.' });
  }
}

export class ApprovalNotOpenError extends AiosError {
  readonly code = 'APPROVAL_NOT_OPEN';
  readonly kind = 'user';
  constructor(id: string, status: ApprovalStatus, by?: string) {
    super(`Approval "${id}" cannot be decided any more: ${describeStatus(status, by)}.`, { hint: status === 'expired' ? 'Start the goal again; nothing was done.' : 'Nothing to do: the first decision holds.' });
  }
}

/** Something is to be done that nobody approved, or that was done already. */
export class NotApprovedError extends AiosError {
  readonly code = 'NOT_APPROVED';
  readonly kind = 'user';
  constructor(id: string, status: ApprovalStatus, by?: string) {
    super(`Approval "${id}" gives no right to act: ${describeStatus(status, by)}.`, { hint: 'Each approval is used once. Ask again for what is still wanted.' });
  }
}

export class SelfApprovalError extends AiosError {
  readonly code = 'SELF_APPROVAL';
  readonly kind = 'user';
  constructor(name: string) {
    super(`${name} asked for this, so ${name} may not approve it.`, { hint: 'Somebody else must decide.' });
  }
}

/** Another execution claimed it and was never heard of again: it may have been done. */
export class ApprovalInDoubtError extends AiosError {
  readonly code = 'APPROVAL_IN_DOUBT';
  readonly kind = 'user';
  constructor(id: string, executor: string) {
    super(`Approval "${id}" was claimed by ${executor}, which has not said how it ended.`, { hint: 'See whether it was done; ask again if it was not.' });
  }
}

export class TooManyApprovalsError extends AiosError {
  readonly code = 'TOO_MANY_APPROVALS';
  readonly kind = 'user';
  constructor(limit: number) {
    super(`${limit} approvals are open in this team; no more are taken.`, { hint: 'Decide some of them, and see what asks so often.' });
  }
}

export class ApproverExistsError extends AiosError {
  readonly code = 'APPROVER_EXISTS';
  readonly kind = 'user';
  constructor(name: string) {
    super(`There is an approver "${name}" already.`, { hint: 'Remove it first to give it a new token.' });
  }
}

/** So many others wrote at the same time that a write never had its turn. */
export class ApprovalContendedError extends AiosError {
  readonly code = 'APPROVAL_CONTENDED';
  readonly kind = 'temporary';
  constructor(tries: number) {
    super(`The approvals of this team were changed by others each time one of ${tries} writes was made.`, { hint: 'Try again.' });
  }
}

function describeStatus(status: ApprovalStatus, by: string | undefined): string {
  const who = by === undefined ? '' : ` by ${by}`;
  return { open: 'it waits for a person', approved: `it was approved${who}`, rejected: `it was rejected${who}`, expired: 'its time is over', withdrawn: 'it was withdrawn', executing: `it was approved${who} and is being done`, done: `it was approved${who} and done` }[status];
}
