import { answeringModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

/** Two tasks, the second built on the first; QA refuses the first attempt at the first one. */
function openPair() {
  let refused = false;
  const plan = planOf(task('t1', { acceptance: [{ id: 'a1', text: 'It is good', check: null }] }), task('t2', { dependsOn: ['t1'] }));
  const model = answeringModel(({ schema, facts }) => {
    if (schema?.name === 'aios_plan') return { json: plan };
    if (schema?.name === 'aios_result') return { json: delivery([`${facts.taskId}.txt`, 'x']) };
    if (schema?.name !== 'aios_verdict') return 'All is done.';
    const state = refused ? 'pass' : 'fail';
    refused = true;
    return { json: judgement({ a1: state }) };
  });
  team = openTestTeam(model);
  return model;
}

describe('a label raised on the way', () => {
  it('binds QA, the next attempt, the tasks that build on the work, and the report', async () => {
    const model = openPair();
    const { plan } = await team.agents.plan({ goal: 'Say hello', limits: { privacy: 'internal' } }, team.call());
    const round = async (privacy: 'secret' | 'internal') => {
      const claim = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
      await team.agents.work({ task: claim, privacy }, team.call());
      await team.agents.review(claim, team.call());
    };
    await round('secret');
    await round('internal');
    await round('internal');
    await team.agents.report(plan.runId, team.call());
    const [planning, ...after] = model.requests.map(({ facts }) => facts.privacy);
    expect(planning).toBe('internal');
    expect(after.length).toBeGreaterThanOrEqual(6);
    expect(new Set(after)).toEqual(new Set(['secret']));
  });

  it('by what the goal holds reaches every task of the plan, and everything after it', async () => {
    const model = answeringModel(({ schema, facts }) => {
      const raised = { decision: schema?.name === 'aios_plan' ? { privacy: 'secret' as const, raisedBy: ['iban'] } : {} };
      if (schema?.name === 'aios_plan') return { ...raised, json: planOf(task('t1', { privacy: 'public' })) };
      return schema?.name === 'aios_result' ? { json: delivery([`${facts.taskId}.txt`, 'x']) } : 'done';
    });
    team = openTestTeam(model);
    const { plan } = await team.agents.plan({ goal: 'Pay it', limits: { privacy: 'public' } }, team.call());
    expect(plan.tasks.map(({ privacy }) => privacy)).toEqual(['secret']);
    await team.agents.work({ task: (await team.board.next([plan.runId], 'execution-1')).ready[0]! }, team.call());
    expect(model.requests.map(({ facts }) => facts.privacy)).toEqual(['public', 'secret']);
  });

  it('holds for a run that was created with a lower one, from its plan on', async () => {
    const model = openPair();
    const { run } = await team.runs.create({ goal: 'Say hello', limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null } });
    const { plan } = await team.agents.plan({ runId: run.id, limits: { privacy: 'secret' } }, team.call());
    expect(model.requests[0]!.facts.privacy).toBe('secret');
    expect(plan.tasks.map(({ privacy }) => privacy)).toEqual(['secret', 'secret']);
  });
});
