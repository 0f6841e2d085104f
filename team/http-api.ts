import { InvalidInputError, errorFacts, type Logger } from '../kernel';
import { DEFAULT_SINCE, readSince, type Insights } from '../insights';
import type { Ledger } from '../router';
import { strictestPrivacy } from '../privacy';
import { approverOf, personKey, readControl, readNewGoal, unproven, type Approvals, type Approver, type ApproverStore, type EventLog, type NewGoal, type Run, type RunStore, type Steering } from '../runs';
import type { RunFiles } from '../workspace';
import type { ApprovalVisits } from './approval-visits';
import type { ApprovalsApi } from './approvals-api';
import { bearerToken, isSameToken } from './bearer';
import type { RequestLimiter } from './drivers/request-limiter';
import { jsonAnswer, problem, problemFromError } from './http-problem';
import { jsonBody } from './json-body';
import { runView } from './run-view';
import type { HttpAnswer, HttpRequest, TeamHttpApi } from './team';

const MAX_KEY_CHARACTERS = 200;
const EVENTS_PER_ANSWER = 500;

export interface HttpApiDeps {
  apiToken: string | undefined;
  runs: RunStore;
  steering: Steering;
  events: EventLog;
  files: RunFiles;
  ledger: Ledger;
  insights: Insights;
  approvals: Approvals;
  approvers: Pick<ApproverStore, 'list'>;
  approvalsApi: ApprovalsApi;
  approvalVisits: ApprovalVisits;
  limiter: RequestLimiter;
  nowMs(): number;
  log: Logger;
}

type Routes = Record<HttpRequest['route'], (request: HttpRequest) => Promise<HttpAnswer>>;

/** The team's HTTP interface (docs/openapi.yaml). */
export function createHttpApi(deps: HttpApiDeps): TeamHttpApi {
  // Each with the guard of its own: these let approvers in.
  const open: Partial<Routes> = { approvals: deps.approvalsApi.show, decideApproval: deps.approvalsApi.decide, approvalPage: deps.approvalVisits.ask, approvalForm: deps.approvalVisits.answer };
  const routes: Omit<Routes, 'approvals' | 'decideApproval' | 'approvalPage' | 'approvalForm'> = {
    createTask: (request) => createTask(request, deps),
    readTask: (request) => readTask(request, deps),
    artifact: (request) => readArtifact(request, deps),
    events: (request) => readEvents(request, deps),
    stats: (request) => readStats(request, deps),
    metrics: () => readMetrics(deps),
    control: (request) => control(request, deps),
  };
  return {
    answer: async (request) => {
      try {
        const own = open[request.route];
        if (own) return await own(request);
        return (await refusal(request, deps)) ?? (await routes[request.route as keyof typeof routes](request));
      } catch (error) {
        const facts = errorFacts(error);
        if (facts.kind === 'bug') deps.log.error(`HTTP ${request.route} failed: ${facts.message}`, { code: facts.code });
        return problemFromError(error);
      }
    },
  };
}

/** Rate limit first, so that guessing tokens is slow; then the token. */
async function refusal(request: HttpRequest, deps: HttpApiDeps): Promise<HttpAnswer | undefined> {
  const waitS = await deps.limiter.secondsToWait(request.remoteAddress);
  if (waitS > 0) return problem(429, 'Too many requests', `Try again in ${waitS} s.`, { headers: { 'Retry-After': String(waitS) } });
  if (!deps.apiToken) {
    return problem(503, 'The HTTP interface is closed', 'No API token is set for this team, so nobody may use its HTTP interface.', { code: 'NO_API_TOKEN', hint: 'Set "API Token" in the credential "AIOS Team" of the Team API Trigger, or AIOS_API_TOKEN in n8n\'s environment.' });
  }
  const mayAsk = isSameToken(bearerToken(request.authorization), deps.apiToken) || (request.route === 'createTask' && (await askingApprover(request, deps)) !== undefined);
  if (!mayAsk) {
    return problem(401, 'Unauthorized', 'The request needs the header "Authorization: Bearer <API token>" with the token of this team.', { code: 'UNAUTHORIZED', headers: { 'WWW-Authenticate': 'Bearer realm="aios"' } });
  }
  return undefined;
}

async function createTask(request: HttpRequest, deps: HttpApiDeps): Promise<HttpAnswer> {
  const body = jsonBody(request);
  const key = idempotencyKey(request);
  const newGoal = readNewGoal(body, request.limits, deps.nowMs());
  const submittedBy = await submitterOf(request, newGoal.submittedBy, deps);
  const { run, created } = await deps.runs.create({ ...newGoal, submittedBy, workflowId: request.workflowId, ...(key && { idempotencyKey: key }) });
  if (!created && !isSameRequest(run, { ...newGoal, submittedBy })) return problem(422, 'Idempotency key reused', 'This Idempotency-Key was used before with another goal, by another submitter or with a weaker privacy.', { code: 'IDEMPOTENCY_KEY_REUSED', hint: 'Use a new key for each new goal.' });
  const statusUrl = `${request.baseUrl}/tasks?id=${encodeURIComponent(run.id)}`;
  if (!created) return jsonAnswer(202, { runId: run.id, statusUrl }, { headers: { Location: statusUrl, 'Idempotency-Replayed': 'true' } });
  await tellCreated(run.id, deps);
  return jsonAnswer(202, { runId: run.id, statusUrl }, { headers: { Location: statusUrl }, start: { runId: run.id, goal: run.goal } });
}

