import { executorOf, runnerExecutor } from '../../agents';
import { systemClock } from '../../kernel';
import { openLocalFileStores, openS3FileStores, openWorkspaces, runFilesInStores } from '../../workspace';
import { answeringModel } from '../support/scripted-model';
import { startS3Server, type S3Server } from '../support/s3-server';
import { temporaryFolder } from '../support/temporary-folder';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';
import { runPipeline } from './run-pipeline';

let team: TestTeam;
let server: S3Server;
beforeAll(async () => void (server = await startS3Server()));
afterEach(() => team?.close());
afterAll(async () => await server.close());

const bucket = (local: boolean) => openS3FileStores({ endpoint: server.endpoint, bucket: 'team', region: 'us-east-1', accessKey: 'ada', secretKey: 'lovelace-1843', prefix: String(local), clock: systemClock, local });

/** A model that plans one task, does it and finds it good; what it was asked, by schema. */
function model(more: Record<string, unknown> = {}, asked: string[] = []) {
  return answeringModel(({ schema, facts }) => {
    asked.push(schema?.name ?? 'text');
    if (schema?.name === 'aios_plan') return { json: planOf(task('t1', more)) };
    if (schema?.name === 'aios_result') return { json: delivery(['a.py', `x = '${facts!.privacy}'`], ['test_a.py', 'assert True']) };
    return schema?.name === 'aios_verdict' ? { json: judgement({ a1: 'pass' }) } : 'All is done.';
  });
}

async function run(privacy: 'internal' | 'secret', project?: string) {
  await runPipeline(team, { goal: 'Say hello', limits: { privacy }, ...(project !== undefined && { project }) } as never, team.call());
  const [stored] = team.database.prepare('SELECT id FROM runs ORDER BY rowid DESC').all() as Array<{ id: string }>;
  return await team.runs.read(stored!.id);
}

describe('a secret run whose files are kept in a bucket elsewhere', () => {
  it('ends with a person before a model has worked, and nothing is written', async () => {
    const asked: string[] = [];
    team = openTestTeam(model({}, asked), undefined, { files: runFilesInStores(bucket(false), 'far'), projects: bucket(false) });
    const { tasks } = await run('secret', 'shop');
    expect(tasks[0]).toMatchObject({ status: 'needsPerson', reason: expect.stringMatching(/not written.*bucket.*Empty the S3 fields/) });
    expect(asked).not.toContain('aios_result');
    expect([...server.objects.keys()].filter((key) => key.startsWith('false/'))).toEqual([]);
  });

  it('lands nothing in a project there, though its own files stay here', async () => {
    team = openTestTeam(model(), undefined, { projects: bucket(false) });
    const { tasks } = await run('secret', 'shop');
    expect(tasks[0]).toMatchObject({ status: 'needsPerson', reason: expect.stringContaining('project shop') });
    expect([...server.objects.keys()].filter((key) => key.startsWith('false/'))).toEqual([]);
  });

  it('works where the bucket is on this machine; other runs work with any', async () => {
    team = openTestTeam(model(), undefined, { files: runFilesInStores(bucket(true), 'near'), projects: bucket(true) });
    expect((await run('secret', 'shop')).tasks[0]!.status).toBe('passed');
    team.close();
    team = openTestTeam(model(), undefined, { files: runFilesInStores(bucket(false), 'far'), projects: bucket(false) });
    expect((await run('internal', 'shop')).tasks[0]!.status).toBe('passed');
  });
});

describe('a runner on another machine', () => {
  // Nobody answers at this address: a job that was sent would say so.
  const far = executorOf({ runner: runnerExecutor({ url: 'http://runner.example.com', token: 'x' }) });
  const check = { acceptance: [{ id: 'a1', text: 'Tests pass', check: { kind: 'python-unittest', path: 'test_a.py', required: true } }] };

  it('is not given secret work: the check is not run, with the reason, and a person is asked', async () => {
    team = openTestTeam(model(check), far);
    const { tasks } = await run('secret');
    expect(tasks[0]!.status).toBe('needsPerson');
    expect(tasks[0]!.verdict?.criteria[0]).toMatchObject({ id: 'a1', state: 'notRun', evidence: expect.stringMatching(/secret, and the runner at .*runner\.example\.com is not on this machine/) });
  });

  it('is asked for work that is not secret, and a runner here for all', async () => {
    const job = { tool: 'pytest', path: 'a.py', files: {}, timeMs: 1_000 } as const;
    const near = executorOf({ runner: runnerExecutor({ url: 'unix:/nowhere/runner.sock', token: 'x' }) }).onThisMachine();
    await expect(near.run(job, new AbortController().signal)).rejects.toMatchObject({ code: 'RUNNER_DOWN' });
    await expect(far.onThisMachine().run(job, new AbortController().signal)).rejects.toMatchObject({ code: 'NOT_EXECUTABLE' });
  });
});

describe('a project that holds secret work', () => {
  it('makes later runs in it secret from their first question on', async () => {
    const labels: string[] = [];
    const script = model();
    team = openTestTeam({ complete: async (request, signal) => {
      if (request.schema?.name === 'aios_result') labels.push(request.facts!.privacy!);
      return await script.complete(request, signal);
    } });
    await run('internal', 'shop');
    await run('secret', 'shop');
    await run('internal', 'shop');
    expect(labels).toEqual(['internal', 'secret', 'secret']);
  });

  it('shows no file to work that is less than secret, in another process as well; a person reads on', async () => {
    const folder = temporaryFolder();
    const open = () => openWorkspaces({ stores: openLocalFileStores(folder, systemClock), clock: systemClock });
    const internal = open().open('shop', { name: 'backend', privacy: () => 'internal' });
    await internal.files.write('a.txt', 'plain');
    expect((await internal.files.list()).length).toBe(1);
    await open().open('shop', { name: 'backend', privacy: () => 'secret' }).files.write('b.txt', 'the key is under the mat');
    const refused = { code: 'SECRET_PROJECT', hint: expect.stringContaining('Secret') };
    await expect(internal.files.read('b.txt')).rejects.toMatchObject(refused);
    await expect(internal.files.search({ text: 'mat' })).rejects.toMatchObject(refused);
    await expect(internal.files.list()).rejects.toMatchObject(refused);
    expect((await open().open('shop', { name: 'ada' }).files.list()).map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
    expect(await open().privacyOf('shop')).toBe('secret');
  });
});
