import { AiosError, contentHash, errorFacts, sha256, type JsonObject, type MakeId } from '../kernel';
import type { Approval, Approvals } from '../runs';
import type { FileChange, Risk, Workspace } from '../workspace';

/** A risky change of files waits for a person; made again after his yes, it goes through. */
export class ChangeWaitsError extends AiosError {
  readonly code = 'WAITS_FOR_APPROVAL';
  readonly kind = 'user';
  constructor({ id, title }: Approval) {
    super(`It waits for a person to approve: ${title} (approval ${id})`, { hint: 'Approve it ("aios approvals", or the page of approvals), then do the same again: nothing was changed so far. What needs nobody says approvals.yaml in the team\'s folder.' });
  }
}

export class ChangeDeniedError extends AiosError {
  readonly code = 'CHANGE_DENIED';
  readonly kind = 'user';
  constructor({ title, decision }: Approval) {
    super(`Not done: a person did not approve: ${title}${decision?.reason ? ` (${decision.reason})` : ''}.`, { hint: 'Nothing was changed. The same change on other files is another question.' });
  }
}

export interface AskedChange {
  workspace: Workspace;
  project: string;
  change: FileChange;
  /** Role, workflow or person; may not approve it. */
  askedBy: string;
  /** For the log, for instance the n8n execution. */
  executor: string;
}

/** Carries a change of files out: at once where it is everyday work or the policy asks nobody, else when a person has approved exactly this one. */
export interface FileGate {
  /** @throws {ChangeWaitsError} @throws {ChangeDeniedError} */
  through<T>(asked: AskedChange, carryOut: () => Promise<T>): Promise<T>;
}

/** The same change of the same files may be wanted again so often while its approvals are kept. */
const MAX_TIMES = 50;
const MAX_SHOWN_FILES = 100;
const MAX_SHOWN_CHARACTERS = 20_000;

export function createFileGate({ approvals, makeId }: { approvals: Approvals; makeId: MakeId }): FileGate {
  return {
    async through(asked, carryOut) {
      const risk = await asked.workspace.riskOf(asked.change);
      const approval = risk && (await currentApproval(approvals, asked, risk));
      if (!approval) return await carryOut();
      if (approval.status === 'open') throw new ChangeWaitsError(approval);
      if (approval.status === 'rejected') throw new ChangeDeniedError(approval);
      return await approvals.execute({ id: approval.id, hash: approval.hash, executor: `${asked.executor}, try ${makeId()}` }, carryOut);
    },
  };
}

/** What was done or ran out before is asked about anew; a no to the same change of the same files stays one. */
async function currentApproval(approvals: Approvals, asked: AskedChange, risk: Risk): Promise<Approval | undefined> {
  const details = await detailsOf(asked, risk);
  for (let times = 1; ; times++) {
    const approval = await approvals.ask({
      action: { kind: 'fileChange', occasion: `${sha256(asked.project).slice(0, 16)}/${contentHash(details)}/${times}`, details },
      title: `${asked.askedBy} wants to ${risk.what} in project ${asked.project}`.slice(0, 200),
      askedBy: asked.askedBy,
    });
    if (!approval || !['done', 'expired', 'withdrawn', 'executing'].includes(approval.status) || times === MAX_TIMES) return approval;
  }
}

/** Exactly this change, on exactly these files as they stand. */
async function detailsOf({ workspace, project, change }: AskedChange, { files, what }: Risk): Promise<JsonObject> {
  const standing = await Promise.all(files.map(async (path) => [path, await versionOf(workspace, path)] as const));
  return { project, change: changeFacts(change), what, files: files.slice(0, MAX_SHOWN_FILES), standing: contentHash(standing) };
}

function changeFacts(change: FileChange): JsonObject {
  switch (change.kind) {
    case 'write':
      return { kind: change.kind, path: change.path, sha256: sha256(change.content) };
    case 'patch':
      return { kind: change.kind, sha256: sha256(change.diff), diff: change.diff.slice(0, MAX_SHOWN_CHARACTERS) };
    case 'unpack':
      return { kind: change.kind, sha256: sha256(change.archive) };
    default:
      return { ...change };
  }
}

async function versionOf({ files }: Workspace, path: string): Promise<string | null> {
  try {
    return (await files.read(path)).version;
  } catch (error) {
    // What the role may write and not read, or what is not there: other writers still find a conflict.
    if (['FILE_NOT_FOUND', 'PATH_FORBIDDEN'].includes(errorFacts(error).code)) return null;
    throw error;
  }
}
