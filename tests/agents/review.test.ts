import { ModelAuthError, ProviderDownError } from '../../router';
import { answeringModel, scriptedModel, type ScriptedAnswer } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const check = (kind: string, path: string, more = {}) => ({ kind, path, required: true, ...more });

/** One task, worked on; the script's answers are for QA. */
async function delivered(acceptance: unknown[], files: Array<[string, string]>, answers: ScriptedAnswer[], more: Record<string, unknown> = {}) {
  const model = scriptedModel([{ json: planOf(task('t1', { acceptance, ...more })) }, { json: delivery(...files) }, ...answers]);
  team = openTestTeam(model);
  const { plan } = await team.agents.plan({ goal: 'Say hello' }, team.call());
  const claim = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
  await team.agents.work({ task: claim }, team.call());
  return { model, claim, review: () => team.agents.review(claim, team.call()) };
}

describe('review', () => {
  it('never passes a failed check, whatever the model says, and does not ask the model about it', async () => {
    const { model, review } = await delivered(
      [{ id: 'a1', text: 'hello is there', check: check('file', 'a.txt', { contains: 'hello' }) }, { id: 'a2', text: 'It is kind', check: null }],
      [['a.txt', 'bye']],
      [{ json: { criteria: { a1: { state: 'pass', evidence: 'sure' }, a2: { state: 'pass', evidence: 'kind' } }, findings: [] } }],
    );
    const { verdict } = await review();
    expect(verdict).toMatchObject({ passed: false, criteria: [{ id: 'a1', state: 'fail', evidence: 'a.txt does not contain "hello"' }, { id: 'a2', state: 'pass' }] });
    const asked = model.requests.at(-1)!.schema!.schema as { properties: { criteria: { required: string[] } } };
    expect(asked.properties.criteria.required).toEqual(['a2']);
    expect(await team.files.list(verdict.runId)).toEqual([]);
  });

  it('needs no model when every check has failed', async () => {
    const { review } = await delivered([{ id: 'a1', text: 'there', check: check('file', 'missing.txt') }], [['a.txt', 'x']], []);
    expect(await review()).toMatchObject({ model: 'none', verdict: { passed: false, criteria: [{ state: 'fail', evidence: 'missing.txt was not delivered' }] } });
  });

  it('gives a required check that could not run to a person, and does not mind an optional one', async () => {
    const first = await delivered([{ id: 'a1', text: 'tests pass', check: check('python-unittest', 'test_a.py') }], [['test_a.py', 'x']], []);
    expect((await first.review()).verdict).toMatchObject({ passed: false, needsPerson: expect.stringContaining('python-unittest'), criteria: [{ state: 'notRun' }] });
    team.close();
    const second = await delivered([{ id: 'a1', text: 'tests pass', check: check('bash', 'a.sh', { required: false }) }, { id: 'a2', text: 'kind', check: null }], [['a.sh', 'x']], [{ json: judgement({ a2: 'pass' }) }]);
    expect((await second.review()).verdict).toMatchObject({ passed: true, criteria: [{ id: 'a1', state: 'notRun' }, { id: 'a2', state: 'pass' }] });
  });

  it('takes the contract\'s list of criteria as well, and asks again when one is missing', async () => {
    const { model, review } = await delivered(
      [{ id: 'a1', text: 'x', check: null }, { id: 'a2', text: 'y', check: null }],
      [['a.txt', 'x']],
      [{ json: { criteria: [{ id: 'a1', state: 'pass', evidence: 'e' }], findings: [] } }, { json: { criteria: [{ id: 'a1', state: 'pass', evidence: 'e' }, { id: 'a2', state: 'pass', evidence: 'e' }] } }],
    );
    expect((await review()).verdict.passed).toBe(true);
    expect(model.requests.at(-1)!.messages.at(-1)!.text).toContain('not judged: a2');
  });

  it('makes a path that may not be a finding, and leaves nothing of the attempt behind', async () => {
    const { review } = await delivered([{ id: 'a1', text: 'x', check: null }], [['ok.txt', 'x'], ['../../etc/passwd', 'x']], [{ json: judgement({ a1: 'pass' }) }]);
    const { verdict } = await review();
    expect(verdict).toMatchObject({ passed: false, findings: [expect.stringContaining('../../etc/passwd')] });
    expect(verdict.needsPerson).toBeUndefined();
    expect(await team.files.list(verdict.runId)).toEqual([]);
    expect((await team.board.next([verdict.runId], 'execution-1')).ready[0]).toMatchObject({ attempt: 2 });
  });

  it('makes a file that is too large a finding', async () => {
    const { review } = await delivered([{ id: 'a1', text: 'x', check: null }], [['big.txt', 'x'.repeat(2 ** 21)]], [{ json: judgement({ a1: 'pass' }) }]);
    expect((await review()).verdict).toMatchObject({ passed: false, findings: [expect.stringContaining('big.txt')] });
  });

  it('keeps no file once the run was taken from it: a process that was paused wakes in the middle of it', async () => {
    const { claim, review } = await delivered([{ id: 'a1', text: 'there', check: check('file', 'earlier.txt') }], [['a.txt', 'late']], [{ json: judgement({ a1: 'pass' }) }]);
    await team.files.write(claim.runId, 'earlier.txt', 'x');
    const { read, write } = team.files;
    // The model's answer is in the journal, the file is not.
    team.files.write = async () => { throw new Error('the disk is away'); };
    await expect(review()).rejects.toThrow('the disk is away');
    team.files.write = write;
    team.files.read = async (...place) => {
      await team.controls.stop(claim.runId);
      return await read(...place);
    };
    await expect(review()).rejects.toThrow('was stopped by a person');
    expect((await team.files.list(claim.runId)).map(({ path }) => path)).toEqual(['earlier.txt']);
  });

  it('sees the files of earlier tasks', async () => {
    const model = answeringModel((request) => {
      if (request.schema?.name === 'aios_plan') return { json: planOf(task('t1'), task('t2', { dependsOn: ['t1'], acceptance: [{ id: 'a1', text: 'both', check: check('file', 't1.txt', { contains: 'first' }) }] })) };
      if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: 'pass' }) };
      return { json: delivery([`${request.facts.taskId}.txt`, request.facts.taskId === 't1' ? 'first' : 'second']) };
    });
    team = openTestTeam(model);
    const { plan } = await team.agents.plan({ goal: 'x' }, team.call());
    for (const expected of ['t1', 't2']) {
      const [claim] = (await team.board.next([plan.runId], 'execution-1')).ready;
      expect(claim!.taskId).toBe(expected);
      await team.agents.work({ task: claim! }, team.call());
      expect((await team.agents.review(claim!, team.call())).verdict.passed).toBe(true);
    }
  });

  it('leaves the work to a person when QA has an error only a person can mend, and to another try otherwise', async () => {
    const first = await delivered([{ id: 'a1', text: 'x', check: null }], [['a.txt', 'x']], [new ModelAuthError('The key is wrong.', { hint: 'Set another.' })]);
    await expect(first.review()).rejects.toMatchObject({ code: 'MODEL_AUTH' });
    expect((await team.runs.read(first.claim.runId)).tasks[0]).toMatchObject({ status: 'needsPerson', reason: expect.stringContaining('The key is wrong.') });
    team.close();
    const second = await delivered([{ id: 'a1', text: 'x', check: null }], [['a.txt', 'x']], [new ProviderDownError('Down.', { hint: 'Wait.' }), { json: judgement({ a1: 'pass' }) }]);
    await expect(second.review()).rejects.toMatchObject({ code: 'PROVIDER_DOWN' });
    expect((await second.review()).verdict.passed).toBe(true);
  });

  it('refuses to review what was not delivered', async () => {
    team = openTestTeam(scriptedModel([{ json: planOf(task('t1')) }]));
    const { plan } = await team.agents.plan({ goal: 'x' }, team.call());
    const claim = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
    await expect(team.agents.review(claim, team.call())).rejects.toMatchObject({ code: 'NOT_DELIVERED' });
  });

  it('skips an optional task in the end and tells so', async () => {
    const model = answeringModel((request) => {
      if (request.schema?.name === 'aios_plan') return { json: planOf(task('t1'), task('t2', { optional: true })) };
      if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: request.facts.taskId === 't1' ? 'pass' : 'fail' }) };
      return request.schema ? { json: delivery([`${request.facts.taskId}.txt`, 'x']) } : '<think>hm</think>The summary.';
    });
    team = openTestTeam(model);
    const { plan } = await team.agents.plan({ goal: 'x' }, team.call());
    for (;;) {
      const { ready } = await team.board.next([plan.runId], 'execution-1');
      if (ready.length === 0) break;
      for (const claim of ready) {
        await team.agents.work({ task: claim }, team.call());
        await team.agents.review(claim, team.call());
      }
    }
    const outcome = await team.agents.report(plan.runId, team.call());
    expect(outcome.status).toBe('done');
    expect(outcome.report).toContain('\nThe summary.\n');
    expect(outcome.report).toMatch(/t2 Write t2: skipped/);
    expect((await team.events.after(plan.runId, 0, 100)).some((event) => event.type === 'task.skipped')).toBe(true);
  });
});

