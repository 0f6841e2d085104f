import { sha256, silentLogger } from '../../kernel';
import { createSteering } from '../../runs';
import type { HttpRequest } from '../../team';
import { createApprovalVisits } from '../../team/approval-visits';
import { createApprovalsApi } from '../../team/approvals-api';
import { memoryRequestLimiter } from '../../team/drivers/request-limiter';
import { createHttpApi, type HttpApiDeps } from '../../team/http-api';
import { openLocalRunFiles } from '../../workspace';
import { sampleApproval } from '../contracts/approval-store-contract';
import { approvalsOver } from '../support/approvals';
import { samplePlan, sampleRun, sampleTask } from '../support/sample-runs';
import { sqliteRuns } from '../support/sqlite-runs';
import { temporaryFolder } from '../support/temporary-folder';

const API_TOKEN = 'the-task-token';
const ADA_TOKEN = 'the-token-of-ada';

async function openApi({ decisionsPerMinute = 1_000, withApprovers = true } = {}) {
  const stores = sqliteRuns();
  const { runs, controls, events } = stores;
  const { approvals, decisions, approvers, desk, store } = approvalsOver({ ...stores, files: openLocalRunFiles(temporaryFolder()) });
  if (withApprovers) await approvers.add('Ada', sha256(ADA_TOKEN));
  const limiter = memoryRequestLimiter(1_000);
  const steering = createSteering({ runs, controls, approvals, desk, events, log: silentLogger });
  const approvalDeps = { apiToken: API_TOKEN, approvals, decisions, approvers, runs, steering, events, limiter, decisionLimiter: memoryRequestLimiter(decisionsPerMinute), log: silentLogger };
  const approvalsApi = createApprovalsApi(approvalDeps);
  const approvalVisits = createApprovalVisits(approvalDeps);
  const api = createHttpApi({ apiToken: API_TOKEN, runs, events, approvals, approvalsApi, approvalVisits, limiter, nowMs: stores.clock.nowMs, log: silentLogger } as unknown as HttpApiDeps);
  const request = async (route: HttpRequest['route'], token: string | undefined, more: { query?: Record<string, string>; body?: string } = {}) =>
    await api.answer({
      route, authorization: token && `Bearer ${token}`, idempotencyKey: undefined, contentType: 'application/json', query: more.query ?? {}, baseUrl: 'http://127.0.0.1:5678/webhook/aios',
      limits: { maxBudgetUsd: null, minPrivacy: 'internal' }, workflowId: undefined, remoteAddress: '127.0.0.1', body: Buffer.from(more.body ?? ''),
    });
  const ask = async (route: HttpRequest['route'], token: string | undefined, more: { query?: Record<string, string>; body?: unknown } = {}) => {
    const answer = await request(route, token, { ...more, body: more.body === undefined ? '' : JSON.stringify(more.body) });
    return { ...answer, json: JSON.parse(String(answer.body)) };
  };
  const visit = (form: Record<string, string>) => request('approvalForm', undefined, { body: String(new URLSearchParams(form)) });
  const decide = (body: unknown, token: string | undefined = ADA_TOKEN) => ask('decideApproval', token, { body });
  /** A run that waits, and what it waits for. */
  async function waiting(more: Parameters<typeof sampleApproval>[1] = {}) {
    const { run } = await runs.create(sampleRun());
    const { approval } = await store.ask(sampleApproval(run.id, { runId: run.id, ...more }));
    await runs.finish(await runs.acquire(run.id, 'e1', 1_000), { status: 'waiting' });
    return { ...approval, runId: run.id };
  }
  return { ...stores, request, visit, ask, decide, waiting, store, approvers, steering };
}

