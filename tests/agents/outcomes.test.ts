import { makeId, silentLogger } from '../../kernel';
import { createRouter, openSqliteLedger } from '../../router';
import { modelOf, scriptedDriver } from '../router/scripted-driver';
import { scriptedModel } from '../support/scripted-model';
import { delivery, judgement } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const json = (value: unknown) => JSON.stringify(value);

/** One task worked on and reviewed by a real router; its small model answers in this order. */
async function outcomesOf(...answers: string[]) {
  team = openTestTeam(scriptedModel([]));
  const driver = scriptedDriver([modelOf('ollama/qwen3:8b')], answers);
  const router = createRouter({ services: [driver], ledger: openSqliteLedger(team.database, team.clock), clock: team.clock, makeId, log: silentLogger, noteCall: (call) => team.outcomes.note(call) });
  const agents = team.withModel(router);
  const { result } = await agents.work({ goal: 'Write a greeting', role: 'research' }, team.call());
  const { verdict } = await agents.review(result, team.call());
  const outcomes = (await team.outcomes.judged({})).map(({ role, taskId, attempt, verdict: { ok, by } }) => `${role} ${taskId}/${attempt} ${ok ? 'ok' : 'failed'} by ${by}`);
  return { verdict, outcomes: outcomes.sort() };
}

const work = json(delivery(['hello.md', 'Hello']));

describe('what the agents tell the router of its answers', () => {
  it('the verdict on an attempt is the outcome of the specialist\'s calls, and not of QA\'s', async () => {
    expect((await outcomesOf(work, json(judgement({ a1: 'pass' })))).outcomes).toEqual(['qa t1/1 ok by schema', 'research t1/1 ok by qa']);
    team.close();
    expect((await outcomesOf(work, json(judgement({ a1: 'fail' }, ['Greet louder.'])))).outcomes).toEqual(['qa t1/1 ok by schema', 'research t1/1 failed by qa']);
  });

  it('an answer that had to be asked for again was bad, however good the attempt was in the end', async () => {
    const { outcomes, verdict } = await outcomesOf('Here you are!', work, json(judgement({ a1: 'pass' })));
    expect(verdict.passed).toBe(true);
    expect(outcomes).toEqual(['qa t1/1 ok by schema', 'research t1/1 failed by schema', 'research t1/1 ok by qa']);
  });

  it('work that gave up before there was anything to judge counts for neither side', async () => {
    const blocked = json({ status: 'blocked', reason: 'No sources.', summary: 'Blocked.', artifacts: [] });
    const { outcomes, verdict } = await outcomesOf(blocked);
    expect(verdict).toMatchObject({ passed: false, criteria: [{ state: 'notRun' }] });
    expect(outcomes).toEqual(['research t1/1 ok by schema']);
  });
});
