import { type JsonObject, contentHash } from '../../kernel';

/**
 * What may need a person. `plan`: work whose price passes a limit · `task`: one the team cannot finish alone · `toolCall`: of an agent, by a tool
 * that needs a person · `workflow`: asked by the node Approval · `fileChange`, `skill`, `hire`, `selfChange`: risky file operations, activation of a skill, a new role, a change of the team itself.
 */
export const APPROVAL_KINDS = ['plan', 'task', 'toolCall', 'workflow', 'fileChange', 'skill', 'hire', 'selfChange'] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** The exact thing that is to be done. Its hash is what a person says yes to; whatever differs in one character is another action. */
export interface ApprovalAction {
  /** Of this shape; part of the hash, so that an update of the package never reads an old yes in a new way. */
  version: 1;
  kind: ApprovalKind;
  /** Where it comes up, for instance run, task and attempt: the same deed at another time is another action. */
  occasion: string;
  runId?: string;
  taskId?: string;
  details: JsonObject;
}

/**
 * open: waits for a person · approved: may be done once · rejected · expired: nobody decided in time, or nobody used the yes in time; both count as no ·
 * withdrawn: not wanted any more · executing: somebody is doing it · done: it was done, and never will be again.
 */
export const APPROVAL_STATUSES = ['open', 'approved', 'rejected', 'expired', 'withdrawn', 'executing', 'done'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

export interface ApprovalDecision {
  decision: 'approve' | 'reject';
  /** Name of the approver, or `policy`. */
  by: string;
  atMs: number;
  reason?: string;
}

export interface Approval {
  /** Made from the hash of the action as it was asked for: asking for the same again finds the same approval. */
  id: string;
  status: ApprovalStatus;
  /** One line for a list. */
  title: string;
  /** Who wants it done; may not approve it. */
  askedBy: string;
  /** Who else may not: the run's submitter and whoever its plan was made for. */
  alsoAskedBy?: string[];
  asked: ApprovalAction;
  /** What will be done: as asked, or as the approver edited it. */
  action: ApprovalAction;
  /** Of `action`. */
  hash: string;
  createdAtMs: number;
  /** Until then a person may decide; after a yes: until then it may be done. */
  expiresAtMs: number;
  decision?: ApprovalDecision;
  /** Who is doing it, or has done it. */
  executor?: string;
  /** In whose name it was withdrawn. */
  withdrawnBy?: string;
  /** Where an n8n execution waits for the decision. Calling it only makes the execution look here. */
  wakeUrl?: string;
}

export interface NewApproval {
  action: Omit<ApprovalAction, 'version'>;
  title: string;
  askedBy: string;
  alsoAskedBy?: string[];
  /** How long a person has, 1 minute to 14 days; default 7 days. */
  lifetimeMs?: number;
  wakeUrl?: string;
}

export const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
export const DEFAULT_LIFETIME_MS = 7 * DAY_MS;
export const MAX_LIFETIME_MS = 14 * DAY_MS;
/** A yes that nobody used within this time is over: the world it was given in is. */
export const USE_WITHIN_MS = 7 * DAY_MS;
/** Most approvals that may be open in one team; a team that asks for more asks wrongly. */
export const MAX_OPEN_APPROVALS = 500;
export const MAX_ACTION_BYTES = 256 * 1024;
/** Each level indents what is shown; a plan has 6. */
export const MAX_ACTION_DEPTH = 32;
export const MAX_NAME_CHARACTERS = 200;
export const MAX_TITLE_CHARACTERS = 200;
export const MAX_REASON_CHARACTERS = 2_000;

export function actionHash(action: ApprovalAction): string {
  return contentHash(action);
}

const ID_CHARACTERS = 32;

/** The id under which an action is asked for. */
export function approvalId(action: ApprovalAction): string {
  return actionHash(action).slice(0, ID_CHARACTERS);
}

/** In this name a stop withdraws what its runs have asked. Whoever goes on with such a run asks again. */
export const WITHDRAWN_BY_STOP = 'a stop';

/** Was it neither answered nor given up, but taken back with its run? */
export function wasStopped({ status, withdrawnBy }: Approval): boolean {
  return status === 'withdrawn' && withdrawnBy === WITHDRAWN_BY_STOP;
}

/** Rejected, expired or withdrawn: it will not be done. */
export function isDenied({ status }: Approval): boolean {
  return status === 'rejected' || status === 'expired' || status === 'withdrawn';
}
