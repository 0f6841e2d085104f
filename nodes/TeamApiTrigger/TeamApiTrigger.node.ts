import type { INodeType, INodeTypeDescription, IWebhookDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes, sleep } from 'n8n-workflow';
import type { HttpAnswer, HttpRequest } from '../../team';
import { openTeam } from '../shared/open-team';
import { itemError } from '../shared/to-node-error';
import { teamCredentialTest } from '../shared/team-credential-test';
import { templateHint } from '../shared/template-hint';
import { fields } from './fields';
import { httpRequest } from './http-request';

const WAKE_TIMEOUT_MS = 10_000;
const WAKE_TRIES = 3;
const WAKE_AGAIN_MS = 2_000;

export class TeamApiTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Team API Trigger',
    name: 'teamApiTrigger',
    icon: { light: 'file:team-api-trigger.svg', dark: 'file:team-api-trigger.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: 'HTTP Interface of the Team',
    description: 'Lets programs give the team goals over HTTP, watch the run, decide what waits for a person, and fetch files. Starts the workflow for each new goal, and when a decision lets a run go on.',
    defaults: { name: 'Team API Trigger' },
    triggerPanel: {
      header: 'Give the team goals over HTTP',
      executionsHelp: {
        inactive: 'Two ways to take goals: <br><br><b>To try it</b>, click "Execute step" and POST one goal to <code>/webhook-test/aios/tasks</code>. Its status is read at the address of the published workflow.<br><br><b>To keep it on</b>, publish the workflow: goals are then taken at <code>/webhook/aios/tasks</code>, and every run is in the list of executions.',
        active: 'The workflow is published: goals are taken at <code>/webhook/aios/tasks</code>, and every run is in the <a data-key="executions">list of executions</a>.',
      },
      activationHint: 'Once it works, <a data-key="activate">publish</a> the workflow.',
    },
    eventTriggerDescription: 'Waiting for one goal: POST it to the test address of "POST aios/tasks" above',
    activationMessage: 'Goals are now taken at POST /webhook/aios/tasks.',
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'aiosTeamApi', displayName: 'Credential with API Token', required: false, testedBy: 'aiosTeamApiTest' }],
    hints: [templateHint('04-http-api')],
    // Their names are the routes of team/team.ts. The paths are fixed, so only one workflow of an n8n can serve them.
    webhooks: [
      webhook('createTask', 'POST', 'aios/tasks'),
      webhook('readTask', 'GET', 'aios/tasks'),
      webhook('artifact', 'GET', 'aios/artifacts'),
      webhook('events', 'GET', 'aios/events'),
      webhook('stats', 'GET', 'aios/stats'),
      webhook('metrics', 'GET', 'aios/metrics'),
      webhook('approvals', 'GET', 'aios/approvals'),
      webhook('decideApproval', 'POST', 'aios/approvals/decide'),
      webhook('approvalPage', 'GET', 'aios/approvals/page'),
      webhook('approvalForm', 'POST', 'aios/approvals/page'),
      webhook('control', 'POST', 'aios/control'),
    ],
    properties: fields,
  };

  methods = { credentialTest: teamCredentialTest };

  /** Only translates: the team's HTTP interface decides. Nothing may be thrown here, n8n would start a failed execution for it. */
  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    const answer = await answerOf(this).catch((error: unknown) => failure(this, error));
    send(this, answer);
    if (answer.wakeUrl) await wake(this, answer.wakeUrl);
    return { noWebhookResponse: true, ...(answer.start && { workflowData: [[{ json: { ...answer.start } }]] }) };
  }
}

async function answerOf(context: IWebhookFunctions): Promise<HttpAnswer> {
  const request = await httpRequest(context);
  const { team, release } = await openTeam(context);
  try {
    return await team.http.answer(request);
  } finally {
    release();
  }
}

function send(context: IWebhookFunctions, { status, contentType, headers, body }: HttpAnswer): void {
  const response = context.getResponseObject();
  // As bytes, so that Express leaves the content type alone.
  response.status(status).set({ ...headers, 'content-type': contentType }).send(Buffer.from(body as Uint8Array));
}

/** An execution of n8n waits for what was decided. It looks itself, so nothing is said here; one that cannot be reached goes on when its time is over. */
async function wake(context: IWebhookFunctions, url: string, triesLeft = WAKE_TRIES): Promise<void> {
  try {
    await context.helpers.httpRequest({ method: 'POST', url, body: {}, json: true, timeout: WAKE_TIMEOUT_MS });
  } catch (error) {
    // n8n answers 409 as long as it has not written down that the execution waits: a decision may come faster.
    if (triesLeft > 1) {
      await sleep(WAKE_AGAIN_MS);
      return await wake(context, url, triesLeft - 1);
    }
    context.logger.warn('[aios] The execution that waits for a decision could not be reached.', { reason: itemError(error).message });
  }
}

/** The team could not be opened (credential, disk). The caller learns that, the details go to n8n's log. */
function failure(context: IWebhookFunctions, error: unknown): HttpAnswer {
  const { message, code, hint } = itemError(error);
  context.logger.error(`[aios] The team's HTTP interface could not answer: ${message}`, { code, hint });
  const problem = { type: 'about:blank', title: 'The team cannot be reached.', status: 503, code, detail: "The reason is in n8n's log." };
  return { status: 503, contentType: 'application/problem+json', headers: { 'retry-after': '30' }, body: JSON.stringify(problem) };
}

function webhook(route: HttpRequest['route'], httpMethod: 'GET' | 'POST', path: string): IWebhookDescription {
  // n8n's type knows two names; its code takes any.
  return { name: route as IWebhookDescription['name'], httpMethod, responseMode: 'onReceived', path, isFullPath: true, ndvHideUrl: false };
}
