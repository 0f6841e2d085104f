import { visibleText } from '../../kernel';
import type { Terminal } from '../command';
import { styled } from '../styled';
import { plainLines, plainText } from '../text/plain-text';
import { wrap } from '../text/wrap';
import type { ApprovalView } from './approval-view';

type Look = Pick<Terminal, 'columns' | 'colour'>;

/** Approvals for a person, two lines each. */
export function approvalsText(approvals: readonly ApprovalView[], look: Look): string {
  if (approvals.length === 0) return 'Nothing waits for a person.';
  return approvals.flatMap((approval) => [...wrap(visibleText(approval.title), look.columns), `  ${facts(approval)}`, `  ${approval.id}`]).join('\n');
}

/** One, with the exact action. What is in it may come from a model. */
export function approvalText(approval: ApprovalView, look: Look): string {
  return [
    styled('bold', visibleLine(approval.title), look),
    facts(approval),
    `asked by ${visibleLine(approval.askedBy)}${approval.runId === undefined ? '' : `, run ${plainText(approval.runId)}`}`,
    `hash ${approval.hash}`,
    ...(approval.action === undefined ? [] : ['', plainLines(visibleText(JSON.stringify(approval.action, undefined, 2)))]),
  ].join('\n');
}

/** What hides is written out: a person must see what he approves. */
function visibleLine(text: string): string {
  return plainText(visibleText(text));
}

function facts({ kind, status, expiresAtMs, decision }: ApprovalView): string {
  const until = new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ');
  if (decision) return `${kind}, ${status} by ${plainText(decision.by)}${decision.reason ? `: ${plainText(decision.reason)}` : ''}`;
  return status === 'open' ? `${kind}, open until ${until} UTC` : `${kind}, ${status}`;
}
