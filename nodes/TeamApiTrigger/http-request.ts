import type { IWebhookFunctions } from 'n8n-workflow';
import type { HttpRequest } from '../../team';
import { writtenPrivacy } from '../shared/written-choice';
import { writtenNumber } from '../shared/written-number';
import { truthOf } from '../shared/written-truth';

type RequestObject = ReturnType<IWebhookFunctions['getRequestObject']>;

/** n8n's request in the words of the team's HTTP interface. */
export async function httpRequest(context: IWebhookFunctions): Promise<HttpRequest> {
  const request = context.getRequestObject();
  const header = (name: string) => textOf(request.headers[name]);
  return {
    route: context.getWebhookName() as HttpRequest['route'],
    authorization: header('authorization'),
    idempotencyKey: header('idempotency-key'),
    contentType: header('content-type'),
    body: await bytesOf(request),
    query: Object.fromEntries(Object.entries(request.query ?? {}).map(([name, value]) => [name, textOf(value)])),
    baseUrl: baseUrlOf(context),
    limits: limitsOf(context),
    workflowId: context.getWorkflow().id,
    remoteAddress: request.ip ?? request.socket?.remoteAddress ?? 'unknown',
  };
}

// n8n has read most bodies by now; the rest it reads on demand. A multipart body is gone: the team refuses it by its content type.
async function bytesOf(request: RequestObject): Promise<Uint8Array> {
  if (!request.rawBody) await request.readRawBody?.().catch(() => undefined);
  return request.rawBody ?? new Uint8Array();
}

function textOf(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}

function baseUrlOf(context: IWebhookFunctions): string {
  const tasksUrl = context.getNodeWebhookUrl('createTask' as Parameters<IWebhookFunctions['getNodeWebhookUrl']>[0]) ?? '/webhook/aios/tasks';
  return tasksUrl.replace(/\/tasks\/?$/, '');
}

function limitsOf(context: IWebhookFunctions): HttpRequest['limits'] {
  return {
    maxBudgetUsd: truthOf(context, context.getNodeParameter('hasBudget', false), 'Limit the Budget') ? writtenNumber(context, context.getNodeParameter('maxBudgetUsd', 0), 'Highest Budget (USD)') : null,
    minPrivacy: writtenPrivacy(context, context.getNodeParameter('minPrivacy', 'internal'), undefined, 'Lowest Privacy'),
  };
}
