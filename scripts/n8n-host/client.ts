import { setTimeout as sleep } from 'node:timers/promises';
import { N8nApiError } from './errors';

export interface Owner {
  email: string;
  password: string;
}

export interface WorkflowNode {
  id?: string;
  name: string;
  type: string;
  typeVersion?: number;
  parameters?: Record<string, unknown>;
  credentials?: Record<string, { id: string | null; name: string }>;
  [key: string]: unknown;
}

/** What n8n's public API accepts when a workflow is created; ids, tags and dates are refused as read-only. */
export interface WorkflowBody {
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, unknown>;
  settings: Record<string, unknown>;
  pinData?: Record<string, unknown>;
}
export type Workflow = WorkflowBody & { id: string; active: boolean; isArchived?: boolean };

export interface Execution {
  id: string;
  status: string;
  finished: boolean;
  workflowId: string;
  data?: { resultData: { runData: Record<string, { data?: unknown; error?: { message: string } }[]>; error?: { message: string } } };
}

const ANSWER_WITHIN_MS = 30_000;
const WEBHOOK_WITHIN_MS = 20_000;

/** A thin client of n8n's HTTP APIs: the public one with an API key, the editor's own with a session cookie. */
export class N8nClient {
  constructor(readonly url: string, readonly apiKey: string) {}

  createWorkflow = (body: WorkflowBody) => this.api<Workflow>('POST', '/workflows', body);
  updateWorkflow = (id: string, body: WorkflowBody) => this.api<Workflow>('PUT', `/workflows/${id}`, body);
  readWorkflow = (id: string) => this.api<Workflow>('GET', `/workflows/${id}`);
  unpublishWorkflow = (id: string) => this.api<Workflow>('POST', `/workflows/${id}/unpublish`);
  createCredential = (name: string, type: string, data: Record<string, unknown>) => this.api<{ id: string }>('POST', '/credentials', { name, type, data });
  updateCredential = (id: string, name: string, type: string, data: Record<string, unknown>) => this.api<{ id: string }>('PATCH', `/credentials/${id}`, { name, type, data });
  readExecution = (id: string) => this.api<Execution>('GET', `/executions/${id}?includeData=true`);
  stopExecution = (id: string) => this.api<Execution>('POST', `/executions/${id}/stop`);

  async findWorkflow(id: string): Promise<Workflow | undefined> {
    return await undefinedWhenMissing(this.readWorkflow(id));
  }

  async credentialExists(id: string): Promise<boolean> {
    return (await undefinedWhenMissing(this.api('GET', `/credentials/${id}`))) !== undefined;
  }

  async listExecutions(query: { workflowId?: string; status?: string } = {}): Promise<Execution[]> {
    const search = new URLSearchParams({ limit: '100', ...query });
    return (await this.api<{ data: Execution[] }>('GET', `/executions?${search}`)).data;
  }

  /** Publishes and waits until n8n has really put the triggers in place: its own answer comes before that. */
  async publishWorkflow(id: string): Promise<void> {
    await this.api('POST', `/workflows/${id}/publish`, {});
    const giveUpAtMs = Date.now() + WEBHOOK_WITHIN_MS;
    const { nodes } = await this.readWorkflow(id);
    const addresses = nodes.flatMap(webhookProbe);
    for (const path of addresses) {
      while (!(await this.webhookIsThere(path)) && Date.now() < giveUpAtMs) await sleep(100);
    }
  }

  /** n8n answers OPTIONS on a registered webhook with its methods, whatever the node would say to a real call. */
  private async webhookIsThere(path: string): Promise<boolean> {
    const response = await fetch(`${this.url}/webhook/${path}`, { method: 'OPTIONS', headers: { origin: this.url, 'access-control-request-method': 'POST' }, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await response.arrayBuffer();
    return response.ok;
  }

  private async api<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    return await requestJson<T>(`${this.url}/api/v1${path}`, method, body, { 'x-n8n-api-key': this.apiKey });
  }
}

/** Paths below /webhook that a node will listen on once published. */
function webhookProbe(node: WorkflowNode): string[] {
  if (node.disabled) return [];
  if (node.type === 'n8n-nodes-aios.teamApiTrigger') return ['aios/tasks'];
  const path = node.parameters?.path;
  return node.type === 'n8n-nodes-base.webhook' && typeof path === 'string' ? [path] : [];
}

/** Makes the owner of a fresh n8n. @throws {N8nApiError} with status 400 when it has one already */
export async function setUpOwner(url: string, owner: Owner): Promise<void> {
  await requestJson(`${url}/rest/owner/setup`, 'POST', { email: owner.email, password: owner.password, firstName: 'AIOS', lastName: 'Owner' });
}

/** @returns the session cookie's header value */
export async function logIn(url: string, owner: Owner): Promise<string> {
  const response = await send(`${url}/rest/login`, 'POST', { emailOrLdapLoginId: owner.email, password: owner.password });
  const text = await response.text();
  if (!response.ok) throw new N8nApiError('POST /rest/login', response.status, text);
  return response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
}

/** @returns an API key with every scope the owner may give */
export async function createApiKey(url: string, cookie: string, label: string): Promise<string> {
  const { data: scopes } = await requestJson<{ data: string[] }>(`${url}/rest/api-keys/scopes`, 'GET', undefined, { cookie });
  const answer = await requestJson<{ data: { rawApiKey: string } }>(`${url}/rest/api-keys`, 'POST', { label, scopes, expiresAt: null }, { cookie });
  return answer.data.rawApiKey;
}

export async function requestJson<T>(url: string, method: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const response = await send(url, method, body, headers);
  const text = await response.text();
  if (!response.ok) throw new N8nApiError(`${method} ${new URL(url).pathname}`, response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function send(url: string, method: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const request = { method, headers: { 'content-type': 'application/json', ...headers }, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
  return await fetch(url, request).catch((cause: unknown) => {
    throw new N8nApiError(`${method} ${new URL(url).pathname}`, 0, 'no answer', cause);
  });
}

async function undefinedWhenMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof N8nApiError && error.status === 404) return undefined;
    throw error;
  }
}
