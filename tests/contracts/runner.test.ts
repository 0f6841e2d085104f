import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runnerExecutor, type Executor } from '../../agents';
import { asUser } from '../../runner/as-user';
import { runJob } from '../../runner/run-job';
import { describeWithService, itUnless, python } from '../support/services';
import { startRunner, type TestRunner } from '../support/runner';

const never = new AbortController().signal;

describeWithService(python, 'the runner', () => {
  let runner: TestRunner;
  let executor: Executor;
  beforeAll(async () => {
    runner = await startRunner(1);
    executor = runnerExecutor(runner);
  });
  afterAll(async () => await runner.close());

  const program = (code: string, timeMs = 10_000) => executor.run({ tool: 'python', code, files: {}, timeMs }, never);

  /** A request that no driver of ours would send. @returns the status */
  async function send(body: string, authorization = `Bearer ${runner.token}`): Promise<number> {
    return await new Promise((resolve, reject) => {
      const asked = request({ socketPath: runner.url.slice('unix:'.length), path: '/run', method: 'POST', headers: { authorization } }, (response) => resolve(response.resume().statusCode!));
      asked.once('error', reject);
      asked.end(body);
    });
  }

  it('does nothing without its token, and says so', async () => {
    expect(await send('{"tool": "python", "code": "1"}', 'Bearer another')).toBe(401);
    await expect(runnerExecutor({ ...runner, token: 'another' }).run({ tool: 'python', code: '1', files: {}, timeMs: 1_000 }, never)).rejects.toMatchObject({ code: 'RUNNER_REFUSED', message: 'The runner refuses the token.' });
  });

  it.each([
    ['a tool that is not on its list', { tool: 'sh', code: 'id' }],
    ['a file outside its folder', { tool: 'python', code: '1', files: { '../a': '' } }],
    ['an absolute path', { tool: 'pytest', path: '/etc/passwd' }],
    ['a time without bound', { tool: 'python', code: '1', timeMs: 1e9 }],
    ['a command without a file', { tool: 'pytest' }],
  ])('refuses %s', async (_what, job) => expect(await send(JSON.stringify(job))).toBe(400));

  it('refuses what is too large', async () => expect([413, 'cut']).toContain(await send('x'.repeat(9 * 2 ** 20)).catch(() => 'cut')));

  it('gives a job nothing of its own environment, and leaves no folder behind', async () => {
    const { stdout } = await program('import os, json\nopen("left.txt", "w").write("x")\nprint(json.dumps([os.getcwd(), sorted(os.environ)]))');
    const [folder, names] = JSON.parse(stdout) as [string, string[]];
    expect(names.filter((name) => /^(AIOS_|JEST_|NODE_(?!PATH))/.test(name))).toEqual(['AIOS_JOB']);
    expect(existsSync(folder)).toBe(false);
  });

  it('ends a job that takes too long with everything it started, also what left its group', async () => {
    const marker = `${tmpdir()}/aios-runner-escaped-${process.pid}`;
    const escaping = `import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(3)\n    open(${JSON.stringify(marker)}, "w")\n    os._exit(0)\ntime.sleep(60)`;
    expect(await program(escaping, 1_500)).toMatchObject({ end: 'time', exitCode: null });
    await program('import time; time.sleep(3)');
    expect(existsSync(marker)).toBe(false);
  }, 20_000);

  /** Leaves its group, then starts itself anew and ends, again and again; what `each` says is done each time. */
  const hydra = (marker: string, each: string) => `import os, time
if os.fork():
    time.sleep(0.5)
    os._exit(0)
os.setsid()
end = time.time() + 3
while time.time() < end:
    if os.fork(): os._exit(0)
    ${each}
open(${JSON.stringify(marker)}, "w")`;

  it('ends a job that starts itself anew and ends, again and again', async () => {
    const marker = `${tmpdir()}/aios-runner-hydra-${process.pid}`;
    expect(await program(hydra(marker, 'pass'))).toMatchObject({ end: 'exit', exitCode: 0 });
    await program('import time; time.sleep(3)');
    expect(existsSync(marker)).toBe(false);
  }, 20_000);

  itUnless(process.getuid?.() === 0 ? undefined : 'only root may start jobs as another user', 'ends all of its user at once, also what leaves its group each time', async () => {
    const marker = `${tmpdir()}/aios-runner-user-${process.pid}`;
    const job = { tool: 'python' as const, stdin: '', files: {}, timeMs: 10_000 };
    expect(await runJob({ ...job, code: hydra(marker, 'os.setsid()') }, 61_234, never)).toMatchObject({ end: 'exit', exitCode: 0 });
    await program('import time; time.sleep(3)');
    expect(existsSync(marker)).toBe(false);
  }, 20_000);

  itUnless(process.getuid?.() === 0 ? undefined : 'only root may start jobs as another user', 'ends a job that stops whoever comes to end it', async () => {
    const code = 'import os, signal\nif os.fork():\n    os._exit(0)\nos.setsid()\nwhile True:\n    try: os.kill(-1, signal.SIGSTOP)\n    except OSError: pass';
    const { end, exitCode } = await runJob({ tool: 'python', stdin: '', files: {}, timeMs: 10_000, code }, 61_235, never);
    expect({ end, exitCode }).toEqual({ end: 'exit', exitCode: 0 });
  });

  itUnless(process.getuid?.() === 0 ? undefined : 'only root may start jobs as another user', 'is kept waiting by nobody who stops all that begins as the user of a job', async () => {
    const job = { tool: 'python' as const, stdin: '', files: {} };
    // It takes some luck to be stopped between the start of a process and that of its program.
    for (let time = 0; time < 6; time++) {
      const [program, ...given] = asUser(61_236, ['/bin/sh', '-c', 'exec python3 -c "$1"', 'stopper', 'import os, signal\nprint("ready", flush=True)\nwhile True:\n    try: os.kill(-1, signal.SIGSTOP)\n    except OSError: pass']);
      const stopper = spawn(program, given, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      await once(stopper.stdout, 'data');
      // Stopped like all others, the job ends by its time; so does whoever stopped it.
      await runJob({ ...job, code: 'pass', timeMs: 300 }, 61_236, never);
    }
    expect(await runJob({ ...job, code: 'print(1)', timeMs: 20_000 }, 61_236, never)).toMatchObject({ end: 'exit', stdout: '1\n' });
  }, 60_000);

  it.each([String(process.getuid?.()), '0', '999', '1e9999', 'nobody'])('does not start with %s as the first user of its jobs: all that one has would be killed', (firstUser) => {
    const { status, stderr } = spawnSync(process.execPath, [join(__dirname, '../../runner/main.ts')], { env: { RUNNER_TOKEN: runner.token, RUNNER_LISTEN: '/nowhere/runner.sock', RUNNER_FIRST_USER: firstUser }, encoding: 'utf8', timeout: 20_000 });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('RUNNER_FIRST_USER must be') as string });
  });

  it('gives each process a bound on processor time, for when nobody is left to end it', async () => {
    expect((await program('import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_CORE)[0])', 10_000)).stdout).toBe('45 0\n');
  });

  it('ends a job that prints without end, and keeps 512 KiB of it', async () => {
    const { end, stdout } = await program('while True: print("x" * 1000)');
    expect({ end, bytes: stdout.length }).toEqual({ end: 'output', bytes: 512 * 1024 });
  });

  it('makes a second job wait for a free place', async () => {
    const ends = await Promise.all([program('import time; time.sleep(0.3)'), program('print(2)')]);
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  });

  it('that is not there is named with what to do', async () => {
    await expect(runnerExecutor({ url: 'unix:/nowhere/runner.sock', token: 'x' }).run({ tool: 'pytest', path: 'a.py', files: {}, timeMs: 1_000 }, never)).rejects.toMatchObject({ code: 'RUNNER_DOWN', hint: expect.stringContaining('Runner URL') });
  });
});
