import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { N8nClient, prepareTemplate, readTemplates, requestJson, TEAM_CREDENTIAL, type Execution, type WorkflowBody } from '../../cli';
import { ensureHost } from '../../scripts/n8n-host/install';
import { installPackage, packPackage } from '../../scripts/n8n-host/install-package';
import { launchN8n } from '../../scripts/n8n-host/launch';
import { freePort } from '../../scripts/n8n-host/ports';
import { createApiKey, logIn, setUpOwner, type Owner } from '../../scripts/n8n-host/session';
import { generatePassword } from '../../scripts/start/owner';

/** How to reach an n8n under test; plain data, so that it can travel from jest's global set-up to the tests. */
export interface InstanceFacts {
  url: string;
  apiKey: string;
  cookie: string;
  owner: Owner;
  userFolder: string;
  /** The packed package it was given. */
  tarball: string;
  /** Bearer token of the team's HTTP interface, in every credential made by `createCredential`. */
  token: string;
}

export interface StartedInstance extends InstanceFacts {
  processId: number;
  stop(): Promise<void>;
}

/** A real n8n in a temporary user folder, with the package installed the way the editor's "Install community node" does it. */
export async function startN8nInstance(): Promise<StartedInstance> {
  const userFolder = mkdtempSync(join(tmpdir(), 'aios-n8n-'));
  const hostDir = await ensureHost((text) => void process.stderr.write(`${text}\n`));
  const tarball = await packPackage(join(userFolder, 'packed'));
  await installPackage(tarball, userFolder);
  const n8n = await launchN8n({ hostDir, userFolder, port: await freePort() });
  await n8n.ready;
  const stop = async () => {
    await n8n.stop();
    rmSync(userFolder, { recursive: true, force: true });
  };
  return { ...(await furnishOwner(n8n.url)), url: n8n.url, processId: n8n.processId, userFolder, tarball, token: randomBytes(16).toString('hex'), stop };
}

/** Makes the owner of a fresh n8n, with a session and an API key. */
export async function furnishOwner(url: string): Promise<{ owner: Owner; cookie: string; apiKey: string }> {
  const owner = { email: 'owner@example.com', password: generatePassword() };
  await setUpOwner(url, owner);
  const cookie = await logIn(url, owner);
  return { owner, cookie, apiKey: await createApiKey(url, cookie, 'tests') };
}

/** What tests do with a running n8n. */
export class N8nInstance {
  readonly client: N8nClient;

  constructor(readonly facts: InstanceFacts) {
    this.client = new N8nClient(facts.url, facts.apiKey);
  }

  /** @returns the credential's id; `data` are fields of AiosTeamApi */
  async createCredential(data: Record<string, string>): Promise<string> {
    const name = `${TEAM_CREDENTIAL.name} ${randomBytes(4).toString('hex')}`;
    return (await this.client.createCredential(name, TEAM_CREDENTIAL.type, { apiToken: this.facts.token, ...data })).id;
  }

  /** Imports `workflows/<name>.json`. @returns the workflow's id */
  async importTemplate(name: string, credentialId: string): Promise<string> {
    const template = readTemplates().find((candidate) => candidate.name === name)!;
    return await this.createWorkflow(template.body, credentialId);
  }

  /** The same as a person imports it: without a credential. */
  async importTemplateUntouched(name: string): Promise<string> {
    const { name: title, nodes, connections, settings } = readTemplates().find((candidate) => candidate.name === name)!.body;
    return (await this.client.createWorkflow({ name: title, nodes, connections, settings, pinData: {} })).id;
  }

  async createWorkflow(body: WorkflowBody, credentialId: string): Promise<string> {
    return (await this.client.createWorkflow(prepareTemplate(body, { id: credentialId, name: TEAM_CREDENTIAL.name }))).id;
  }

  /** Runs a stored workflow from a trigger, as "Execute workflow" in the editor does. @returns the execution's id */
  async runManually(workflowId: string, triggerName: string): Promise<string> {
    const workflowData = await this.client.readWorkflow(workflowId);
    const body = { workflowData, triggerToStartFrom: { name: triggerName } };
    const answer = await requestJson<{ data: { executionId: string } }>(`${this.facts.url}/rest/workflows/${workflowId}/run`, 'POST', body, { cookie: this.facts.cookie });
    return answer.data.executionId;
  }

  /** Posts JSON to a published webhook; the answer's body is not read. */
  async callWebhook(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(`${this.facts.url}/webhook/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  }

  async executionsOf(workflowId: string): Promise<Execution[]> {
    const [ended, running] = await Promise.all([this.client.listExecutions({ workflowId }), this.client.listExecutions({ workflowId, status: 'running' })]);
    return [...running, ...ended.filter(({ id }) => !running.some((execution) => execution.id === id))];
  }

  async endedExecution(id: string, withinMs = 60_000): Promise<Execution> {
    return await eventually(`execution ${id} has ended`, withinMs, async () => {
      const execution = await this.client.readExecution(id);
      return ['running', 'new', 'waiting'].includes(execution.status) ? undefined : execution;
    });
  }
}

/** All output items of a node's last run, first output. */
export function itemsOf(execution: Execution, nodeName: string): Record<string, unknown>[] {
  const runs = execution.data?.resultData.runData[nodeName] ?? [];
  const main = (runs.at(-1)?.data as { main?: ({ json: Record<string, unknown> }[] | null)[] } | undefined)?.main;
  return (main?.[0] ?? []).map(({ json }) => json);
}

/** Asks again and again until there is an answer; only for real processes, whose time nobody owns. */
export async function eventually<T>(what: string, withinMs: number, ask: () => Promise<T | undefined | false>): Promise<T> {
  const giveUpAtMs = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > giveUpAtMs) throw new WaitedTooLongError(what, withinMs);
    await sleep(100);
  }
}

class WaitedTooLongError extends Error {
  constructor(what: string, withinMs: number) {
    super(`Waited ${withinMs} ms in vain until ${what}.`);
  }
}
