import type { INodeType, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { HttpAnswer } from '../../team';
import { openTeam } from '../shared/open-team';
import { itemError } from '../shared/to-node-error';
import { description } from './description';
import { httpRequest } from './http-request';

export class TeamApiTrigger implements INodeType {
  description = description;

  /** Only translates: the team's HTTP interface decides. Nothing may be thrown here, n8n would start a failed execution for it. */
  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    const answer = await answerOf(this).catch((error: unknown) => failure(this, error));
    send(this, answer);
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

/** The team could not be opened (credential, disk). The caller learns that, the details go to n8n's log. */
function failure(context: IWebhookFunctions, error: unknown): HttpAnswer {
  const { message, code, hint } = itemError(error);
  context.logger.error(`[aios] The team's HTTP interface could not answer: ${message}`, { code, hint });
  const problem = { type: 'about:blank', title: 'The team cannot be reached.', status: 503, code, detail: "The reason is in n8n's log." };
  return { status: 503, contentType: 'application/problem+json', headers: { 'retry-after': '30' }, body: JSON.stringify(problem) };
}
