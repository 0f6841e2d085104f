import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFacts } from '../../kernel';
import { answeringModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';
import { runPipeline } from './run-pipeline';

const ADA = { name: 'ada', tokenHash: '', addedAtMs: 0 };
let team: TestTeam;
afterEach(() => team?.close());

/** Every task delivers what `files` says for it; the first review may be interrupted by `before`. */
function openWith(files: (taskId: string, attempt: number) => Array<[string, string]>, tasks = [task('t1')], duringWork: () => Promise<void> = async () => {}, ruling: unknown = 'none') {
  const attempts = new Map<string, number>();
  return openTestTeam(answeringModel(async ({ schema, facts }) => {
    if (schema?.name === 'aios_plan') return { json: planOf(...tasks) };
    if (schema?.name === 'aios_result') {
      const taskId = facts!.taskId!;
      attempts.set(taskId, (attempts.get(taskId) ?? 0) + 1);
      await duringWork();
      return { json: delivery(...files(taskId, attempts.get(taskId)!)) };
    }
    if (schema?.name === 'aios_ruling') return typeof ruling === 'string' ? ruling : { json: ruling };
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

describe('a file that somebody else changes while the attempt is made', () => {
  /** Ada changes a.txt during the first attempts, as often as `changes` says. */
  async function conflict(ruling: unknown, changes = 1, change: (left: number) => Promise<unknown> = async (left) => await shop().files.write('a.txt', `by a person, ${left}`)) {
    let left = changes;
    team = openWith((_, attempt) => [['a.txt', `attempt ${attempt}`], ['b.txt', 'b']], [task('t1')], async () => {
      if (left > 0) await change(left);
      left -= 1;
    }, ruling);
    await shop().files.write('a.txt', 'before');
    const outcome = await runIn('shop');
    const events = await team.events.after(outcome.run.id, 0, 1_000);
    return { ...outcome, content: (await shop().files.read('a.txt')).content.toString(), choices: events.filter(({ type }) => type === 'task.arbitrated').map(({ facts }) => facts.choice), needs: events.filter(({ type }) => type === 'task.needsPerson') };
  }

  it('is replaced when the CTO has seen both and chosen the attempt', async () => {
    const { content, choices, verdicts } = await conflict({ choice: 'first', reason: 'The attempt holds all of it.', instructions: null });
    expect({ content, choices, verdicts }).toEqual({ content: 'attempt 1', choices: ['first'], verdicts: [true] });
  });

  it('stands again when it was deleted and the CTO has chosen the attempt', async () => {
    const { content, choices, verdicts } = await conflict({ choice: 'first', reason: 'The shop needs it.', instructions: null }, 1, async () => await shop().files.delete('a.txt'));
    expect({ content, choices, verdicts }).toEqual({ content: 'attempt 1', choices: ['first'], verdicts: [true] });
  });

  it('is merged by the CTO, and what was merged goes to the next attempt, because QA has not seen it', async () => {
    const { run, content, choices, findings } = await conflict({ choice: 'merge', reason: 'Both are needed.', instructions: null, files: [{ path: 'a.txt', content: 'both of them' }] });
    expect(choices).toEqual(['merge']);
    expect(findings[0]).toMatch(/ada changed a\.txt.*Both are needed[^]*--- a\.txt\nboth of them/);
    expect(content).toBe('attempt 2');
    expect((await shop().versions.log()).map(({ message }) => message.includes(`Run ${run.id}, task t1, attempt 2.`))).toEqual([true]);
  });

  it('stays as it is when it changes once more after a ruling: a person decides', async () => {
    const { content, choices, needs } = await conflict({ choice: 'rework', reason: 'Neither fits.', instructions: 'Begin with what stands.' }, 2);
    expect({ content, choices, needs: needs.length }).toEqual({ content: 'by a person, 1', choices: ['rework'], needs: 1 });
  });

  it('stays as it is when the CTO gives no usable ruling: a person decides', async () => {
    const { content, needs } = await conflict('I cannot say.');
    expect({ content, needs: needs.length }).toEqual({ content: 'by a person, 1', needs: 1 });
  });
});

describe('work that a person accepts', () => {
  const allowClerk = (paths: string) => writeFileSync(join(team.folder, 'roles', 'clerk.md'), `---\ndescription: Writes\ngoal: Write\npaths: { write: "${paths}" }\n---\n`);

  /** QA refuses all attempts; a person then accepts the last one. */
  async function accepted(beforeAccepting: () => Promise<unknown>) {
    team = openTestTeam(answeringModel(({ schema }) => {
      if (schema?.name === 'aios_plan') return { json: planOf(task('t1', { role: 'clerk' })) };
      return schema?.name === 'aios_result' ? { json: delivery(['a.txt', 'good enough']) } : { json: judgement({ a1: 'fail' }) };
    }));
    mkdirSync(join(team.folder, 'roles'));
    allowClerk('**');
    const { run } = await runIn('shop');
    const [asked] = await team.approvals.list({ runId: run.id, status: 'open', limit: 1 });
    await beforeAccepting();
    await team.decisions.decide({ id: asked!.id, hash: asked!.hash, decision: 'approve', edited: { then: 'accept' } }, ADA);
    await team.board.next([run.id], 'execution-2');
    return await team.runs.read(run.id);
  }

  it('lands in the project of the run as well', async () => {
    const { tasks } = await accepted(async () => {});
    expect(tasks[0]!.status).toBe('passed');
    expect((await shop().files.read('a.txt')).content.toString()).toBe('good enough');
    expect((await shop().versions.log()).map(({ author }) => author)).toEqual([tasks[0]!.task.role]);
  });

  it('goes back where its role may not write', async () => {
    const { tasks } = await accepted(async () => {
      allowClerk('docs/**');
      team.clock.advance(60_000);
    });
    expect(tasks[0]!.status).not.toBe('passed');
    expect(tasks[0]!.verdict?.findings[0]).toMatch(/accepted, but.*clerk may not write "a\.txt"/);
    expect(await shop().files.list()).toEqual([]);
  });

  it('goes back when somebody else wrote the file meanwhile', async () => {
    const { tasks } = await accepted(async () => await shop().files.write('a.txt', 'of ada'));
    expect(tasks[0]!.status).not.toBe('passed');
    expect(tasks[0]!.verdict?.findings[0]).toMatch(/accepted, but.*has changed meanwhile/);
    expect((await shop().files.read('a.txt')).content.toString()).toBe('of ada');
  });
});

it('replaces what the run found when it began, and leaves other changes uncommitted', async () => {
  team = openWith(() => [['a.txt', 'new']]);
  await shop().files.write('a.txt', 'old');
  await shop().files.write('draft.txt', 'of a person');
  await runIn('shop');
  expect((await shop().versions.log()).map(({ files }) => files)).toEqual([['a.txt']]);
  expect((await shop().files.read('draft.txt')).author).toBe('ada');
});

it('sends back an attempt with a path that leaves the project', async () => {
  team = openWith((_, attempt) => [[attempt === 1 ? '../../a.txt' : 'a.txt', 'a']]);
  const { findings, verdicts } = await runIn('shop');
  expect(findings).toEqual([expect.stringMatching(/cannot be kept: The path ".*a\.txt" is refused/)]);
  expect(verdicts).toEqual([false, true]);
});

it('refuses a project that is a way out before any work is done', async () => {
  team = openWith(() => [['a.txt', 'x']]);
  const refused = await team.agents.plan({ goal: 'Say hello', project: '../../etc' }, team.call()).catch(errorFacts);
  expect(refused).toMatchObject({ code: 'PROJECT_REFUSED' });
});

/** What QA found, beside the run as it stands in the end. */
async function runIn(project: string | undefined) {
  const findings: string[] = [];
  const verdicts: boolean[] = [];
  const agents = team.agents;
  const watching = { ...agents, review: async (...args: Parameters<typeof agents.review>) => {
    const reviewed = await agents.review(...args);
    findings.push(...reviewed.verdict.findings);
    verdicts.push(reviewed.verdict.passed);
    return reviewed;
  } };
  await runPipeline(team, { goal: 'Say hello', ...(project !== undefined && { project }) } as never, team.call(), watching);
  const [stored] = team.database.prepare('SELECT id FROM runs').all() as Array<{ id: string }>;
  return { run: (await team.runs.read(stored!.id)).run, findings, verdicts };
}
