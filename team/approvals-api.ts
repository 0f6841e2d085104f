import { z } from 'zod';
import { InvalidInputError, errorFacts, type JsonValue, type Logger } from '../kernel';
import { APPROVAL_STATUSES, type Approval, type Approvals, type Approver, type ApproverStore, type Decisions, type EventLog, type RunStore, type Steering, approverOf, endDeniedRun, endExpired, isDenied } from '../runs';
import { bearerToken, isSameToken } from './bearer';
import type { RequestLimiter } from './drivers/request-limiter';
import { jsonAnswer, problem } from './http-problem';
import { jsonBody } from './json-body';
import type { HttpAnswer, HttpRequest } from './team';

export interface ApprovalsApiDeps {
  apiToken: string | undefined;
  approvals: Approvals;
  decisions: Decisions;
  approvers: ApproverStore;
  runs: RunStore;
  steering: Pick<Steering, 'pauseOf'>;
  events: EventLog;
  limiter: RequestLimiter;
  decisionLimiter: RequestLimiter;
  log: Logger;
}

/** The only way to a decision: a POST with an approver's own token. */
export interface ApprovalsApi {
  /** With `id`: one, with the exact action. @throws {AiosError} */
  show(request: HttpRequest): Promise<HttpAnswer>;
  /** @throws {AiosError} */
  decide(request: HttpRequest): Promise<HttpAnswer>;
}

const LISTED = 200;

const decisionSchema = z.strictObject({
  id: z.string({ error: 'must be the id of an approval' }).max(100),
  hash: z.string({ error: 'must be the hash of the action you saw' }).max(100),
  decision: z.enum(['approve', 'reject'], { error: 'must be "approve" or "reject"' }),
  edited: z.json({ error: 'must be JSON' }).optional(),
  reason: z.string({ error: 'must be a text' }).max(2_000, 'is longer than 2,000 characters').optional(),
});

export function createApprovalsApi(deps: ApprovalsApiDeps): ApprovalsApi {
  return {
    async show(request) {
      const waitS = await deps.limiter.secondsToWait(request.remoteAddress);
      if (waitS > 0) return tooMany(waitS);
      return (await readerRefusal(request, deps)) ?? (await shown(request, deps));
    },

    async decide(request) {
      // Before the token is looked at, and for right ones too: else guesses would still be answered.
      const waitS = await deps.decisionLimiter.secondsToWait(request.remoteAddress);
      if (waitS > 0) return tooMany(waitS);
      const approvers = await deps.approvers.list();
      const approver = approverIn(request, approvers);
      return approver ? await decided(request, approver, deps) : decisionRefusal(request, approvers, deps);
    },
  };
}

function approverIn({ authorization }: HttpRequest, approvers: readonly Approver[]): Approver | undefined {
  const token = bearerToken(authorization);
  return token === undefined ? undefined : approverOf(token, approvers);
}

/** Whoever may give goals may see what waits; so may approvers. */
async function readerRefusal(request: HttpRequest, { apiToken, approvers }: ApprovalsApiDeps): Promise<HttpAnswer | undefined> {
  if (apiToken && isSameToken(bearerToken(request.authorization), apiToken)) return undefined;
  const known = await approvers.list();
  if (approverIn(request, known)) return undefined;
  if (!apiToken && known.length === 0) return nobodyMayDecide();
  return problem(401, 'Unauthorized', 'The request needs the header "Authorization: Bearer …" with an approver\'s token, or the API token of this team.', { code: 'UNAUTHORIZED', headers: { 'WWW-Authenticate': 'Bearer realm="aios"' } });
}

