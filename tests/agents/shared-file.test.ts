import { answeringModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';
import { runPipeline } from './run-pipeline';

let team: TestTeam;
afterEach(() => team?.close());

it('a file that two tasks delivered is not replaced in silence: the report names both', async () => {
  team = openTestTeam(answeringModel(({ schema, facts }) => {
    if (schema?.name === 'aios_plan') return { json: planOf(task('t1'), task('t2')) };
    if (schema?.name === 'aios_result') return { json: delivery(['notes.md', `by ${facts.taskId}`], [`${facts.taskId}.txt`, 'x']) };
    return schema?.name === 'aios_verdict' ? { json: judgement({ a1: 'pass' }) } : 'All is done.';
  }));
  const { report } = await runPipeline(team, { goal: 'Say hello' }, team.call());
  expect(report).toMatch(/`notes\.md` \(5 bytes\), delivered by t1 and t2/);
  expect(report).toMatch(/`t1\.txt` \(1 bytes\)$/m);
});
