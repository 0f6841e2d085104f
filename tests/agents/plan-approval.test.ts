import type { JsonObject, JsonValue } from '../../kernel';
import { answeringModel, scriptedModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { sampleRun } from '../support/sample-runs';
import { openTestTeam, type TestTeam } from './open-agents';

const ADA = { name: 'ada', tokenHash: '', addedAtMs: 0 };
let team: TestTeam;
afterEach(() => team?.close());

/** A plan of one task on a model whose call costs 0.1 USD: the run is estimated at 0.3. */
async function planned(askAboveUsd: number | undefined, more: { askedBy?: string; costUsd?: number | null } = {}) {
  const { askedBy, costUsd = 0.1 } = more;
  const model = scriptedModel([{ json: planOf(task('t1')) }], { local: false, costUsd });
  team = openTestTeam(model);
  const made = await team.agents.plan({ goal: 'Say hello', askAboveUsd, askedBy }, team.call());
  return { ...made, runId: made.plan.runId, model };
}
const again = (runId: string) => team.agents.plan({ runId, askAboveUsd: 0.1 }, team.call({ owner: 'execution-2' }));
const decide = (approval: { id: string; hash: string }, decision: 'approve' | 'reject', more: { edited?: JsonValue; reason?: string } = {}) => team.decisions.decide({ id: approval.id, hash: approval.hash, decision, ...more }, ADA);

describe('a plan', () => {
  it.each([[undefined, 'nobody asked for it'], [0.3, 'it costs no more than that'], [5, 'it costs less']] as Array<[number | undefined, string]>)('with the limit %p begins at once: %s', async (limit) => {
    const { approval, runId } = await planned(limit);
    expect(approval).toBeUndefined();
    expect((await team.runs.read(runId)).run.status).toBe('running');
  });

  it.each([[0.29, 0.1, 'about $0.30'], [100, null, 'an unknown price']])('above the limit of %p waits for a person, and shows its price and time', async (limit, costUsd, price) => {
    const { approval, runId, plan } = await planned(limit, { costUsd });
    expect(approval).toMatchObject({ status: 'open', askedBy: 'the team', title: expect.stringContaining(price), action: { kind: 'plan', runId, details: { plan } } });
    expect(approval!.title).toMatch(/Plan of 1 task .*, 5 min: A plan/);
    const { run, tasks } = await team.runs.read(runId);
    expect([run.status, run.plan, tasks]).toEqual(['waiting', undefined, []]);
    expect((await team.board.next([runId], 'execution-1')).needsPerson).toMatchObject([{ approval: { id: approval!.id } }]);
    // Starting the pipeline again is no decision, and asks no model.
    expect((await again(runId)).approval).toMatchObject({ id: approval!.id });
    expect((await team.runs.read(runId)).run.status).toBe('waiting');
  });

  it('goes on as it was approved, without asking a model again, and asked once in all', async () => {
    const { approval, runId, model } = await planned(0.1);
    await decide(approval!, 'approve');
    const resumed = await again(runId);
    expect(resumed.approval).toBeUndefined();
    expect(model.requests).toHaveLength(1);
    const [claim] = (await team.board.next([runId], 'execution-2')).ready;
    const worker = team.withModel(scriptedModel([{ json: delivery(['t1.txt', 'hello']) }, { json: judgement({ a1: 'pass' }) }, 'All done.']));
    await worker.work({ task: claim }, team.call({ owner: 'execution-2' }));
    await worker.review(claim!, team.call({ owner: 'execution-2' }));
    expect((await team.board.next([runId], 'execution-2')).done).toBeDefined();
    expect(await worker.report(runId, team.call({ owner: 'execution-2' }))).toMatchObject({ status: 'done' });
    // A normal run asks at most twice.
    expect(await team.approvals.list({ runId, limit: 10 })).toMatchObject([{ id: approval!.id, status: 'done' }]);
    expect((await again(runId).catch((error: unknown) => error))).toMatchObject({ code: 'RUN_FINISHED' });
  });

  it('and a task refused to the end are the only two questions of a run, even where every plan is shown', async () => {
    const { approval, runId } = await planned(-1);
    await decide(approval!, 'approve');
    await again(runId);
    const refusing = team.withModel(answeringModel(({ schema }) => ({ json: schema?.name === 'aios_verdict' ? judgement({ a1: 'fail' }) : delivery(['t1.txt', 'bye']) })));
    const call = team.call({ owner: 'execution-2' });
    for (let { ready } = await team.board.next([runId], 'execution-2'); ready.length > 0; { ready } = await team.board.next([runId], 'execution-2')) {
      for (const claim of ready) {
        await refusing.work({ task: claim }, call);
        await refusing.review(claim, call);
      }
    }
    expect((await team.approvals.list({ runId, limit: 10 })).map(({ action }) => action.kind).sort()).toEqual(['plan', 'task']);
  });

  it('goes on as a person edited it, judged by the rules of every plan', async () => {
    const { approval, runId, plan } = await planned(0.1);
    const tasks = [...plan.tasks, { ...plan.tasks[0]!, id: 't2', title: 'Check it', deliverables: ['t2.txt'], dependsOn: ['t1'] }];
    const decided = await decide(approval!, 'approve', { edited: { tasks } as unknown as JsonObject });
    expect(decided.hash).not.toBe(approval!.hash);
    await again(runId);
    expect((await team.runs.read(runId)).tasks.map(({ task: { id, dependsOn }, status }) => [id, dependsOn, status])).toEqual([['t1', [], 'ready'], ['t2', ['t1'], 'waiting']]);
  });

  it.each([
    ['a circle', [task('t1', { dependsOn: ['t2'] }), task('t2', { dependsOn: ['t1'] })], /circle/],
    ['a role nobody has', [task('t1', { role: 'wizard' })], /no role "wizard"/],
    ['no task', [], /no tasks/],
  ])('is not edited into one with %s', async (_, tasks, problem) => {
    const { approval } = await planned(0.1);
    await expect(decide(approval!, 'approve', { edited: { tasks } as unknown as JsonObject })).rejects.toThrow(problem);
    expect((await team.approvals.read(approval!.id)).status).toBe('open');
  });

  it('is never edited into less protection than it had', async () => {
    const model = scriptedModel([{ json: planOf(task('t1')) }], { local: true, costUsd: 1 });
    team = openTestTeam(model);
    const { approval, plan } = await team.agents.plan({ goal: 'Say hello', limits: { privacy: 'secret' }, askAboveUsd: 0 }, team.call());
    expect(approval!.title).toMatch(/^Plan of 1 task .*: a secret goal$/);
    const edited = await decide(approval!, 'approve', { edited: { tasks: plan.tasks.map((planned) => ({ ...planned, privacy: 'public' })) } as unknown as JsonObject });
    expect(edited.action.details.plan).toMatchObject({ tasks: [{ privacy: 'secret' }] });
  });

  it.each([
    ['a person rejects it', 'ada said no: too dear', async (approval: { id: string; hash: string }) => void (await decide(approval, 'reject', { reason: 'too dear' }))],
    ['nobody decides in time', 'nobody decided in time', async () => team.clock.advance(7 * 24 * 60 * 60_000)],
    ['it is withdrawn', 'the question was withdrawn', async ({ id }: { id: string }) => void (await team.approvals.withdraw(id, 'ada'))],
  ])('fails its run with the reason when %s', async (_, reason, deny) => {
    const { approval, runId } = await planned(0.1);
    await deny(approval!);
    await expect(again(runId)).rejects.toMatchObject({ code: 'GIVEN_UP', message: expect.stringContaining(reason) });
    expect((await team.runs.read(runId)).run).toMatchObject({ status: 'failed', error: { code: 'GIVEN_UP' } });
  });

  it('is asked about again when its run was stopped while it waited and is started again', async () => {
    const { approval, runId, model } = await planned(0.1);
    await team.steering.stop({ kind: 'all' });
    expect([(await team.runs.read(runId)).run.status, (await team.approvals.read(approval!.id)).status]).toEqual(['stopped', 'withdrawn']);
    await expect(again(runId)).rejects.toMatchObject({ code: 'RUN_STOPPED' });
    expect((await team.steering.resume({ kind: 'run', name: runId })).start).toMatchObject({ id: runId });
    expect((await again(runId)).approval).toMatchObject({ id: approval!.id, status: 'open' });
    expect((await team.runs.read(runId)).run.status).toBe('waiting');
    await decide(approval!, 'approve');
    await again(runId);
    expect((await team.runs.read(runId)).run.status).toBe('running');
    expect(model.requests).toHaveLength(1);
  });

  it('is not approved by whoever wanted it', async () => {
    const { approval } = await planned(0.1, { askedBy: 'Ada' });
    await expect(decide(approval!, 'approve')).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  });

  it('is not approved by whoever submitted the run, though the node names somebody else', async () => {
    team = openTestTeam(answeringModel(() => ({ json: planOf(task('t1')) })));
    const { run } = await team.runs.create({ ...sampleRun(), submittedBy: 'ada' });
    const { approval } = await team.agents.plan({ runId: run.id, askAboveUsd: -1, askedBy: 'carol' }, team.call());
    expect(approval!.askedBy).toBe('carol');
    await expect(decide(approval!, 'approve')).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  });

  it('is put into force once, though the process died after the claim', async () => {
    const { approval, runId, model } = await planned(0.1);
    const decided = await decide(approval!, 'approve');
    await team.approvalStore.claim({ id: decided.id, hash: decided.hash, executor: `run ${runId}` });
    await again(runId);
    await again(runId);
    expect((await team.approvalStore.audit(0, 100)).entries.map(({ event }) => event)).toEqual(['asked', 'approved', 'claimed', 'done']);
    expect(model.requests).toHaveLength(1);
  });
});
