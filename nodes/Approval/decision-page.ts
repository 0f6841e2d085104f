import type { IWebhookFunctions } from 'n8n-workflow';
import type { Approval } from '../../runs';
import type { HttpAnswer, Team } from '../../team';
import { teamBundle, withTeam } from '../shared/open-team';
import { itemError } from '../shared/to-node-error';

const CONFLICT = 409;
const MOST_LISTED = 500;

/**
 * Answers whoever came by the link of a waiting execution. A GET is shown the question. A POST may carry an approver's token and a decision, which
 * the team's HTTP interface takes or refuses; without them it only looks whether somebody has decided.
 * Only the latest question of the node in this execution counts.
 *
 * @returns the approval when it is decided and the execution may go on. Throws nothing: n8n would end the waiting execution
 */
export async function answerToVisitor(context: IWebhookFunctions): Promise<Approval | undefined> {
  try {
    return await withTeam(context, async (team) => await answered(context, team));
  } catch (error) {
    const { message, code, hint } = itemError(error);
    context.logger.error(`[aios] The page of an approval could not be shown: ${message}`, { code });
    send(context, 503, teamBundle().problemPage({ message, hint }));
    return undefined;
  }
}

async function answered(context: IWebhookFunctions, team: Team): Promise<Approval | undefined> {
  const request = context.getRequestObject();
  const id = textOf(request.query?.approval);
  const form = request.method === 'POST' ? (context.getBodyData() as Record<string, unknown> | undefined) : undefined;
  const token = textOf(form?.token).trim();
  let answer: HttpAnswer | undefined;
  if (token !== '') {
    answer = await decide(team, id, { ...form, token }, request.ip ?? 'unknown');
    // A conflict: decided before, perhaps elsewhere, and then there is only to go on; or another action than was seen, which is shown now.
    if (answer.status >= 400 && answer.status !== CONFLICT) {
      send(context, answer.status, teamBundle().problemPage(problemOf(answer)));
      return undefined;
    }
  }
  const stored = await team.approvals.read(id);
  const mayGoOn = request.method === 'POST' && (await isWaitedFor(team, stored));
  const approval = mayGoOn ? await settled(team, stored, context.getExecutionId()) : stored;
  const isRefused = answer?.status === CONFLICT;
  send(context, isRefused ? CONFLICT : 200, teamBundle().approvalPage(approval, isRefused ? problemOf(answer!) : undefined));
  return mayGoOn && approval.status !== 'open' ? approval : undefined;
}

/** A loop asks more than once in one execution, and n8n still takes the links of the earlier questions: the latest alone is waited for. */
async function isWaitedFor({ approvals }: Team, { id, status, action: { occasion } }: Approval): Promise<boolean> {
  const place = occasion.slice(0, occasion.lastIndexOf('/') + 1);
  const latest = (await approvals.list({ limit: MOST_LISTED })).find(({ action }) => action.kind === 'workflow' && action.occasion.startsWith(place));
  // Of very many younger ones in the team it may not be found; what was used then stays used.
  return latest === undefined ? status !== 'done' : latest.id === id;
}

async function decide(team: Team, id: string, form: Record<string, unknown>, remoteAddress: string): Promise<HttpAnswer> {
  const wish = { id, hash: textOf(form.hash), decision: textOf(form.decision), ...(textOf(form.reason).trim() !== '' && { reason: textOf(form.reason) }) };
  return await team.http.answer({
    route: 'decideApproval',
    authorization: `Bearer ${textOf(form.token).trim()}`,
    idempotencyKey: undefined,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(wish)),
    query: {},
    baseUrl: '',
    limits: { maxBudgetUsd: null, minPrivacy: 'internal' },
    workflowId: undefined,
    remoteAddress,
  });
}

/** A yes is used up by going on, once, by this execution alone. */
async function settled({ approvals }: Team, approval: Approval, executionId: string): Promise<Approval> {
  if (approval.status !== 'approved' && approval.status !== 'executing') return approval;
  await approvals.execute({ id: approval.id, hash: approval.hash, executor: `execution ${executionId}` }, async () => undefined);
  return await approvals.read(approval.id);
}

function problemOf({ body }: HttpAnswer): { message: string; hint?: string } {
  const { detail, hint } = JSON.parse(String(body)) as { detail: string; hint?: string };
  return { message: detail, hint };
}

function send(context: IWebhookFunctions, status: number, { html, headers }: { html: string; headers: Record<string, string> }): void {
  context.getResponseObject().status(status).set(headers).send(Buffer.from(html));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
