import { AiosError, errorFacts } from '../kernel';
import type { ToolCall } from '../router';
import { type Approval, isDenied } from '../runs';
import type { AgentDeps } from './deps';

/** A tool call waits for a person; the attempt is taken up again under its number when he has decided. */
export class WaitsForApprovalError extends AiosError {
  readonly code = 'WAITS_FOR_APPROVAL';
  readonly kind = 'user';
  constructor({ title }: Approval) {
    super(`It waits for a person to approve: ${title}`, { hint: 'Decide the approval; the run then goes on with this call.' });
  }
}

/** Of an approval's title. */
const MAX_TITLE_CHARACTERS = 200;

/** Carries a call out when a person has approved exactly this one, and at most once. A call with a `risk` is a change of files, about which the policy may ask nobody. */
export type ToolGate = (call: ToolCall, key: string, carryOut: () => Promise<string>, risk?: string) => Promise<string>;

/** @param owner the n8n execution, for the log. Each try claims under a name of its own: none does again what another may have done, be it after a crash or as n8n's "Retry On Fail". */
export function toolGate(deps: Pick<AgentDeps, 'approvals' | 'makeId'>, { runId, taskId, owner }: { runId: string; taskId: string; owner: string }): ToolGate {
  return async ({ name, arguments: args }, key, carryOut, risk) => {
    const { approvals, makeId } = deps;
    const approval = await approvals.ask({
      action: { kind: risk === undefined ? 'toolCall' : 'fileChange', occasion: `${runId}/${key}`, runId, taskId, details: { tool: name, arguments: args } },
      title: risk === undefined ? `Task ${taskId} wants to call ${name}` : `Task ${taskId} wants to ${risk}`.slice(0, MAX_TITLE_CHARACTERS),
    });
    if (!approval) return await carryOut();
    if (approval.status === 'open') throw new WaitsForApprovalError(approval);
    if (isDenied(approval)) return `Not carried out: a person did not approve it${approval.decision?.reason ? ` (${approval.decision.reason})` : ''}. Go on without it.`;
    try {
      return await approvals.execute({ id: approval.id, hash: approval.hash, executor: `execution ${owner}, try ${makeId()}` }, carryOut);
    } catch (error) {
      const { code, message } = errorFacts(error);
      if (code !== 'APPROVAL_IN_DOUBT' && code !== 'NOT_APPROVED') throw error;
      return `Not carried out again: ${message} It may have been carried out before.`;
    }
  };
}
