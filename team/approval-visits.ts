import { type JsonValue, InvalidInputError, contentHash, errorFacts, isAiosError, isDeeperThan, sha256 } from '../kernel';
import { type Approval, approverOf, checkedName, makeApproverToken } from '../runs';
import { type Page, approvalPage, newTokenPage, problemPage, tokenPage } from './approval-page';
import { type ApprovalsApiDeps, consequences } from './approvals-api';
import { problemFromError } from './http-problem';
import type { HttpAnswer, HttpRequest } from './team';

/** Approvals for a person with a browser: a link that shows nothing without a token, and decides nothing by being opened. */
export interface ApprovalVisits {
  /** A GET: asks for the token. */
  ask(request: HttpRequest): Promise<HttpAnswer>;
  /** A POST of one of our forms: shows the approval to whoever has an approver's token, and takes his decision. */
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

/** More than any plan that may be edited, as a form writes it. */
const MAX_FORM_BYTES = 1024 * 1024;
const MAX_EDITED_DEPTH = 64;

export function createApprovalVisits(deps: ApprovalsApiDeps): ApprovalVisits {
  return {
    async ask({ query, remoteAddress }) {
      const waitS = await deps.limiter.secondsToWait(remoteAddress);
      if (waitS > 0) return tooMany(waitS);
      return query.new === undefined ? pageAnswer(200, tokenPage(query.id?.trim().slice(0, 100) ?? '')) : newToken(query.new);
    },

    async answer(request) {
      // Before the token is looked at, and for right ones too: else guesses would still be answered.
      const waitS = await deps.decisionLimiter.secondsToWait(request.remoteAddress);
      if (waitS > 0) return tooMany(waitS);
      // Before anybody is known: taking apart a form of many megabytes would hold up n8n for minutes.
      if (request.body.byteLength > MAX_FORM_BYTES) return pageAnswer(413, problemPage({ message: 'The form is too large.', hint: 'Decide with "aios approvals decide".' }));
      const form = new URLSearchParams(new TextDecoder().decode(request.body));
      const approver = approverOf(form.get('token')?.trim() ?? '', await deps.approvers.list());
      if (!approver) return pageAnswer(401, problemPage({ message: 'This is not the token of an approver.', hint: 'Go back and type it again. "aios approver add NAME" makes one.' }));
      try {
        const approval = await deps.approvals.read(form.get('id') ?? '');
        if (form.get('decision') === null) return pageAnswer(200, approvalPage(approval));
        const decided = await deps.decisions.decide(wishOf(form, approval), approver);
        return { ...pageAnswer(200, approvalPage(decided)), ...(await consequences(decided, deps)) };
      } catch (error) {
        if (!isAiosError(error)) throw error;
        return pageAnswer(problemFromError(error).status, problemPage({ message: error.message, hint: error.hint }));
      }
    },
  };
}

/** A token of chance and its hash, kept nowhere: it gives no right before whoever runs n8n has put the hash where approvers are named. */
function newToken(name: string): HttpAnswer {
  try {
    const token = makeApproverToken();
    return pageAnswer(200, newTokenPage({ token, entry: `${checkedName(name)}=${sha256(token)}` }));
  } catch (error) {
    const { message, hint } = errorFacts(error);
    return pageAnswer(400, problemPage({ message, hint }));
  }
}

function wishOf(form: URLSearchParams, approval: Approval): Parameters<ApprovalsApiDeps['decisions']['decide']>[0] {
  const decision = form.get('decision') === 'approve' ? 'approve' : 'reject';
  const reason = form.get('reason')?.trim();
  const edited = decision === 'approve' ? editedIn(form, approval) : undefined;
  return { id: approval.id, hash: form.get('hash') ?? '', decision, ...(reason && { reason }), ...(edited !== undefined && { edited }) };
}

/** What the form holds beside the decision; a plan nobody touched is approved as it is. */
function editedIn(form: URLSearchParams, { action }: Approval): JsonValue | undefined {
  if (action.kind === 'task') return { then: form.get('then') ?? 'retry', hint: form.get('hint')?.trim() ?? '' };
  const text = form.get('edited')?.trim();
  if (action.kind !== 'plan' || !text) return undefined;
  const edited = parsed(text);
  if (isDeeperThan(edited, MAX_EDITED_DEPTH)) throw new InvalidInputError(`The edited plan has more than ${MAX_EDITED_DEPTH} levels.`, { hint: 'Go back and mend it there.' });
  const { summary, tasks } = action.details.plan as { summary: string; tasks: JsonValue };
  return contentHash(edited) === contentHash({ summary, tasks }) ? undefined : edited;
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new InvalidInputError(`The edited plan is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { hint: 'Go back and mend it there.', cause });
  }
}

function tooMany(waitS: number): HttpAnswer {
  const answer = pageAnswer(429, problemPage({ message: 'Too many requests.', hint: `Try again in ${waitS} s.` }));
  return { ...answer, headers: { ...answer.headers, 'Retry-After': String(waitS) } };
}

function pageAnswer(status: number, { html, headers: { 'content-type': contentType = 'text/html', ...headers } }: Page): HttpAnswer {
  return { status, contentType, headers, body: html };
}
