import { executorOf, runnerExecutor, type Executor } from '../../agents';
import { answeringModel, scriptedModel } from '../support/scripted-model';
import { ProviderDownError } from '../../router';
import { planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const onlyRun = async () => (await team.runs.list({ limit: 10 }))[0]!;

describe('planning', () => {
  it('asks for the contract\'s shape with the roles there are, every property required and null first', async () => {
    const model = scriptedModel([{ json: planOf(task('t1')) }]);
    team = openTestTeam(model);
    await team.agents.plan({ goal: 'Say hello' }, team.call());
    const schema = model.requests[0]!.schema!;
    expect(schema.name).toBe('aios_plan');
    expect(schema.schema).toHaveProperty('properties.tasks.items', expect.objectContaining({ additionalProperties: false }));
    const taskSchema = (schema.schema as { properties: { tasks: { items: { required: string[]; properties: object } } } }).properties.tasks.items;
    expect(taskSchema.required).toEqual(Object.keys(taskSchema.properties));
    expect(taskSchema.properties).toMatchObject({
      role: { enum: ['backend', 'frontend', 'devops', 'research', 'file-ops', 'code'] },
      acceptance: { minItems: 1 },
      deliverables: { minItems: 1 },
    });
    expect(taskSchema).toHaveProperty('properties.acceptance.items.properties.check.anyOf.0', { type: 'null' });
    expect(JSON.stringify(schema)).not.toMatch(/maxLength|pattern|\$schema/);
  });

  it('offers checks that execute only where something executes them, for secret work on this machine', async () => {
    const far = executorOf({ runner: runnerExecutor({ url: 'http://runner.example.com', token: 'x' }) });
    const offered = async (executor: Executor, privacy: 'internal' | 'secret') => {
      const model = scriptedModel([{ json: planOf(task('t1')) }]);
      team = openTestTeam(model, executor);
      await team.agents.plan({ goal: 'Say hello', limits: { privacy } }, team.call());
      team.close();
      const { schema, messages } = model.requests[0]!;
      const isOffered = (kind: string) => JSON.stringify(schema).includes(`"${kind}"`) && messages[0]!.text.includes(`- ${kind}:`);
      return ['json', 'python-unittest', 'js-test', 'bash'].filter(isOffered);
    };
    expect(await offered(executorOf({}), 'internal')).toEqual(['json']);
    expect(await offered(far, 'internal')).toEqual(['json', 'python-unittest', 'js-test']);
    expect(await offered(far, 'secret')).toEqual(['json']);
  });

  it.each([
    ['in prose and a code fence', (json: string) => `Here is the plan:\n\`\`\`json\n${json}\n\`\`\`\nGood luck!`],
    ['after thinking', (json: string) => `<think>{"tasks": "no"}</think>\n${json}`],
    ['with a trailing comma and without its last brace', (json: string) => `${json.slice(0, -1).replace(/\]$/, ',]')}`],
    ['twice', (json: string) => `${json}${json}`],
  ])('takes a plan that comes %s', async (_, wrap) => {
    const model = scriptedModel([wrap(JSON.stringify(planOf(task('t1'))))]);
    team = openTestTeam(model);
    const { plan } = await team.agents.plan({ goal: 'Say hello' }, team.call());
    expect(plan.tasks.map((planned) => planned.id)).toEqual(['t1']);
  });

  const cyclic = planOf(task('t1', { dependsOn: ['t2'] }), task('t2', { dependsOn: ['t1'] }));
  it.each([
    ['a cyclic plan', cyclic, /circle/],
    ['more than 30 tasks', planOf(...Array.from({ length: 31 }, (_, index) => task(`t${index}`))), /31 tasks; at most 30/],
    ['an unknown role', planOf(task('t1', { role: 'wizard' })), /no role "wizard"/],
    ['no tasks', { summary: 'nothing' }, /tasks/],
  ])('says what is wrong with %s, then asks something stronger, then fails the run', async (_, draft, problem) => {
    const model = scriptedModel([{ json: draft }, { json: draft }, { json: draft }]);
    team = openTestTeam(model);
    await expect(team.agents.plan({ goal: 'Say hello' }, team.call())).rejects.toMatchObject({ code: 'INVALID_PLAN', message: expect.stringMatching(problem) });
    expect(model.requests[1]!.messages.at(-1)!.text).toMatch(problem);
    expect(model.requests.map((request) => request.facts.escalateFrom)).toEqual([undefined, undefined, 'scripted/small']);
    const run = await onlyRun();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'INVALID_PLAN' } });
    const outcome = await team.agents.report(run.id, team.call());
    expect(outcome).toMatchObject({ status: 'failed', model: 'none' });
    expect(outcome.report).toMatch(problem);
  });

  it('mends its plan when told what is wrong', async () => {
    team = openTestTeam(scriptedModel([{ json: cyclic }, { json: planOf(task('t1')) }]));
    const { plan, usage } = await team.agents.plan({ goal: 'Say hello' }, team.call());
    expect(plan.tasks).toHaveLength(1);
    expect(usage).toEqual({ promptTokens: 200, completionTokens: 40, costUsd: 0, localCalls: 2, cloudCalls: 0 });
  });

  it('refuses a goal that is empty or too long before anything is asked or stored', async () => {
    const model = scriptedModel([]);
    team = openTestTeam(model);
    await expect(team.agents.plan({ goal: '  \n' }, team.call())).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(team.agents.plan({ goal: 'x'.repeat(1_000_000) }, team.call())).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('1000000') });
    expect(model.requests).toEqual([]);
    expect(await team.runs.list({ limit: 10 })).toEqual([]);
  });

  it('returns the plan a run has without asking again', async () => {
    const model = scriptedModel([{ json: planOf(task('t1')) }]);
    team = openTestTeam(model);
    const first = await team.agents.plan({ goal: 'Say hello' }, team.call());
    const second = await team.agents.plan({ runId: first.plan.runId }, team.call());
    expect(second.plan).toEqual(first.plan);
    expect(second).toMatchObject({ model: 'none', usage: { promptTokens: 0 } });
  });

  it('raises every task to the privacy of the run and passes limits on as facts', async () => {
    const model = scriptedModel([{ json: planOf(task('t1', { privacy: 'public' })) }]);
    team = openTestTeam(model);
    const limits = { privacy: 'secret' as const, budgetUsd: 2, deadlineAtMs: team.clock.nowMs() + 60_000 };
    const { plan } = await team.agents.plan({ goal: 'Say hello', limits }, team.call({ preset: 'best' }));
    expect(plan.tasks[0]!.privacy).toBe('secret');
    expect(model.requests[0]!.facts).toEqual({ role: 'cto', privacy: 'secret', runId: plan.runId, preset: 'best', judgedByCaller: true, budgetUsd: 2, deadlineS: 60 });
  });

  it.each([[0, 1], [3.7, 3], [100, 30]])('takes a limit of %d tasks as %i', async (maxTasks, limit) => {
    const model = scriptedModel([{ json: planOf(task('t1')) }]);
    team = openTestTeam(model);
    await team.agents.plan({ goal: 'Say hello', maxTasks }, team.call());
    expect(model.requests[0]!.messages.at(-1)!.text).toMatch(new RegExp(`at most ${limit} tasks?:`));
  });

  it('asks no model after the deadline', async () => {
    const model = scriptedModel([]);
    team = openTestTeam(model);
    await expect(team.agents.plan({ goal: 'Say hello', limits: { deadlineAtMs: team.clock.nowMs() - 1 } }, team.call())).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(model.requests).toEqual([]);
    expect(await onlyRun()).toMatchObject({ status: 'failed' });
  });

  it('fails the run when no model answers, and stops it with the execution, to be started again', async () => {
    const abort = new AbortController();
    const down = new ProviderDownError('It is down.', { hint: 'Start it.' });
    team = openTestTeam(scriptedModel([down]));
    await expect(team.agents.plan({ goal: 'Say hello' }, team.call())).rejects.toBe(down);
    expect(await onlyRun()).toMatchObject({ status: 'failed', error: { code: 'PROVIDER_DOWN' } });
    abort.abort();
    const { run } = await team.runs.create({ goal: 'Say hello', limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null } });
    await expect(team.agents.plan({ runId: run.id }, team.call({ signal: abort.signal }))).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await team.runs.read(run.id)).run).toMatchObject({ status: 'stopped', error: { code: 'CANCELLED' } });
    const again = team.withModel(scriptedModel([{ json: planOf(task('t1')) }]));
    await again.plan({ runId: run.id }, team.call({ owner: 'execution-2' }));
    expect((await team.runs.read(run.id)).run).toMatchObject({ status: 'running' });
  });

  it('estimates the cost of the run by what planning cost; unknown stays unknown', async () => {
    team = openTestTeam(answeringModel(() => ({ json: planOf(task('t1'), task('t2')) }), { local: false, costUsd: 0.01 }));
    expect((await team.agents.plan({ goal: 'a' }, team.call())).plan.estimate.costUsd).toBeCloseTo(0.05);
    const unknown = team.withModel(answeringModel(() => ({ json: planOf(task('t1')) }), { local: false, costUsd: null }));
    expect((await unknown.plan({ goal: 'b' }, team.call())).plan.estimate.costUsd).toBeNull();
  });

  it('says that an answer was cut off instead of repairing half a plan', async () => {
    const half = JSON.stringify(planOf(task('t1'), task('t2'))).slice(0, -60);
    const model = scriptedModel([{ text: half, finishReason: 'length' }, { json: planOf(task('t1'), task('t2')) }]);
    team = openTestTeam(model);
    expect((await team.agents.plan({ goal: 'a' }, team.call())).plan.tasks).toHaveLength(2);
    expect(model.requests[1]!.messages.at(-1)!.text).toContain('cut off');
  });
});
