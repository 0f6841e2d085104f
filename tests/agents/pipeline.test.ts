import type { ModelRequest } from '../../router';
import { answeringModel, scriptedModel } from '../support/scripted-model';
import { answerFromSchema } from '../support/model-servers/answer-from-schema';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';
import { runPipeline } from './run-pipeline';

let team: TestTeam;
afterEach(() => team.close());

const textOf = (request: ModelRequest) => request.messages.map((message) => message.text).join('\n');

describe('from goal to report', () => {
  it('plans, works in order, reviews and reports, with the files on disk', async () => {
    const model = scriptedModel([
      { json: planOf(task('t1'), task('t2', { dependsOn: ['t1'], role: 'code' })) },
      { json: delivery(['t1.txt', 'hello']) },
      { json: judgement({ a1: 'pass' }) },
      { json: delivery(['t2.txt', 'hello again']) },
      { json: judgement({ a1: 'pass' }) },
      'Both files were written.',
    ]);
    team = openTestTeam(model);
    const outcome = await runPipeline(team, { goal: 'Say hello twice' }, team.call());

    expect(outcome.status).toBe('done');
    // With the policy a team has by default, a normal run asks nobody.
    expect(await team.approvals.list({ runId: outcome.runId, limit: 10 })).toEqual([]);
    expect(outcome.files.map((file) => file.path)).toEqual(['t1.txt', 't2.txt']);
    expect((await team.files.read(outcome.runId, 't2.txt')).toString()).toBe('hello again');
    expect(outcome.report).toContain('Both files were written.');
    expect(outcome.report).toContain('- **t2 Write t2**: code · passed · 1 attempt · scripted/small · cost $0');
    expect((await team.runs.read(outcome.runId)).run).toMatchObject({ status: 'done', report: outcome.report });
    expect(textOf(model.requests[3]!)).toContain('--- t1.txt\nhello');
    expect(team.said).toEqual(expect.arrayContaining(['Backend (scripted/small): delivered t1.txt', 'QA (scripted/small): t1 passed 1/1']));
    const events = await team.events.after(outcome.runId, 0, 1000);
    expect(events.map((event) => event.type).filter((type) => type !== 'model.called')).toEqual([
      'run.created', 'run.planned', 'task.started', 'task.delivered', 'task.passed', 'task.started', 'task.delivered', 'task.passed', 'run.finished',
    ]);
    expect(events.filter((event) => event.type === 'model.called')).toHaveLength(6);
  });

  it('goes from goal to files with a model that answers from schemas alone', async () => {
    team = openTestTeam(answeringModel((request) => (request.schema ? { json: answerFromSchema(request.schema.schema) } : 'text')));
    const outcome = await runPipeline(team, { goal: 'Anything' }, team.call());
    expect(outcome.status).toBe('done');
    expect(outcome.files.map((file) => file.path)).toEqual(['path']);
    expect((await team.runs.read(outcome.runId)).tasks.map((task) => task.status)).toEqual(['passed']);
  });

  it('sends refused work back with the evidence, then to a stronger model, then to a person', async () => {
    const model = answeringModel((request) => {
      if (request.schema?.name === 'aios_plan') return { json: planOf(task('t1')) };
      if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: 'fail' }, ['say hello, not bye']) };
      return { json: delivery(['t1.txt', 'bye']) };
    });
    team = openTestTeam(model);
    const { plan } = await team.agents.plan({ goal: 'Say hello' }, team.call());
    for (const attempt of [1, 2, 3]) {
      const { ready } = await team.board.next([plan.runId], 'execution-1');
      expect(ready[0]?.attempt).toBe(attempt);
      await team.agents.work({ task: ready[0]! }, team.call());
      await team.agents.review(ready[0]!, team.call());
    }
    const works = model.requests.filter((request) => request.schema?.name === 'aios_result');
    expect(textOf(works[1]!)).toContain('say hello, not bye');
    expect(textOf(works[1]!)).toContain('--- t1.txt\nbye');
    expect(works.map((request) => request.facts.escalateFrom)).toEqual([undefined, undefined, 'scripted/small']);
    const outcome = await team.agents.report(plan.runId, team.call());
    expect(outcome.status).toBe('waiting');
    expect(outcome.report).toContain('say hello, not bye');
    expect(outcome.files).toEqual([]);
  });

  it('keeps twenty items apart', async () => {
    const tasks = Array.from({ length: 20 }, (_, index) => task(`t${index + 1}`));
    const model = answeringModel(async (request) => {
      if (request.schema?.name === 'aios_plan') return { json: planOf(...tasks) };
      // Later tasks answer first, so that anything shared between items would show.
      for (let turns = 40 - Number(request.facts.taskId?.slice(1) ?? 0); turns > 0; turns--) await Promise.resolve();
      if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: textOf(request).includes(`hello from ${request.facts.taskId}\n`) ? 'pass' : 'fail' }) };
      if (!request.schema) return 'All said hello.';
      return { json: delivery([`${request.facts.taskId}.txt`, `hello from ${request.facts.taskId}\n`]), usage: { promptTokens: Number(request.facts.taskId!.slice(1)), completionTokens: 1 } };
    });
    team = openTestTeam(model);
    const { plan } = await team.agents.plan({ goal: 'Twenty hellos' }, team.call());
    const { ready } = await team.board.next([plan.runId], 'execution-1');
    const answers = await Promise.all(ready.map(async (claim) => ({ claim, ...(await team.agents.work({ task: claim }, team.call())), ...(await team.agents.review(claim, team.call())) })));
    for (const { claim, result, verdict } of answers) {
      expect(result.taskId).toBe(claim.taskId);
      expect(result.usage.promptTokens).toBe(Number(claim.taskId.slice(1)));
      expect(verdict).toMatchObject({ taskId: claim.taskId, passed: true });
      expect((await team.files.read(plan.runId, `${claim.taskId}.txt`)).toString()).toBe(`hello from ${claim.taskId}\n`);
    }
    expect((await team.agents.report(plan.runId, team.call())).status).toBe('done');
  });
});