function decisionRefusal(request: HttpRequest, approvers: readonly Approver[], { apiToken, log }: ApprovalsApiDeps): HttpAnswer {
  if (approvers.length === 0) return nobodyMayDecide();
  log.warn('Somebody tried to decide an approval without the token of an approver.', { remoteAddress: request.remoteAddress });
  if (apiToken && isSameToken(bearerToken(request.authorization), apiToken)) {
    return problem(403, 'The API token cannot decide', 'This token gives goals to the team; it approves nothing.', { code: 'APPROVER_TOKEN_NEEDED', hint: 'Decide with the token of an approver. "aios approver add NAME" makes one.' });
  }
  return problem(401, 'Unauthorized', 'The request needs the header "Authorization: Bearer …" with the token of an approver.', { code: 'UNAUTHORIZED', headers: { 'WWW-Authenticate': 'Bearer realm="aios approvals"' } });
}

function nobodyMayDecide(): HttpAnswer {
  return problem(503, 'Nobody may decide yet', 'This team has no approver.', { code: 'NO_APPROVER', hint: 'Run "aios approver add NAME" where the team\'s data is; it prints the token once.' });
}

function tooMany(waitS: number): HttpAnswer {
  return problem(429, 'Too many requests', `Try again in ${waitS} s.`, { headers: { 'Retry-After': String(waitS) } });
}

async function shown({ query }: HttpRequest, deps: ApprovalsApiDeps): Promise<HttpAnswer> {
  const { approvals, log } = deps;
  await endExpired(deps, log);
  const id = query.id?.trim();
  if (id) return jsonAnswer(200, wholeView(await approvals.read(id)));
  const status = query.status?.trim() || 'open';
  const known = APPROVAL_STATUSES.find((candidate) => candidate === status);
  if (!known && status !== 'all') throw new InvalidInputError(`There is no status "${status.slice(0, 40)}".`, { hint: `Ask for one of ${APPROVAL_STATUSES.join(', ')}, or all.` });
  const runId = query.runId?.trim() || undefined;
  const found = await approvals.list({ status: known, runId, limit: LISTED });
  return jsonAnswer(200, { approvals: found.map(listView) });
}

async function decided(request: HttpRequest, approver: Approver, deps: ApprovalsApiDeps): Promise<HttpAnswer> {
  const parsed = decisionSchema.safeParse(jsonBody(request));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `"${path.join('.')}" ${message}`)).join('; ');
    throw new InvalidInputError(`The decision cannot be read: ${faults}.`, { hint: 'Send {"id", "hash", "decision": "approve" or "reject"} and, if wanted, "edited" and "reason".' });
  }
  const approval = await deps.decisions.decide({ ...parsed.data, edited: parsed.data.edited as JsonValue | undefined }, approver);
  return jsonAnswer(200, listView(approval), await consequences(approval, deps));
}

/** The decision stands whatever happens here: a run that cannot be gone on with now goes on when its workflow is started again. */
export async function consequences(approval: Approval, deps: ApprovalsApiDeps): Promise<Pick<HttpAnswer, 'start' | 'wakeUrl'>> {
  const wake = approval.wakeUrl === undefined ? {} : { wakeUrl: approval.wakeUrl };
  const { runId } = approval.action;
  if (runId === undefined) return wake;
  try {
    if (isDenied(approval) && (await endDeniedRun(deps, approval))) return wake;
    const { run } = await deps.runs.read(runId);
    // What is paused is started by the sweeper, or by whoever resumes it.
    const mayStart = run.status === 'waiting' && (await deps.steering.pauseOf(run)) === undefined;
    return { ...wake, ...(mayStart && { start: { runId, goal: run.goal } }) };
  } catch (error) {
    deps.log.error('A decision was taken, and its run could not be looked at.', { runId, code: errorFacts(error).code });
    return wake;
  }
}

function listView({ id, status, title, askedBy, action, hash, createdAtMs, expiresAtMs, decision }: Approval) {
  return {
    id, status, kind: action.kind, title, hash, askedBy,
    ...(action.runId !== undefined && { runId: action.runId }),
    ...(action.taskId !== undefined && { taskId: action.taskId }),
    createdAtMs, expiresAtMs,
    ...(decision && { decision }),
  };
}

function wholeView(approval: Approval) {
  return { ...listView(approval), action: approval.action, ...(approval.asked !== approval.action && approval.decision && { asked: approval.asked }) };
}
