import { errorFacts } from '../../kernel';
import { answeringModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';
import { runPipeline } from './run-pipeline';

let team: TestTeam;
afterEach(() => team?.close());

/** Every task delivers what `files` says for it; the first review may be interrupted by `before`. */
function openWith(files: (taskId: string, attempt: number) => Array<[string, string]>, tasks = [task('t1')], duringWork: () => Promise<void> = async () => {}) {
  const attempts = new Map<string, number>();
  return openTestTeam(answeringModel(async ({ schema, facts }) => {
    if (schema?.name === 'aios_plan') return { json: planOf(...tasks) };
    if (schema?.name === 'aios_result') {
      const taskId = facts!.taskId!;
      attempts.set(taskId, (attempts.get(taskId) ?? 0) + 1);
      await duringWork();
      return { json: delivery(...files(taskId, attempts.get(taskId)!)) };
    }
    return schema?.name === 'aios_verdict' ? { json: judgement({ a1: 'pass' }) } : 'All is done.';
  }));
}
const shop = () => team.workspaces.open('shop', { name: 'ada' });

it("lands what QA passed in the run's project, as a commit of the role that names run and task", async () => {
  team = openWith(() => [['src/a.js', 'a'], ['b.md', 'b']]);
  const { run } = await runIn('shop');
  const [commit] = await shop().versions.log();
  expect(commit).toMatchObject({ files: ['b.md', 'src/a.js'], message: expect.stringContaining(`Run ${run.id}, task t1, attempt 1.`) });
  expect(commit!.author).toBe(run.plan!.tasks[0]!.role);
  expect((await team.files.list(run.id)).map(({ path }) => path)).toEqual(['b.md', 'src/a.js']);
});

it('leaves projects alone when the run has none', async () => {
  team = openWith(() => [['a.txt', 'a']]);
  await runIn(undefined);
  expect(await shop().files.list()).toEqual([]);
});

it('does not overwrite what somebody changed meanwhile: the task goes back, and lands on what stands then', async () => {
  let isFirst = true;
  team = openWith((_, attempt) => [['a.txt', `attempt ${attempt}`], ['b.txt', 'b']], [task('t1')], async () => {
    if (isFirst) await shop().files.write('a.txt', 'by a person');
    isFirst = false;
  });
  await shop().files.write('a.txt', 'before');
  const { run, verdicts } = await runIn('shop');
  expect(verdicts).toEqual([expect.stringMatching(/"a\.txt" has changed meanwhile.*written by ada/)]);
  expect((await shop().files.read('a.txt')).content.toString()).toBe('attempt 2');
  const log = await shop().versions.log();
  expect(log.map(({ message }) => message.includes(`Run ${run.id}, task t1, attempt 2.`))).toEqual([true]);
});

it('replaces what the run found when it began, and leaves other changes uncommitted', async () => {
  team = openWith(() => [['a.txt', 'new']]);
  await shop().files.write('a.txt', 'old');
  await shop().files.write('draft.txt', 'of a person');
  await runIn('shop');
  expect((await shop().versions.log()).map(({ files }) => files)).toEqual([['a.txt']]);
  expect((await shop().files.read('draft.txt')).author).toBe('ada');
});

it('refuses a project that is a way out before any work is done', async () => {
  team = openWith(() => [['a.txt', 'x']]);
  const refused = await team.agents.plan({ goal: 'Say hello', project: '../../etc' }, team.call()).catch(errorFacts);
  expect(refused).toMatchObject({ code: 'PROJECT_REFUSED' });
});

/** What QA found, beside the run as it stands in the end. */
async function runIn(project: string | undefined) {
  const findings: string[] = [];
  const agents = team.agents;
  const watching = { ...agents, review: async (...args: Parameters<typeof agents.review>) => {
    const reviewed = await agents.review(...args);
    findings.push(...reviewed.verdict.findings.filter((finding) => finding.includes('cannot be kept')));
    return reviewed;
  } };
  await runPipeline(team, { goal: 'Say hello', ...(project !== undefined && { project }) } as never, team.call(), watching);
  const [stored] = team.database.prepare('SELECT id FROM runs').all() as Array<{ id: string }>;
  return { run: (await team.runs.read(stored!.id)).run, verdicts: findings };
}
