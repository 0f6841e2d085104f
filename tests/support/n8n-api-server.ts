import { randomUUID } from 'node:crypto';
import type { Workflow, WorkflowBody } from '../../cli';
import { startJsonServer, type JsonAnswer, type JsonServer, type SeenRequest } from './json-server';

export interface N8nApi {
  workflows: Workflow[];
  credentials: { id: string; name: string; type: string }[];
  /** Loaded as icons; false: the package is not installed. */
  hasNodes: boolean;
  hasEditor: boolean;
  /** Answers instead of n8n, where it gives something. */
  instead?: (request: SeenRequest) => JsonAnswer | undefined;
}

/** A server that speaks the part of n8n's public API the installer uses; the end-to-end tests have the real one. */
export async function startN8nApi(api: N8nApi): Promise<JsonServer> {
  return await startJsonServer((request) => api.instead?.(request) ?? answer(api, request));
}

function answer(api: N8nApi, { method, path, headers, body }: SeenRequest): JsonAnswer {
  if (path.startsWith('/icons/')) return { status: (path.includes('n8n-nodes-aios') ? api.hasNodes : true) && api.hasEditor ? 200 : 404, body: '<svg/>' };
  if (method === 'OPTIONS') return { status: 204 };
  if (headers['x-n8n-api-key'] !== 'key-1') return { status: 401, json: { message: 'Unauthorized' } };
  const [collection, id, action] = path.replace('/api/v1/', '').split('/');
  if (collection === 'credentials') return { json: { data: api.credentials, nextCursor: null } };
  if (collection !== 'workflows') return { status: 404, json: { message: 'not found' } };
  return workflowAnswer(api, method, id, action, body);
}

function workflowAnswer(api: N8nApi, method: string, id: string | undefined, action: string | undefined, body: string): JsonAnswer {
  if (method === 'GET' && !id) return { json: { data: api.workflows.map((workflow) => ({ ...workflow, pinData: undefined })), nextCursor: null } };
  if (method === 'POST' && !id) {
    const workflow = { ...(JSON.parse(body) as WorkflowBody), id: randomUUID(), active: false };
    api.workflows.push(workflow);
    return { json: workflow };
  }
  const workflow = api.workflows.find((candidate) => candidate.id === id);
  if (!workflow) return { status: 404, json: { message: 'not found' } };
  if (method === 'PUT') Object.assign(workflow, JSON.parse(body));
  if (action === 'publish') workflow.active = true;
  return { json: workflow };
}
