import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AgentTool } from '../../agents';
import { CancelledError, silentLogger } from '../../kernel';
import { createRouter, ModelAuthError, ProviderDownError, type ToolCall } from '../../router';
import type { JournalStore } from '../../runs';
import { modelOf, scriptedDriver } from '../router/scripted-driver';
import { answeringModel, scriptedModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const ALONE = { goal: 'Say hello', role: 'code' } as const;
const use = (name: string, args: ToolCall['arguments'] = {}): { toolCalls: ToolCall[] } => ({ toolCalls: [{ id: `call-${name}`, name, arguments: args }] });
const tool = (name: string, run: AgentTool['run'], local = true): AgentTool => ({ name, description: name, schema: { type: 'object', properties: {} }, local, run });

async function claimedTask(tasks = [task('t1')], more: { privacy?: 'secret' } = {}) {
  const { plan } = await team.withModel(scriptedModel([{ json: planOf(...tasks) }])).plan({ goal: 'Say hello', limits: more }, team.call());
  return (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
}

describe('working', () => {
  it('does a goal without a plan as a run of one task, with one model call', async () => {
    const model = scriptedModel([{ json: delivery(['./src//hello.py', 'print("hello")']) }]);
    team = openTestTeam(model);
    const { result, role } = await team.agents.work(ALONE, team.call());
    expect(role).toBe('code');
    expect(result).toMatchObject({ taskId: 't1', attempt: 1, status: 'done', artifacts: [{ path: 'src/hello.py', content: 'print("hello")' }], decision: { model: 'scripted/small' } });
    expect((await team.runs.read(result.runId)).tasks[0]).toMatchObject({ status: 'delivered' });
  });

  it('books the calls of a wired model, which no router books', async () => {
    team = openTestTeam(scriptedModel([]));
    const model = scriptedModel([{ json: delivery(['hello.py', 'print("hello")']) }], { local: false, costUsd: 0.02 });
    const { result } = await team.agents.work(ALONE, team.call({ model }));
    expect(await team.ledger.totals({ runId: result.runId, taskId: 't1' })).toMatchObject({ cloudCalls: 1, localCalls: 0, promptTokens: 100, completionTokens: 20, costUsd: 0.02 });
  });

  it('names the roles when it is given an unknown one, or none', async () => {
    team = openTestTeam(scriptedModel([]));
    await expect(team.agents.work({ goal: 'x', role: 'wizard' }, team.call())).rejects.toMatchObject({ code: 'UNKNOWN_ROLE', hint: expect.stringContaining('backend, frontend') });
    await expect(team.agents.work({ goal: 'x', role: 'qa' }, team.call())).rejects.toMatchObject({ code: 'UNKNOWN_ROLE' });
    await expect(team.agents.work({ goal: 'x' }, team.call())).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(team.agents.work({ role: 'code' }, team.call())).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const claim = await claimedTask();
    await expect(team.agents.work({ task: { ...claim, taskId: 'nope' } }, team.call())).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    await expect(team.agents.work({ task: { ...claim, attempt: 2 } }, team.call())).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
    expect((await team.agents.roles()).map((role) => role.name)).toEqual(['backend', 'frontend', 'devops', 'research', 'file-ops', 'code']);
  });

  it('asks again with the fault, escalates, then keeps the failed attempt and throws', async () => {
    const model = scriptedModel(['no JSON at all', { json: { status: 'done', summary: 'x', artifacts: [] } }, 'still none', { json: planOf() }]);
    team = openTestTeam(model);
    const claim = await claimedTask();
    await expect(team.agents.work({ task: claim }, team.call())).rejects.toMatchObject({ code: 'MODEL_OUTPUT', kind: 'temporary' });
    expect(model.requests[1]!.messages.at(-1)!.text).toContain('no JSON object');
    expect(model.requests[2]!.messages.at(-1)!.text).toContain('at least one file');
    expect(model.requests[2]!.facts.escalateFrom).toBe('scripted/small');
    const [state] = (await team.runs.read(claim.runId)).tasks;
    expect(state).toMatchObject({ status: 'delivered', result: { status: 'stopped', error: { code: 'MODEL_OUTPUT' }, usage: { localCalls: 3 } } });
    const { verdict } = await team.agents.review(claim, team.call());
    expect(verdict).toMatchObject({ passed: false });
    expect(verdict.needsPerson).toBeUndefined();
    expect(model.requests).toHaveLength(3);
  });

  it('gives an error only a person can mend to a person at once', async () => {
    team = openTestTeam(scriptedModel([new ModelAuthError('The key is wrong.', { hint: 'Set another.' })]));
    const claim = await claimedTask();
    await expect(team.agents.work({ task: claim }, team.call())).rejects.toMatchObject({ code: 'MODEL_AUTH' });
    const { verdict, model } = await team.agents.review(claim, team.call());
    expect(verdict).toMatchObject({ passed: false, needsPerson: 'The key is wrong. Set another.' });
    expect(model).toBe('none');
    expect((await team.board.next([claim.runId], 'execution-1')).needsPerson).toMatchObject([{ taskId: 't1', title: 'Write t1', reason: 'The key is wrong. Set another.' }]);
  });

  it('stores nothing of the board\'s item but its key', async () => {
    team = openTestTeam(scriptedModel([{ json: delivery(['t1.txt', 'x']) }]));
    const claim = await claimedTask();
    const { result } = await team.agents.work({ task: claim }, team.call());
    expect(Object.keys(result).sort()).toEqual(['artifacts', 'attempt', 'decision', 'reason', 'runId', 'status', 'summary', 'taskId', 'usage']);
  });

  it('tries again when the model refuses', async () => {
    const model = scriptedModel([{ text: 'I will not', finishReason: 'refused' }, { json: delivery(['t1.txt', 'x']) }]);
    team = openTestTeam(model);
    expect((await team.agents.work(ALONE, team.call())).result.status).toBe('done');
    expect(model.requests[1]!.messages.at(-1)!.text).toContain('refused');
  });

  it('keeps a blocked answer with its reason', async () => {
    team = openTestTeam(scriptedModel([{ json: { status: 'blocked', reason: 'no access', summary: 'x', artifacts: null } }]));
    const { result } = await team.agents.work(ALONE, team.call());
    expect(result).toMatchObject({ status: 'blocked', reason: 'no access', artifacts: [] });
  });

  it('stops the run, not the task, when a person stops the execution', async () => {
    const abort = new AbortController();
    team = openTestTeam(answeringModel((_, signal) => {
      abort.abort();
      signal.throwIfAborted();
      return '';
    }));
    const claim = await claimedTask();
    await expect(team.agents.work({ task: claim }, team.call({ signal: abort.signal }))).rejects.toBeDefined();
    expect(await team.runs.read(claim.runId)).toMatchObject({ run: { status: 'stopped' }, tasks: [{ status: 'running', attempts: 1 }] });
  });
});

describe('tools', () => {
  it('are used in turns without the schema; the last turn has the schema and no tools', async () => {
    const model = scriptedModel([use('look', { at: 'x' }), use('fail'), use('unknown'), 'I know enough', { json: delivery(['a.txt', 'seen']) }]);
    team = openTestTeam(model);
    const seen: unknown[] = [];
    const tools = [
      tool('look', async (args) => (seen.push(args), 'y'.repeat(20_000))),
      tool('fail', async () => {
        throw new ProviderDownError('The shop is closed.', { hint: 'Wait.' });
      }),
    ];
    const { result } = await team.agents.work(ALONE, team.call({ tools }));
    expect(result.status).toBe('done');
    expect(seen).toEqual([{ at: 'x' }]);
    expect(model.requests.map((request) => [request.tools?.length ?? 0, request.schema?.name])).toEqual([[2, undefined], [2, undefined], [2, undefined], [2, undefined], [0, 'aios_result']]);
    const answers = model.requests[4]!.messages.filter((message) => message.role === 'tool').map((message) => message.text);
    expect(answers[0]!.length).toBeLessThan(8_200);
    expect(answers[0]).toContain('characters are not shown');
    expect(answers[1]).toBe('The tool failed: The shop is closed.');
    expect(answers[2]).toContain('There are: look, fail');
  });

  it('stop after eight turns as a named outcome', async () => {
    const model = scriptedModel([use('look')], { repeatLast: true });
    let looks = 0;
    team = openTestTeam(model);
    const { result } = await team.agents.work(ALONE, team.call({ tools: [tool('look', async () => `seen ${++looks} times`)] }));
    expect(result).toMatchObject({ status: 'stopped', reason: 'max-turns' });
    expect(model.requests).toHaveLength(8);
  });

  it('stop when the model makes the same call with the same result three times', async () => {
    const model = scriptedModel([use('look')], { repeatLast: true });
    team = openTestTeam(model);
    const { result } = await team.agents.work(ALONE, team.call({ tools: [tool('look', async () => 'nothing')] }));
    expect(result).toMatchObject({ status: 'stopped', reason: 'circles', summary: expect.stringContaining('3 times') });
    expect(model.requests).toHaveLength(3);
  });

  it('that are not local are not even shown for secret work', async () => {
    const model = scriptedModel(['ready', { json: delivery(['a.txt', 'x']) }]);
    team = openTestTeam(model);
    await team.agents.work({ ...ALONE, privacy: 'secret' }, team.call({ tools: [tool('far', async () => '', false), tool('near', async () => '')] }));
    expect(model.requests[0]!.tools?.map((shown) => shown.name)).toEqual(['near']);
    expect(model.requests[0]!.facts.privacy).toBe('secret');
  });
});

describe('a text that turns out to be secret while tools are at work', () => {
  it('reaches no tool that is not local, and keeps its label to the end', async () => {
    const raised = { decision: { privacy: 'secret' as const, raisedBy: ['iban'] } };
    const model = scriptedModel([use('far'), { ...use('near'), ...raised }, { toolCalls: [...use('far').toolCalls, ...use('near').toolCalls] }, 'ready', { json: delivery(['a.txt', 'x']) }]);
    team = openTestTeam(model);
    const ran: string[] = [];
    const tools = [tool('far', async () => (ran.push('far'), 'seen'), false), tool('near', async () => (ran.push('near'), 'DE89370400440532013000'))];
    const { result } = await team.agents.work(ALONE, team.call({ tools }));
    expect(ran).toEqual(['far', 'near', 'near']);
    expect(model.requests.map(({ facts, tools: shown }) => `${facts.privacy} ${(shown ?? []).map(({ name }) => name).join('+')}`)).toEqual(['internal far+near', 'internal far+near', 'secret near', 'secret near', 'secret ']);
    expect(model.requests[3]!.messages.filter(({ role }) => role === 'tool').map(({ text }) => text)[2]).toContain('Not carried out: what you were given is secret');
    expect(result.decision).toMatchObject({ privacy: 'secret' });
  });
});

describe('after a crash', () => {
  it('no finished call of model or tool is made again', async () => {
    const script = [use('look'), 'I know enough', { json: delivery(['t1.txt', 'hello']) }, { json: judgement({ a1: 'pass' }) }];
    const model = scriptedModel(script);
    team = openTestTeam(model);
    const claim = await claimedTask();
    let looks = 0;
    const tools = [tool('look', async () => `look ${++looks}`)];
    // The first execution finishes two model turns and the tool, then ends without a word.
    const abort = new AbortController();
    const dying = team.withModel({ complete: async (request, signal) => (model.requests.length === 2 ? (abort.abort(), signal.throwIfAborted(), undefined as never) : await model.complete(request, signal)) });
    await expect(dying.work({ task: claim }, team.call({ tools, signal: abort.signal }))).rejects.toBeDefined();
    expect(model.requests).toHaveLength(2);

    team.clock.advance(31_000);
    const [again] = (await team.board.next([claim.runId], 'execution-2')).ready;
    expect(again).toMatchObject({ taskId: 't1', attempt: 1 });
    const { result } = await team.agents.work({ task: again! }, team.call({ tools, owner: 'execution-2' }));
    expect(result).toMatchObject({ status: 'done', usage: { localCalls: 3 } });
    expect(looks).toBe(1);
    expect(model.requests).toHaveLength(3);

    // A second crash, between work and review: the stored result is taken, QA is asked once.
    team.clock.advance(31_000);
    const [third] = (await team.board.next([claim.runId], 'execution-3')).ready;
    await team.agents.work({ task: third! }, team.call({ tools, owner: 'execution-3' }));
    expect((await team.agents.review(third!, team.call({ owner: 'execution-3' }))).verdict.passed).toBe(true);
    expect((await team.agents.review(third!, team.call({ owner: 'execution-3' }))).verdict.passed).toBe(true);
    expect(model.requests).toHaveLength(4);
  });

  it('tells that a call cut before its journal entry may have been paid twice', async () => {
    const model = answeringModel(() => ({ json: planOf(task('t1')) }));
    team = openTestTeam(model);
    const { run } = await team.runs.create({ goal: 'x', limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null } });
    // The process ends between the model's answer and its entry in the journal.
    const cut: JournalStore = {
      find: (runId, key) => team.journalStore.find(runId, key),
      begin: (lease, key, hash) => team.journalStore.begin(lease, key, hash),
      finish: async (lease, key, output) => {
        if (key.endsWith('/memory')) return await team.journalStore.finish(lease, key, output);
        throw new CancelledError();
      },
    };
    await expect(team.withModel(model, { journalStore: cut }).plan({ runId: run.id }, team.call())).rejects.toMatchObject({ code: 'CANCELLED' });
    await team.agents.plan({ runId: run.id }, team.call());
    expect(model.requests).toHaveLength(2);
    const called = (await team.events.after(run.id, 0, 100)).filter((event) => event.type === 'model.called');
    expect(called.map((event) => event.facts.maybePaidTwice)).toEqual([true]);
  });
});

it('leaves a task to a person when the budget of its workflow asks for one, with what he can do', async () => {
  const cloud = scriptedDriver([modelOf('anthropic/claude')]);
  team = openTestTeam(answeringModel(() => ({ json: planOf(task('t1')) })));
  const budgets = [{ scope: 'workflow', name: 'Sales report', per: 'day', limitUsd: 0, whenUsedUp: 'ask', setIn: 'it in the models file' } as const];
  const router = createRouter({ services: [cloud], ledger: team.ledger, clock: team.clock, makeId: randomUUID, log: silentLogger, budgets });
  const claim = await claimedTask([task('t1')]);
  const agents = team.withModel(router);
  const call = team.call({ workflow: { id: 'w1', name: 'Sales report' } });
  await expect(agents.work({ task: claim }, call)).rejects.toMatchObject({ code: 'BUDGET_NEEDS_PERSON' });
  await agents.review(claim, call);
  const { needsPerson } = await team.board.next([claim.runId], 'execution-1');
  expect(needsPerson).toMatchObject([{ taskId: 't1', reason: expect.stringMatching(/^A person must decide about money\. The daily budget of the workflow Sales report \(2026-01-01 UTC\): \$0\.00 of \$0\.00.*Raise it in the models file, wait until 2026-01-02 00:00 UTC/) }]);
  expect(cloud.calls).toEqual([]);
});

it('has a prompt that fits a small window however much there is to tell', async () => {
  const model = answeringModel((request) => (request.schema?.name === 'aios_verdict' ? { json: judgement({ a1: 'pass' }) } : { json: delivery([`${request.facts.taskId}.txt`, 'z'.repeat(100_000)]) }));
  team = openTestTeam(model);
  const claim = await claimedTask([task('t1'), task('t2', { dependsOn: ['t1'] })]);
  await team.agents.work({ task: claim }, team.call());
  await team.agents.review(claim, team.call());
  const [second] = (await team.board.next([claim.runId], 'execution-1')).ready;
  await team.agents.work({ task: second! }, team.call());
  for (const request of model.requests) expect(request.messages.map((message) => message.text).join('').length).toBeLessThan(32_000);
  expect(readFileSync(`${team.files.folder(claim.runId)}/t1.txt`, 'utf8')).toHaveLength(100_000);
});