describe('GET approvals', () => {
  it('lists what is open, shows one with its exact action, and decides nothing', async () => {
    const { ask, waiting, store } = await openApi();
    const { id, hash, runId } = await waiting();
    const list = await ask('approvals', API_TOKEN);
    expect(list.json.approvals).toEqual([expect.objectContaining({ id, hash, runId, status: 'open', kind: 'fileChange', askedBy: 'carol' })]);
    expect(list.json.approvals[0]).not.toHaveProperty('action');
    const one = await ask('approvals', ADA_TOKEN, { query: { id, decision: 'approve', hash } });
    expect(one.json).toMatchObject({ id, hash, action: { version: 1, details: { path: 'index.html', do: 'delete' } } });
    expect(one.start).toBeUndefined();
    expect((await store.read(id)).status).toBe('open');
  });

  it('ends the run that waited until the time was over', async () => {
    const { ask, waiting, clock, runs } = await openApi();
    const { id, runId } = await waiting({ kind: 'selfChange', lifetimeMs: 60_000 });
    clock.advance(60_000);
    expect((await ask('approvals', API_TOKEN, { query: { id } })).json).toMatchObject({ status: 'expired' });
    expect((await runs.read(runId)).run).toMatchObject({ status: 'failed', error: { code: 'GIVEN_UP', message: expect.stringContaining('nobody decided in time') } });
  });

  it.each([[undefined], ['wrong']])('is closed to the token %p', async (token) => {
    const { ask } = await openApi();
    expect(await ask('approvals', token)).toMatchObject({ status: 401, contentType: 'application/problem+json' });
  });

  it('refuses what it does not know', async () => {
    const { ask } = await openApi();
    expect((await ask('approvals', API_TOKEN, { query: { id: 'x' } })).status).toBe(404);
    expect((await ask('approvals', API_TOKEN, { query: { status: 'pending' } })).status).toBe(400);
    expect((await ask('approvals', API_TOKEN, { query: { status: 'all' } })).json).toEqual({ approvals: [] });
  });
});

