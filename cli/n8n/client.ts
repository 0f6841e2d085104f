import { setTimeout as sleep } from 'node:timers/promises';
import { N8nApiError, NotN8nError } from './errors';

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

export interface StoredCredential {
  id: string;
  name: string;
  type: string;
}

export interface Execution {
  id: string;
  status: string;
  finished: boolean;
  workflowId: string;
  data?: { resultData: { runData: Record<string, { data?: unknown; error?: { message: string } }[]>; error?: { message: string } } };
}

const ANSWER_WITHIN_MS = 30_000;
const WEBHOOK_WITHIN_MS = 20_000;
const PER_PAGE = 250;
/** 10,000 workflows; whoever has more names the one he means. */
const MAX_PAGES = 40;

/** A thin client of n8n's public HTTP API. */
export class N8nClient {
  /** @param url of n8n, without a slash at its end */
  constructor(readonly url: string, readonly apiKey: string) {}

  createWorkflow = (body: WorkflowBody) => this.api<Workflow>('POST', '/workflows', body);
  updateWorkflow = (id: string, body: WorkflowBody) => this.api<Workflow>('PUT', `/workflows/${id}`, body);
  readWorkflow = (id: string) => this.api<Workflow>('GET', `/workflows/${id}`);
  unpublishWorkflow = (id: string) => this.api<Workflow>('POST', `/workflows/${id}/unpublish`);
  createCredential = (name: string, type: string, data: Record<string, unknown>) => this.api<{ id: string }>('POST', '/credentials', { name, type, data });
  updateCredential = (id: string, name: string, type: string, data: Record<string, unknown>) => this.api<{ id: string }>('PATCH', `/credentials/${id}`, { name, type, data });
  readExecution = (id: string) => this.api<Execution>('GET', `/executions/${id}?includeData=true`);
  stopExecution = (id: string) => this.api<Execution>('POST', `/executions/${id}/stop`);
  /** Everything the key's owner may see. */
  listWorkflows = () => this.pages<Workflow>('/workflows', { excludePinnedData: 'true' });
  listCredentials = () => this.pages<StoredCredential>('/credentials', {});

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
    for (const path of nodes.flatMap(webhookProbe)) {
      while (!(await this.webhookIsThere(path)) && Date.now() < giveUpAtMs) await sleep(100);
    }
  }

  /** Whether n8n serves a file at this path, key or no key. */
  async serves(path: string): Promise<boolean> {
    const response = await sendRequest(`${this.url}${path}`, 'GET');
    await response.arrayBuffer();
    return response.ok;
  }

  /** n8n answers OPTIONS on a registered webhook with its methods, whatever the node would say to a real call. */
  private async webhookIsThere(path: string): Promise<boolean> {
    const response = await sendRequest(`${this.url}/webhook/${path}`, 'OPTIONS', undefined, { origin: this.url, 'access-control-request-method': 'POST' });
    await response.arrayBuffer();
    return response.ok;
  }

  private async pages<T>(path: string, query: Record<string, string>): Promise<T[]> {
    const found: T[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const search = new URLSearchParams({ limit: String(PER_PAGE), ...query, ...(cursor && { cursor }) });
      const answer: { data: T[]; nextCursor?: string | null } = await this.api('GET', `${path}?${search}`);
      if (!Array.isArray(answer?.data)) throw new NotN8nError(this.url, `GET /api/v1${path} gave no list`);
      found.push(...answer.data);
      cursor = answer.nextCursor ?? null;
      if (cursor === null) break;
    }
    return found;
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

/** @throws {N8nApiError} for an answer that is no success, {NotN8nError} for one that is no JSON */
export async function requestJson<T>(url: string, method: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const response = await sendRequest(url, method, body, headers);
  const text = await response.text().catch((cause: unknown) => {
    throw new N8nApiError(requestName(method, url), 0, 'no answer', cause);
  });
  const location = response.headers.get('location');
  if (location && response.status >= 300 && response.status < 400) throw new NotN8nError(new URL(url).origin, `it sends us on to ${location}`, 'If that is your n8n, give that address.');
  if (!response.ok) throw new N8nApiError(requestName(method, url), response.status, answerText(text));
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new NotN8nError(new URL(url).origin, `${requestName(method, url)} gave no JSON`);
  }
}

/** Follows no redirect: the key in the headers is for this host alone. */
export async function sendRequest(url: string, method: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const request = { method, headers: { 'content-type': 'application/json', ...headers }, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'manual' as const };
  return await fetch(url, request).catch((cause: unknown) => {
    throw new N8nApiError(requestName(method, url), 0, 'no answer', cause);
  });
}

const requestName = (method: string, url: string) => `${method} ${new URL(url).origin}${new URL(url).pathname}`;

/** n8n says what is wrong in `message`; a page in front of it answers in HTML, of which nobody wants to read more than that it was one. */
function answerText(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return /^\s*</.test(text) ? 'a web page' : text;
  }
}

async function undefinedWhenMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof N8nApiError && error.status === 404) return undefined;
    throw error;
  }
}
