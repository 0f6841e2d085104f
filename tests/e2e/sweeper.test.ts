import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureHost } from '../../scripts/n8n-host/install';
import { installPackage } from '../../scripts/n8n-host/install-package';
import { launchN8n, type RunningN8n } from '../../scripts/n8n-host/launch';
import { freePort } from '../../scripts/n8n-host/ports';
import { commands, runAios } from '../../cli';
import { closeIdleTeams, openTeam } from '../../team';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { eventually, furnishOwner, N8nInstance } from '../support/n8n-instance';
import { recordingTerminal } from '../support/recording-terminal';
import { sharedInstance } from './shared-instance';

const RESUMED_WITHIN_MS = 60_000;
/** Beyond the promise: how long a start of n8n takes on a busy machine. */
const STARTED_WITHIN_MS = 60_000;

interface TaskView {
  status: string;
  error?: { code: string };
}

let ollama: ModelServer;
/** While set, the model never answers: n8n lets an execution that is nearly through end before it shuts down. */
let isSilent = false;
let userFolder: string;
let hostDir: string;
let port: number;
let running: RunningN8n;
let n8n: N8nInstance;
let headers: Record<string, string>;
let credentialId: string;

beforeAll(async () => {
  const { tarball } = sharedInstance().facts;
  userFolder = mkdtempSync(join(tmpdir(), 'aios-sweeper-'));
  hostDir = await ensureHost(() => {});
  await installPackage(tarball, userFolder);
  port = await freePort();
  running = await start();
  ollama = await startOllamaServer({ models: ['qwen3:8b'], firstTokenDelayMs: 2_500, faults: () => (isSilent ? { kind: 'stall-before-first-token' } : undefined) });
  const token = randomBytes(16).toString('hex');
  n8n = new N8nInstance({ ...(await furnishOwner(running.url)), url: running.url, userFolder, tarball, token });
  headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  credentialId = await n8n.createCredential({ ollamaUrl: ollama.url });
  for (const template of ['04-http-api', '08-sweeper']) await n8n.client.publishWorkflow(await n8n.importTemplate(template, credentialId));
}, 300_000);

afterAll(async () => {
  await running?.stop();
  await ollama?.close();
  rmSync(userFolder, { recursive: true, force: true });
}, 60_000);