describe('POST approvals/decide', () => {
  it('takes an approver\'s yes and starts the run that waits for it', async () => {
    const { decide, waiting, store } = await openApi();
    const { id, hash, runId } = await waiting();
    const answer = await decide({ id, hash, decision: 'approve', reason: 'fine' });
    expect(answer).toMatchObject({ status: 200, start: { runId, goal: 'Build a page that says hello' }, json: { id, status: 'approved', decision: { by: 'Ada', reason: 'fine' } } });
    expect((await store.read(id)).status).toBe('approved');
  });

  it('starts nothing for a run that somebody works on: he sees the decision', async () => {
    const { decide, runs, store } = await openApi();
    const { run } = await runs.create(sampleRun());
    const { approval } = await store.ask(sampleApproval('o', { runId: run.id }));
    const answer = await decide({ id: approval.id, hash: approval.hash, decision: 'approve' });
    expect([answer.status, answer.start]).toEqual([200, undefined]);
  });

  it('starts nothing that is paused; whoever resumes the run starts it with the answer', async () => {
    const { decide, runs, store, steering } = await openApi();
    const { run } = await runs.create(sampleRun({ project: 'shop' }));
    const { approval } = await store.ask({ action: { kind: 'plan', occasion: `${run.id}/plan`, runId: run.id, details: {} }, title: 'A plan', askedBy: 'carol' });
    await runs.finish(await runs.acquire(run.id, 'e1', 1_000), { status: 'waiting' });
    await steering.pause({ kind: 'project', name: 'shop' });
    await steering.pause({ kind: 'run', name: run.id });
    expect((await decide({ id: approval.id, hash: approval.hash, decision: 'approve' })).start).toBeUndefined();
    await steering.resume({ kind: 'project', name: 'shop' });
    expect((await steering.resume({ kind: 'run', name: run.id })).start).toMatchObject({ id: run.id, status: 'waiting' });
  });

  it('ends the run that waits when the answer is no, and withdraws what else it asked', async () => {
    const { decide, waiting, store, runs } = await openApi();
    const { id, hash, runId } = await waiting({ kind: 'selfChange' });
    const other = (await store.ask(sampleApproval('other', { runId }))).approval;
    const answer = await decide({ id, hash, decision: 'reject', reason: 'not this file' });
    expect([answer.status, answer.start]).toEqual([200, undefined]);
    expect((await runs.read(runId)).run).toMatchObject({ status: 'failed', error: { code: 'GIVEN_UP', message: expect.stringContaining('Ada said no: not this file') } });
    expect((await store.read(other.id)).status).toBe('withdrawn');
  });

  it('lets the run go on that waits for a risky change of files when the answer is no: its model is told', async () => {
    const { decide, waiting, runs } = await openApi();
    const { id, hash, runId } = await waiting();
    const answer = await decide({ id, hash, decision: 'reject' });
    expect([answer.status, answer.start?.runId, (await runs.read(runId)).run.status]).toEqual([200, runId, 'waiting']);
  });

  it.each([100_000, 40])('refuses an edited action of %i levels by name', async (levels) => {
    const { request, store } = await openApi();
    const { approval } = await store.ask({ action: { kind: 'task', occasion: 't', details: { files: [] } }, title: 'stuck', askedBy: 'the team' });
    const body = `{"id":"${approval.id}","hash":"${approval.hash}","decision":"approve","edited":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect((await request('decideApproval', ADA_TOKEN, { body })).status).toBe(400);
    expect((await store.read(approval.id)).status).toBe('open');
  });

  it('calls what waits in n8n', async () => {
    const { decide, store } = await openApi();
    const { approval } = await store.ask(sampleApproval('o', { wakeUrl: 'http://127.0.0.1:5678/webhook-waiting/7' }));
    expect((await decide({ id: approval.id, hash: approval.hash, decision: 'approve' })).wakeUrl).toBe('http://127.0.0.1:5678/webhook-waiting/7');
  });

  it.each([
    ['the task token', API_TOKEN, 403],
    ['no token', undefined, 401],
    ['a wrong token', 'wrong', 401],
    ["the hash of an approver's token", sha256(ADA_TOKEN), 401],
  ])('refuses %s', async (_, token, status) => {
    const { ask, waiting, store } = await openApi();
    const { id, hash } = await waiting();
    expect(await ask('decideApproval', token, { body: { id, hash, decision: 'approve' } })).toMatchObject({ status, contentType: 'application/problem+json' });
    expect((await store.read(id)).status).toBe('open');
  });

  it('refuses a removed approver at once, and says so when there is none', async () => {
    const { decide, waiting, approvers } = await openApi();
    const { id, hash } = await waiting();
    await approvers.remove('ada');
    expect((await decide({ id, hash, decision: 'approve' })).json).toMatchObject({ status: 503, code: 'NO_APPROVER', hint: expect.stringContaining('aios approver add') });
  });

  it('refuses whoever submitted the goal, a second decision, another hash, and one that comes too late', async () => {
    const { decide, waiting, clock } = await openApi();
    const own = await waiting({ askedBy: 'ada' });
    expect((await decide({ ...pick(own), decision: 'approve' })).json).toMatchObject({ status: 403, code: 'SELF_APPROVAL' });
    const once = await waiting();
    expect((await decide({ id: once.id, hash: sha256('other'), decision: 'approve' })).json).toMatchObject({ status: 409, code: 'APPROVAL_CHANGED' });
    expect((await decide({ ...pick(once), decision: 'approve' })).status).toBe(200);
    expect((await decide({ ...pick(once), decision: 'reject' })).json).toMatchObject({ status: 409, code: 'APPROVAL_NOT_OPEN' });
    const late = await waiting({ lifetimeMs: 60_000 });
    clock.advance(60_000);
    expect((await decide({ ...pick(late), decision: 'approve' })).json).toMatchObject({ status: 409, code: 'APPROVAL_NOT_OPEN', detail: expect.stringContaining('time is over') });
  });

  it.each([[{}], ['approve'], [{ id: 'x', hash: 'y', decision: 'maybe' }], [{ id: 'x', hash: 'y', decision: 'approve', approver: 'Ada' }], [{ id: 'x', hash: 'y', decision: 'approve', reason: 'x'.repeat(2_001) }]])('refuses the body %.60j', async (body) => {
    const { decide } = await openApi();
    expect((await decide(body)).json).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
  });

  it('is slow to whoever guesses, and stays so when he guesses right', async () => {
    const { ask, decide, waiting, store } = await openApi({ decisionsPerMinute: 3 });
    const { id, hash } = await waiting();
    for (let guess = 0; guess < 3; guess++) expect((await ask('decideApproval', `guess ${guess}`.replace(' ', ''), { body: { id, hash, decision: 'approve' } })).status).toBe(401);
    const answer = await decide({ id, hash, decision: 'approve' });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['Retry-After'])).toBeGreaterThan(0);
    expect((await store.read(id)).status).toBe('open');
  });
});

describe('the page of an approval', () => {
  it('shows nothing and decides nothing by its link alone', async () => {
    const { request, waiting, store } = await openApi();
    const { id, hash } = await waiting({ title: 'Delete the secret plans' });
    const page = await request('approvalPage', undefined, { query: { id, hash, decision: 'approve', token: ADA_TOKEN } });
    expect(page).toMatchObject({ status: 200, contentType: 'text/html; charset=utf-8', headers: { 'Content-Security-Policy': expect.stringContaining('sandbox allow-forms;'), 'Cache-Control': 'no-store' } });
    expect(String(page.body)).not.toContain('secret plans');
    expect((await store.read(id)).status).toBe('open');
  });

  it('shows the action to an approver as text, with what hides written out', async () => {
    const { visit, waiting } = await openApi();
    const { id } = await waiting({ details: { path: '<script>x</script>\u202eexe.pdf' } });
    const html = String((await visit({ id, token: ADA_TOKEN })).body);
    expect(html).toContain('&lt;script&gt;x&lt;/script&gt;\\u202eexe.pdf');
    expect(html).not.toContain('<script>');
    expect(html).not.toContain(ADA_TOKEN);
  });

  it('takes the decision of an approver and starts the run; of nobody else', async () => {
    const { visit, waiting, store } = await openApi();
    const { id, hash, runId } = await waiting();
    for (const token of ['', 'wrong', API_TOKEN]) expect(await visit({ id, hash, decision: 'approve', token })).toMatchObject({ status: 401 });
    expect((await visit({ id, hash: sha256('x'), decision: 'approve', token: ADA_TOKEN })).status).toBe(409);
    expect((await store.read(id)).status).toBe('open');
    expect(await visit({ id, hash, decision: 'approve', token: ADA_TOKEN })).toMatchObject({ status: 200, start: { runId }, body: expect.stringContaining('Approved by Ada.') });
  });

  it('lets a task be tried again with a hint, and leaves a plan as it is unless it was changed', async () => {
    const { visit, store } = await openApi();
    const task = (await store.ask({ action: { kind: 'task', occasion: 't', details: { files: [] } }, title: 'stuck', askedBy: 'the team' })).approval;
    await visit({ id: task.id, hash: task.hash, decision: 'approve', then: 'retry', hint: 'Use metres', token: ADA_TOKEN });
    expect((await store.read(task.id)).action.details).toEqual({ files: [], then: 'retry', hint: 'Use metres' });

    const details = { privacy: 'internal', plan: samplePlan('r', [sampleTask('t1', { instructions: 'Hide \u202e nothing' })]) as never };
    const ask = async (occasion: string) => (await store.ask({ action: { kind: 'plan', occasion, details }, title: 'plan', askedBy: 'the team' })).approval;
    const [untouched, changed] = [await ask('p1'), await ask('p2')];
    const shown = { summary: 'Say hello', tasks: [sampleTask('t1', { instructions: 'Hide \u202e nothing' })] };
    await visit({ id: untouched.id, hash: untouched.hash, decision: 'approve', edited: editableIn(String((await visit({ id: untouched.id, token: ADA_TOKEN })).body)), token: ADA_TOKEN });
    expect((await store.read(untouched.id)).hash).toBe(untouched.hash);
    await visit({ id: changed.id, hash: changed.hash, decision: 'approve', edited: JSON.stringify({ ...shown, tasks: [sampleTask('t1', { title: 'Greet' })] }), token: ADA_TOKEN });
    expect((await store.read(changed.id)).action.details).toMatchObject({ plan: { tasks: [{ title: 'Greet' }] } });
    for (const edited of ['{', `${'['.repeat(50_000)}${']'.repeat(50_000)}`]) expect((await visit({ id: changed.id, hash: changed.hash, decision: 'approve', edited, token: ADA_TOKEN })).status).toBe(400);
  });
});

/** What the browser would send back of an untouched form. */
function editableIn(html: string): string {
  return /<textarea name="edited"[^>]*>([^<]*)</.exec(html)![1]!.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

function pick({ id, hash }: { id: string; hash: string }) {
  return { id, hash };
}

it('takes apart no form of many megabytes for somebody nobody knows', async () => {
  const { request } = await openApi();
  expect((await request('approvalForm', undefined, { body: 'a'.repeat(2 * 1024 * 1024) })).status).toBe(413);
});