describe('report', () => {
  it('stands alone on its facts when the model fails, and is not written twice', async () => {
    const model = scriptedModel([{ json: planOf(task('t1')) }, { json: delivery(['t1.txt', 'x']) }, { json: judgement({ a1: 'pass' }) }, new ProviderDownError('Nobody is there.', { hint: 'Wait.' })], { local: false, costUsd: null });
    team = openTestTeam(model);
    const { plan } = await team.agents.plan({ goal: 'x | y' }, team.call());
    const claim = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
    await team.agents.work({ task: claim }, team.call());
    await team.agents.review(claim, team.call());
    const outcome = await team.agents.report(plan.runId, team.call());
    expect(outcome).toMatchObject({ status: 'done', files: [{ path: 't1.txt', bytes: 1 }] });
    expect(outcome.report).toContain('No summary was written (Nobody is there).');
    expect(outcome.report).toContain('Cost unknown (3 calls of unknown price) for 0 local calls and 3 cloud calls: 300 prompt tokens, 60 answer tokens.');
    const again = await team.agents.report(plan.runId, team.call());
    expect(again).toMatchObject({ status: 'done', model: 'none', report: outcome.report });
    expect(model.requests).toHaveLength(4);
  });

  it('does not call a run done whose tasks are open, and refuses one without a plan', async () => {
    team = openTestTeam(scriptedModel([{ json: planOf(task('t1')) }, 'Nothing was done.']));
    const { run } = await team.runs.create({ goal: 'x', limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null } });
    await expect(team.agents.report(run.id, team.call())).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const { plan } = await team.agents.plan({ runId: run.id }, team.call());
    expect(await team.agents.report(plan.runId, team.call())).toMatchObject({ status: 'stopped' });
  });
});