async function start(): Promise<RunningN8n> {
  const started = await launchN8n({ hostDir, userFolder, port });
  await started.ready;
  return started;
}

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  return (await (await fetch(`${running.url}/webhook/aios/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Record<string, unknown>;
}

async function view(runId: string): Promise<TaskView> {
  return (await (await fetch(`${running.url}/webhook/aios/tasks?id=${runId}`, { headers })).json()) as TaskView;
}

async function approvals(): Promise<{ id: string; hash: string; runId: string }[]> {
  return ((await (await fetch(`${running.url}/webhook/aios/approvals`, { headers })).json()) as { approvals: { id: string; hash: string; runId: string }[] }).approvals;
}

/** A run whose second model call is under way. */
async function runAtWork(): Promise<string> {
  const before = ollama.chatRequests().length;
  const runId = String((await post('tasks', { goal: 'Write a small web page about bees.' })).runId);
  await eventually('its second model call is under way', 60_000, async () => ollama.chatRequests().length >= before + 2 && ollama.openSockets() > 0);
  return runId;
}

/** A run of the first template, not published, started in the editor; it has its plan. */
async function manualRunAtWork(other: string): Promise<string> {
  const { team, release } = await openTeam({}, { userFolder, environment: {}, log: () => {} });
  await n8n.runManually(await n8n.importTemplate('01-team-pipeline', credentialId), 'When clicking ‘Execute workflow’');
  const run = await eventually('the run has a plan', 60_000, async () => (await team.runs.list({ limit: 10 })).find(({ id, plan }) => id !== other && plan !== undefined));
  release();
  await closeIdleTeams();
  return run.id;
}

const resumed = async (runId: string, withinMs: number) => await eventually('the run goes on', withinMs, async () => (await events(runId)).includes('run.resumed'));
const done = async (runId: string) => await eventually('the run is done', 60_000, async () => (await view(runId)).status === 'done');

async function events(runId: string): Promise<string[]> {
  const answer = (await (await fetch(`${running.url}/webhook/aios/events?id=${runId}`, { headers })).json()) as { events: { type: string }[] };
  return answer.events.map(({ type }) => type);
}

describe('the sweeper of template 08', () => {
  it('starts runs again whose n8n was killed, also of a workflow that is not published, and makes only the cut calls twice', async () => {
    const runId = await runAtWork();
    const byHand = await manualRunAtWork(runId);
    const askedBefore = ollama.chatRequests().map(({ body }) => JSON.stringify(body.messages));
    const killedAtMs = Date.now();
    process.kill(running.processId, 'SIGKILL');
    await running.ended;
    running = await start();
    const backAfterMs = Date.now() - killedAtMs;
    for (const id of [runId, byHand]) await resumed(id, RESUMED_WITHIN_MS + STARTED_WITHIN_MS);
    process.stderr.write(`n8n was back ${backAfterMs} ms after the kill, both runs after ${Date.now() - killedAtMs} ms\n`);
    for (const id of [runId, byHand]) await done(id);

    const again = ollama.chatRequests().map(({ body }) => JSON.stringify(body.messages)).slice(askedBefore.length).filter((messages) => askedBefore.includes(messages));
    expect(again.length).toBeLessThanOrEqual(2);
    expect(await events(runId)).toContain('run.restarted');
  }, 300_000);

  it('leaves a run waiting for a person over a kill of n8n, and it goes on by the decision alone', async () => {
    const terminal = recordingTerminal();
    expect(await runAios(['approver', 'add', 'ada', '--data', userFolder], commands, { terminal, environment: {}, signal: new AbortController().signal })).toBe(0);
    await n8n.runManually(await n8n.importTemplate('07-approvals', credentialId), 'When clicking ‘Execute workflow’');
    const asked = await eventually('a plan waits', 60_000, async () => (await approvals())[0]);
    await eventually('its run waits', 30_000, async () => (await view(asked.runId)).status === 'waiting');
    process.kill(running.processId, 'SIGKILL');
    await running.ended;
    running = await start();
    expect(await approvals()).toEqual([asked]);
    const decided = await fetch(`${running.url}/webhook/aios/approvals/decide`, { method: 'POST', headers: { ...headers, authorization: `Bearer ${terminal.out.join('\n')}` }, body: JSON.stringify({ id: asked.id, hash: asked.hash, decision: 'approve' }) });
    expect(decided.status).toBe(200);
    await done(asked.runId);
    expect(await events(asked.runId)).not.toContain('run.restarted');
  }, 200_000);

  it('starts a run again that a restart of n8n has cut, and leaves one alone that a person stopped', async () => {
    const stopped = await runAtWork();
    const askedAtMs = Date.now();
    await view(stopped);
    // On a busy machine any answer takes its time.
    const closedWithinMs = 1_000 + 10 * (Date.now() - askedAtMs);
    const stoppedAtMs = Date.now();
    expect(await post('control', { action: 'stop', run: stopped })).toMatchObject({ action: 'stop', runs: [{ runId: stopped, status: 'stopped' }] });
    await eventually('its call is gone', 2 * closedWithinMs, async () => ollama.openSockets() === 0);
    expect(Date.now() - stoppedAtMs).toBeLessThanOrEqual(closedWithinMs);

    isSilent = true;
    const cut = String((await post('tasks', { goal: 'Write a small web page about bees.' })).runId);
    await eventually('its first model call is under way', 60_000, async () => ollama.openSockets() > 0);
    await running.stop();
    isSilent = false;
    running = await start();
    await eventually('the run is started again', RESUMED_WITHIN_MS + STARTED_WITHIN_MS, async () => (await events(cut)).includes('run.restarted'));
    await done(cut);
    expect(await view(stopped)).toMatchObject({ status: 'stopped', error: { code: 'RUN_STOPPED' } });
    expect(await post('control', { action: 'resume', run: stopped })).toMatchObject({ started: stopped });
    await done(stopped);
  }, 300_000);
});
