import { ProviderDownError } from '../../router';
import { answeringModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

const ADA = { name: 'ada', tokenHash: '', addedAtMs: 0 };
let team: TestTeam;
afterEach(() => team?.close());

/** QA refuses three attempts; the second ends because the model server is away; what a person said helps. */
function stubbornModel() {
  let works = 0;
  return answeringModel((request) => {
    const text = JSON.stringify(request.messages);
    if (request.schema?.name === 'aios_plan') return { json: planOf(task('t1')) };
    if (request.schema?.name === 'aios_verdict') return { json: works >= 5 ? judgement({ a1: 'pass' }) : judgement({ a1: 'fail' }, ['too short']) };
    if (request.schema?.name !== 'aios_result') return 'All done.';
    if (++works === 2) throw new ProviderDownError('The model server is away.', { hint: 'Start it.' });
    if (works === 5 && !text.includes('use two words')) throw new RangeError('The hint did not reach the work.');
    return { json: delivery(['t1.txt', `try ${works}`]) };
  });
}

it('asks two questions about a run, however often it is refused, fails, is stopped, resumed and taken over', async () => {
  team = openTestTeam(stubbornModel());
  const plan = async (owner: string, runId?: string) => await team.agents.plan({ ...(runId === undefined ? { goal: 'Say hello' } : { runId }), askAboveUsd: -1 }, team.call({ owner }));
  const runId = (await plan('e1')).plan.runId;
  const untilItWaits = async (owner: string) => {
    for (;;) {
      const move = await team.board.next([runId], owner);
      if (move.ready.length === 0) return move;
      for (const claim of move.ready) {
        let isWorking = true;
        void team.agents.work({ task: claim }, team.call({ owner })).catch(() => {}).finally(() => (isWorking = false));
        // As far as it waits for that: a task rests after a fault.
        while (isWorking) await team.clock.advanceAndSettle(100);
        await team.agents.review(claim, team.call({ owner }));
      }
    }
  };
  const stoppedAndResumed = async () => {
    await team.steering.stop({ kind: 'all' });
    expect(await team.approvals.list({ runId, status: 'open', limit: 10 })).toEqual([]);
    await team.steering.resume({ kind: 'run', name: runId });
  };
  const yes = async (reason?: string) => {
    const [open, ...others] = await team.approvals.list({ runId, status: 'open', limit: 10 });
    expect(others).toEqual([]);
    await team.decisions.decide({ id: open!.id, hash: open!.hash, decision: 'approve', ...(reason && { reason }) }, ADA);
  };

  await stoppedAndResumed();
  await plan('e2', runId);
  await yes();
  await plan('e3', runId);
  expect((await untilItWaits('e3')).needsPerson).toMatchObject([{ taskId: 't1', reason: expect.stringContaining('QA refused 3 attempts') }]);
  await stoppedAndResumed();
  expect((await untilItWaits('e4')).needsPerson).toHaveLength(1);
  await yes('use two words');
  expect((await untilItWaits('e5')).done).toBeDefined();
  expect(await team.agents.report(runId, team.call({ owner: 'e5' }))).toMatchObject({ status: 'done' });
  expect((await team.approvals.list({ runId, limit: 10 })).map(({ action, status }) => `${action.kind} ${status}`)).toEqual(['task done', 'plan done']);
});
