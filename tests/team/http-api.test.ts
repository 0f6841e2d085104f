import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';
import { TOKEN, openApi } from './open-http-api';

describe("the team's HTTP interface", () => {
  it('takes a goal, answers with its run and starts one execution', async () => {
    const { ask, runs } = openApi();
    const answer = await ask({ body: { goal: '  Write a haiku ' } });
    expect(answer.status).toBe(202);
    const { runId, statusUrl } = answer.json();
    expect(statusUrl).toBe(`http://127.0.0.1:5678/webhook/aios/tasks?id=${runId}`);
    expect(answer.start).toEqual({ runId, goal: 'Write a haiku' });
    expect((await runs.read(runId)).run.status).toBe('queued');
  });

  it.each([undefined, '', 'Bearer', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`])('answers 401 to the authorization %j and starts nothing', async (authorization) => {
    const { ask, runs } = openApi();
    const answer = await ask({ authorization, body: { goal: 'x' } });
    expect(answer).toMatchObject({ status: 401, contentType: 'application/problem+json' });
    expect(answer.start).toBeUndefined();
    expect(await runs.list({ limit: 10 })).toEqual([]);
  });

  it('is closed, never open, when the team has no token', async () => {
    const { ask } = openApi({ apiToken: '' });
    expect(await ask({ authorization: 'Bearer ', body: { goal: 'x' } })).toMatchObject({ status: 503 });
  });

  it('answers 429 with Retry-After when one sender asks too often', async () => {
    const { ask } = openApi({ perMinute: 2 });
    await ask({ body: { goal: 'x' } });
    await ask({ body: { goal: 'x' } });
    const answer = await ask({ body: { goal: 'x' } });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['Retry-After'])).toBeGreaterThan(0);
    expect((await ask({ remoteAddress: '127.0.0.2', body: { goal: 'x' } })).status).toBe(202);
  });

  it.each([
    ['no JSON', 'goal=x', 400],
    ['an empty body', '', 400],
    ['an empty goal', { goal: '   ' }, 400],
    ['a goal of 1 MB', { goal: 'x'.repeat(1_000_000) }, 400],
    ['a body over 1 MB', { goal: 'x'.repeat(1_100_000) }, 413],
    ['an unknown field', { goal: 'x', admin: true }, 400],
    ['a negative budget', { goal: 'x', budgetUsd: -1 }, 400],
    ['a callback to a host nobody listed', { goal: 'x', callbackUrl: 'http://169.254.169.254/latest' }, 400],
  ])('refuses %s with a problem that says so', async (_name, body, status) => {
    const { ask } = openApi();
    const answer = await ask({ body });
    expect(answer.status).toBe(status);
    expect(answer.start).toBeUndefined();
    expect(answer.json()).toMatchObject({ status, detail: expect.stringMatching(/.{15,}/) });
  });

  it('refuses multipart, whose bytes n8n has already eaten', async () => {
    const { ask } = openApi();
    expect((await ask({ contentType: 'multipart/form-data; boundary=x', body: 'x' })).status).toBe(415);
  });

  it('gives the same run for the same Idempotency-Key and starts it once', async () => {
    const { ask } = openApi();
    const first = await ask({ idempotencyKey: 'k1', body: { goal: 'x' } });
    const second = await ask({ idempotencyKey: 'k1', body: { goal: 'x' } });
    expect(second.json().runId).toBe(first.json().runId);
    expect(second.start).toBeUndefined();
    expect((await ask({ idempotencyKey: 'k1', body: { goal: 'something else' } })).status).toBe(422);
    // The earlier run would show the goal to models that this request forbids.
    expect((await ask({ idempotencyKey: 'k1', body: { goal: 'x', privacy: 'secret' } })).status).toBe(422);
  });

  it('starts a run whose first event could not be written: nobody would ever start it again', async () => {
    const { ask, runs } = openApi({ brokenEvents: true });
    const answer = await ask({ idempotencyKey: 'k1', body: { goal: 'x' } });
    expect(answer).toMatchObject({ status: 202, start: { goal: 'x' } });
    expect(await runs.list({ limit: 10 })).toHaveLength(1);
  });

  it('shows what a task waits for, and how QA judged its criteria', async () => {
    const { ask, runs } = openApi();
    const { run } = await runs.create(sampleRun());
    const lease = await runs.acquire(run.id, 'execution-1', 60_000);
    await runs.savePlan(lease, samplePlan(run.id, [sampleTask('a'), sampleTask('b', { dependsOn: ['a'] })]));
    const [claim] = await runs.claimReady(lease);
    await runs.saveResult(lease, sampleResult(claim!));
    await runs.saveVerdict(lease, sampleVerdict(claim!, true));
    const { tasks } = (await ask({ route: 'readTask', query: { id: run.id } })).json();
    expect(tasks).toMatchObject([{ id: 'a', dependsOn: [], criteria: { pass: 1, fail: 0, notRun: 0 } }, { id: 'b', dependsOn: ['a'], criteria: null }]);
  });

  it('says that a cost is unknown, and never that it is nothing', async () => {
    const { ask, ledger } = openApi();
    const { runId } = (await ask({ body: { goal: 'x' } })).json();
    const view = async () => (await ask({ route: 'readTask', query: { id: runId } })).json();
    const entry = { atMs: 0, model: 'm', provider: 'p', local: false, privacy: 'internal', runId, promptTokens: 1, completionTokens: 1, durationMs: 1, outcome: 'ok' } as const;
    await ledger.settle({ ...entry, callId: 'c1', costUsd: 0.5 });
    expect((await view()).usage).toMatchObject({ cloudCalls: 1, costUsd: 0.5 });
    await ledger.settle({ ...entry, callId: 'c2', costUsd: null });
    expect((await view()).usage).toMatchObject({ cloudCalls: 2, costUsd: null });
  });

  it('lets a body only narrow the limits of the template', async () => {
    const { ask, runs } = openApi();
    const limits = { maxBudgetUsd: 1, minPrivacy: 'internal' as const };
    const wide = await ask({ limits, body: { goal: 'x', budgetUsd: 50, privacy: 'public' } });
    expect((await runs.read(wide.json().runId)).run.limits).toMatchObject({ budgetUsd: 1, privacy: 'internal' });
    const narrow = await ask({ limits, body: { goal: 'x', budgetUsd: 0.2, privacy: 'secret' } });
    expect((await runs.read(narrow.json().runId)).run.limits).toMatchObject({ budgetUsd: 0.2, privacy: 'secret' });
  });

  it('shows a run, its files and its events', async () => {
    const { ask, files } = openApi();
    const { runId } = (await ask({ body: { goal: 'x' } })).json();
    await files.write(runId, 'docs/a b.md', 'hello');
    const view = (await ask({ route: 'readTask', query: { id: runId } })).json();
    expect(view).toMatchObject({ runId, goal: 'x', status: 'queued', tasks: [], artifacts: [{ path: 'docs/a b.md', bytes: 5 }], report: null, usage: { localCalls: 0, cloudCalls: 0 } });
    const file = await ask({ route: 'artifact', query: { id: runId, path: 'docs/a b.md' } });
    expect(String(file.body)).toBe('hello');
    expect(file.headers['Content-Disposition']).toBe("attachment; filename*=UTF-8''a%20b.md");
    const { events, next } = (await ask({ route: 'events', query: { id: runId } })).json();
    expect(events.map((event: { type: string }) => event.type)).toContain('run.created');
    expect((await ask({ route: 'events', query: { id: runId, after: String(next) } })).json().events).toEqual([]);
  });

  it.each([
    ['an unknown run', { route: 'readTask' as const, query: { id: 'nope' } }, 404],
    ['a run without id', { route: 'readTask' as const, query: {} }, 400],
    ['events after "soon"', { route: 'events' as const, query: { id: 'nope', after: 'soon' } }, 400],
    ['a file of an unknown run', { route: 'artifact' as const, query: { id: 'nope', path: 'a' } }, 404],
  ])('answers %s with a problem', async (_name, request, status) => {
    const { ask } = openApi();
    expect((await ask(request)).status).toBe(status);
  });

  it.each(['../../../etc/passwd', '/etc/passwd', '..%2f..%2fetc/passwd', 'a/../../b'])('never reads %s', async (path) => {
    const { ask } = openApi();
    const { runId } = (await ask({ body: { goal: 'x' } })).json();
    expect([400, 404]).toContain((await ask({ route: 'artifact', query: { id: runId, path } })).status);
  });

  it('answers with the figures of the last seven days, or of the time asked for', async () => {
    const { ask } = openApi();
    await ask({ body: { goal: 'x' } });
    expect((await ask({ route: 'stats' })).json()).toMatchObject({ team: 'default', runs: { queued: 1, total: 1 }, calls: { total: 0, localShare: null } });
    expect((await ask({ route: 'stats', query: { since: '2020-01-01' } })).json()).toMatchObject({ sinceMs: Date.UTC(2020, 0, 1), runs: { total: 1 } });
    expect((await ask({ route: 'stats', query: { since: 'soon' } })).status).toBe(400);
  });

  it('answers with metrics as Prometheus reads them', async () => {
    const { ask } = openApi();
    await ask({ body: { goal: 'x' } });
    const answer = await ask({ route: 'metrics' });
    expect(answer.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(String(answer.body)).toContain('aios_runs{team="default",status="queued"} 1\n');
  });

  it.each(['stats', 'metrics'] as const)('gives %s to nobody without the token', async (route) => {
    expect((await openApi().ask({ route, authorization: undefined })).status).toBe(401);
  });
});

describe('pausing, resuming and stopping over HTTP', () => {
  const control = (body: unknown) => ({ route: 'control' as const, body });

  it('stops a run, and starts it again when it is resumed', async () => {
    const { ask, runs, events } = openApi();
    const { runId } = (await ask({ body: { goal: 'Write a haiku', project: 'poems', submittedBy: 'ada' } })).json();
    expect((await runs.read(runId)).run).toMatchObject({ workflowId: 'w1', project: 'poems', submittedBy: 'ada (unproven)' });
    expect((await ask(control({ action: 'stop', run: runId }))).json()).toEqual({ action: 'stop', scope: { kind: 'run', name: runId }, runs: [{ runId, status: 'stopped' }] });
    const resumed = await ask(control({ action: 'resume', run: runId }));
    expect(resumed.json()).toMatchObject({ started: runId });
    expect(resumed.start).toEqual({ runId, goal: 'Write a haiku' });
    expect((await events.after(runId, 0, 10)).map(({ type }) => type)).toEqual(['run.created', 'run.finished']);
  });

  it('stops what is at work or waits for a person, for a project, a role or the team, and nothing that has ended', async () => {
    const { ask, runs } = openApi();
    const begun = async (project: string, role: string) => {
      const { run } = await runs.create(sampleRun({ project }));
      const lease = await runs.acquire(run.id, 'ada', 30_000);
      await runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1', { role })]));
      return lease;
    };
    const [shop, blog, design, waiting, ended] = [await begun('shop', 'backend'), await begun('blog', 'backend'), await begun('blog', 'frontend'), await begun('shop', 'backend'), await begun('shop', 'backend')];
    await runs.finish(waiting, { status: 'waiting' });
    await runs.finish(ended, { status: 'done' });
    const stopped = async (body: object) => ((await ask(control({ action: 'stop', ...body }))).json().runs as Array<{ runId: string }>).map(({ runId }) => runId);
    expect(await stopped({ project: 'shop' })).toEqual([shop.runId, waiting.runId]);
    expect(await stopped({ role: 'frontend' })).toEqual([design.runId]);
    expect(await stopped({ all: true })).toEqual([blog.runId]);
    expect([(await runs.read(waiting.runId)).run.status, (await runs.read(ended.runId)).run.status]).toEqual(['stopped', 'done']);
  });

  it('shows that a run is held, and by what', async () => {
    const { ask } = openApi();
    const { runId } = (await ask({ body: { goal: 'x', project: 'shop' } })).json();
    const view = async () => (await ask({ route: 'readTask', query: { id: runId } })).json();
    expect((await view()).paused).toBeUndefined();
    await ask(control({ action: 'pause', project: 'shop' }));
    expect((await view()).paused).toBe('the project "shop"');
    await ask(control({ action: 'pause', all: true }));
    expect((await view()).paused).toBe('the whole team');
  });

  it('pauses and lifts, without starting anything', async () => {
    const { ask, controls } = openApi();
    expect((await ask(control({ action: 'pause', role: 'frontend' }))).status).toBe(200);
    expect((await controls.pauses()).map(({ scope }) => scope)).toEqual([{ kind: 'role', name: 'frontend' }]);
    const resumed = await ask(control({ action: 'resume', role: 'frontend' }));
    expect([resumed.status, resumed.start, await controls.pauses()]).toEqual([200, undefined, []]);
  });

  it.each([[{ action: 'halt', all: true }, 400], [{ action: 'stop' }, 400], [{ action: 'stop', run: 'a', role: 'b' }, 400], [{ action: 'stop', all: false }, 400], [{ action: 'stop', run: 'nobody' }, 404], [{ action: 'pause', run: 'nobody' }, 404]])('refuses %j with %d', async (body, status) => {
    const answer = await openApi().ask(control(body));
    expect([answer.status, answer.contentType]).toEqual([status, 'application/problem+json']);
  });

  it('says that an ended run cannot be stopped, and lets nobody in without the token', async () => {
    const { ask, runs } = openApi();
    const { run } = await runs.create(sampleRun());
    await runs.finish(await runs.acquire(run.id, 'ada', 1_000), { status: 'done' });
    expect(await ask(control({ action: 'stop', run: run.id }))).toMatchObject({ status: 409 });
    expect(await ask({ ...control({ action: 'stop', all: true }), authorization: 'Bearer guess' })).toMatchObject({ status: 401 });
  });
});