/** An approver's own token says who asks. All others have the team's token in common, so a name is only what one of them has sent. */
async function submitterOf(request: HttpRequest, sent: string | undefined, deps: HttpApiDeps): Promise<string | undefined> {
  const approver = await askingApprover(request, deps);
  if (!approver) return sent === undefined ? undefined : unproven(sent);
  if (sent === undefined || personKey(sent) === personKey(approver.name)) return approver.name;
  throw new InvalidInputError(`"submittedBy" is ${JSON.stringify(sent)}, and the token belongs to ${approver.name}.`, { hint: 'Leave "submittedBy" away: the token says who you are.' });
}

async function askingApprover({ authorization }: HttpRequest, { approvers }: HttpApiDeps): Promise<Approver | undefined> {
  const token = bearerToken(authorization);
  return token === undefined ? undefined : approverOf(token, await approvers.list());
}

/** Pause, resume, stop. Resuming a run that was stopped starts its workflow. */
async function control(request: HttpRequest, { steering }: HttpApiDeps): Promise<HttpAnswer> {
  const { action, scope } = readControl(jsonBody(request));
  const answer = (runs: readonly Run[]) => ({ action, scope, runs: runs.map(({ id, status }) => ({ runId: id, status })) });
  if (action === 'stop') return jsonAnswer(200, answer(await steering.stop(scope)));
  if (action === 'pause') {
    await steering.pause(scope);
    return jsonAnswer(200, answer([]));
  }
  const { start } = await steering.resume(scope);
  return jsonAnswer(200, { ...answer([]), ...(start && { started: start.id }) }, start && { start: { runId: start.id, goal: start.goal } });
}

/** The run is there: without its first event it can still be done, and without an execution it never would be. */
async function tellCreated(runId: string, { events, log }: HttpApiDeps): Promise<void> {
  await events.append({ runId, type: 'run.created', facts: { source: 'http' } }).catch((error: unknown) => {
    log.error('The creation of a run is missing in its event log.', { runId, code: errorFacts(error).code });
  });
}

/** The earlier run may answer for this request only when it is in the same name, or its submitter could approve it, and protects the goal at least as well. */
function isSameRequest(run: Run, asked: Pick<NewGoal, 'goal' | 'limits' | 'submittedBy'>): boolean {
  return run.goal === asked.goal && run.submittedBy === asked.submittedBy && strictestPrivacy(run.limits.privacy, asked.limits.privacy) === run.limits.privacy;
}

async function readTask(request: HttpRequest, deps: HttpApiDeps): Promise<HttpAnswer> {
  return jsonAnswer(200, await runView(required(request, 'id'), deps));
}

async function readArtifact(request: HttpRequest, deps: HttpApiDeps): Promise<HttpAnswer> {
  const runId = required(request, 'id');
  const path = required(request, 'path');
  await deps.runs.read(runId);
  const body = await deps.files.read(runId, path);
  const name = path.split('/').at(-1) ?? 'file';
  return {
    status: 200,
    // Files come from models: a browser must save them, never run them in n8n's origin.
    contentType: 'application/octet-stream',
    headers: { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`, 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': "sandbox; default-src 'none'", 'Cache-Control': 'no-store' },
    body,
  };
}

async function readEvents(request: HttpRequest, deps: HttpApiDeps): Promise<HttpAnswer> {
  const runId = required(request, 'id');
  const after = Number(request.query.after ?? '0');
  if (!Number.isSafeInteger(after) || after < 0) throw new InvalidInputError('"after" must be a whole number, the "next" of the answer before.', { hint: 'Leave it away to read from the beginning.' });
  await deps.runs.read(runId);
  const events = await deps.events.after(runId, after, EVENTS_PER_ANSWER);
  return jsonAnswer(200, { runId, events, next: events.at(-1)?.sequence ?? after });
}

async function readStats(request: HttpRequest, { insights, nowMs }: HttpApiDeps): Promise<HttpAnswer> {
  return jsonAnswer(200, await insights.stats({ sinceMs: readSince(request.query.since ?? DEFAULT_SINCE, nowMs()) }));
}

async function readMetrics({ insights }: HttpApiDeps): Promise<HttpAnswer> {
  return { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', headers: { 'Cache-Control': 'no-store' }, body: await insights.metrics() };
}

function idempotencyKey(request: HttpRequest): string | undefined {
  const key = request.idempotencyKey?.trim();
  if (key && key.length > MAX_KEY_CHARACTERS) throw new InvalidInputError(`The Idempotency-Key has ${key.length} characters; the limit is ${MAX_KEY_CHARACTERS}.`, { hint: 'A UUID is enough.' });
  return key || undefined;
}

function required(request: HttpRequest, name: string): string {
  const value = request.query[name]?.trim();
  if (!value) throw new InvalidInputError(`The query parameter "${name}" is missing.`, { hint: name === 'id' ? 'Use the runId that POST /tasks answered with.' : 'Use a path from the "artifacts" of GET /tasks.' });
  return value;
}
