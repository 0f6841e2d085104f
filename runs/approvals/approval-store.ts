import { InvalidInputError } from '../../kernel';
import type { Approval, ApprovalStatus, NewApproval } from './approval';
import type { AuditEntry, AuditHead } from './audit';
import type { Claim, Decide } from './transitions';

/** Where approvals live, with their audit log. Several processes may call at once; every method is one atomic step that leaves its line in the log. */
export interface ApprovalStore {
  /**
   * Asks once: the same action again is answered with the approval there is, whatever became of it; one that was withdrawn by a stop is open again.
   * @throws {TooManyApprovalsError}
   * @throws {InvalidInputError}
   */
  ask(asked: NewApproval): Promise<{ approval: Approval; created: boolean }>;

  /** As it stands now. @throws {ApprovalNotFoundError} */
  read(id: string): Promise<Approval>;

  /** Newest first. @param filter.limit 1..500 */
  list(filter: ApprovalFilter): Promise<Approval[]>;

  /** The first decision holds. @throws {ApprovalNotFoundError | ApprovalNotOpenError | ApprovalChangedError | SelfApprovalError} */
  decide(decide: Decide): Promise<Approval>;

  /** @throws {ApprovalNotFoundError | ApprovalNotOpenError} */
  withdraw(id: string, by: string): Promise<Approval>;

  /** Takes the right to act, once; see `claiming`. @throws {ApprovalNotFoundError | NotApprovedError | ApprovalChangedError | ApprovalInDoubtError} */
  claim(claim: Claim): Promise<Approval>;

  /** It was done. @throws {ApprovalNotFoundError | NotApprovedError} */
  finish(id: string, executor: string): Promise<Approval>;

  /** Writes down which approvals time has ended, a few at a time, and lets go of lines of the log whose own time is over. @returns those approvals */
  expireDue(limit: number): Promise<Approval[]>;

  /**
   * Lines of the audit log behind a place (1 for the first that ever was), oldest first, and its head, of one moment.
   * @param limit 1..1000 @returns `last`: the place of the last of them, to go on behind
   */
  audit(after: number, limit: number): Promise<{ entries: AuditEntry[]; last: number; head: AuditHead }>;
}

export interface ApprovalFilter {
  status?: ApprovalStatus;
  runId?: string;
  limit: number;
}

const MAX_PER_LIST = 500;
const MAX_LINES = 1_000;

/** @throws {InvalidInputError} */
export function assertApprovalLimit(limit: number, most = MAX_PER_LIST): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return;
  throw new InvalidInputError(`Asked for a list of ${limit}.`, { hint: `Ask for 1 to ${most}.` });
}

/** @throws {InvalidInputError} */
export function assertAuditLimit(limit: number): void {
  assertApprovalLimit(limit, MAX_LINES);
}

export function matches({ status, runId }: ApprovalFilter, approval: Approval): boolean {
  return (status === undefined || approval.status === status) && (runId === undefined || approval.action.runId === runId);
}
