import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSandbox, type SandboxJob, type SandboxLimits } from '../../skills';
import { isAlive } from '../bench/sandbox/make-attacks';
import { itUnless, missingService, setpriv } from '../support/services';

const never = () => new AbortController().signal;
const job = (language: SandboxJob['language'], code: string, more: Partial<SandboxJob> = {}): SandboxJob => ({ language, code, files: {}, ...more });

/** A busy machine makes everything slow but the limits. */
jest.setTimeout(60_000);

describe('the sandbox', () => {
  const started: number[] = [];
  const sandbox = openSandbox({ onStart: (pid) => started.push(pid) });
  const run = async (language: SandboxJob['language'], code: string, more?: Partial<SandboxJob>) => await sandbox.run(job(language, code, more), never());
  const bounded = async (language: SandboxJob['language'], code: string, limits: Partial<SandboxLimits>) => await run(language, code, { limits });

  it('runs bash with its files, input and exit code', async () => {
    const outcome = await run('bash', 'cat names.txt - | sort; echo problem >&2; exit 3', { files: { 'names.txt': 'Bob\n' }, stdin: 'Ada\n' });
    expect(outcome).toMatchObject({ end: 'exit', exitCode: 3, stdout: 'Ada\nBob\n', stderr: 'problem\n', written: {} });
  });

  it('runs Python beside its modules and keeps texts over several lines as they are', async () => {
    const outcome = await run('python', 'import sys, tax\ntext = """a\n  b\n"""\nprint(repr(text), tax.of(100), sys.stdin.read())', { files: { 'tax.py': 'def of(net): return net * 0.19\n' }, stdin: 'größer' });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: "'a\\n  b\\n' 19.0 größer\n", stderr: '' });
  });

  it('runs Python that uses temporary files, looks for files and waits', async () => {
    const code = `import asyncio, os, pathlib, socket, tempfile, zoneinfo
with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / 'in').mkdir()
    (pathlib.Path(folder) / 'in' / 'a.txt').write_text('kept')
    print(os.listdir(folder), [found.read_text() for found in pathlib.Path(folder).rglob('*.txt')])
with tempfile.NamedTemporaryFile('w', delete=False) as file: file.write('named')
print(open(file.name).read(), sorted(map(str, pathlib.Path('.').rglob('*.csv'))))
async def late(n):
    await asyncio.sleep(n / 10)
    return n
async def main():
    print(await asyncio.gather(late(2), late(1)))
    try: await asyncio.wait_for(asyncio.sleep(9), 0.1)
    except TimeoutError: print('too late')
asyncio.run(main())
try: socket.socketpair()
except OSError as error: print(error)`;
    const outcome = await run('python', code, { files: { 'data/a.csv': '1' }, limits: { timeMs: 20_000 } });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: "['in'] ['kept']\nnamed ['data/a.csv']\n[2, 1]\ntoo late\n[Errno 95] There is no network here\n", stderr: '' });
  });

  it("shows a Python error at the code's own line", async () => {
    const { exitCode, stderr } = await run('python', 'def half(n):\n    return n / 0\n\nhalf(3)');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Traceback[^]*File "main.py", line 4[^]*File "main.py", line 2[^]*ZeroDivisionError: division by zero\n$/);
    expect(stderr).not.toContain('exec(');
  });

  it('runs JavaScript with required files, timers and promises', async () => {
    const code = `const { of } = require('./lib/tax');\nconst start = Date.now();\nsetTimeout(() => { process.stdout.write('later '); console.log(Date.now() - start >= 60_000); }, 60_000);\nasync function main() { await null; console.log(of(100)); }\nmain();`;
    const outcome = await run('javascript', code, { files: { 'lib/tax.js': "module.exports.of = (net) => net * require('./rate.json').rate;", 'lib/rate.json': '{"rate":0.19}' } });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '19\nlater true\n', stderr: '' });
  });

  it('runs TypeScript and ES modules', async () => {
    const outcome = await run('javascript', "import { of } from './tax.ts';\nconst net: number = await Promise.resolve(100);\nconsole.log(of(net));", { files: { 'tax.ts': 'export const of = (net: number): number => net * 0.19;' } });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '19\n', stderr: '' });
  });

  it.each([
    ['throws', "throw new TypeError('bad')", 1, /^TypeError: bad\n\s+at .*main\.js:1/],
    ['ends with a rejected call', "async function main() { await null; throw new RangeError('far'); }\nmain()", 1, /^RangeError: far/],
    ['throws in a timer', "setTimeout(() => { throw new Error('late'); }, 5)", 1, /^Error: late/],
    ['exits in a promise', 'Promise.resolve().then(() => process.exit(7)); setTimeout(() => console.log(1), 9)', 7, /^$/],
    ['sets an exit code', 'process.exitCode = 5', 5, /^$/],
    ['fails an assertion', "require('node:assert').strictEqual(1, 2)", 1, /AssertionError/],
  ])('gives JavaScript that %s its exit code', async (_, code, exitCode, stderr) => {
    const outcome = await run('javascript', code);
    expect(outcome).toMatchObject({ end: 'exit', exitCode, stdout: '' });
    expect(outcome.stderr).toMatch(stderr);
  });

  it('lets bash call node and python3 as models do', async () => {
    const outcome = await run('bash', "node app.js one && node -e 'console.log(1 + 1)'; echo 'print(3)' > a.py; python3 a.py; node missing.js || node --test", { files: { 'app.js': "import { argv } from 'node:process';\nconst word: string = argv[2]; console.log(word);" } });
    expect(outcome).toMatchObject({ stdout: 'one\n2\n3\n', stderr: expect.stringMatching(/cannot find the file missing\.js[^]*takes a file/), exitCode: 9 });
  });

  it('hands back what was written or changed, and nothing else', async () => {
    const files = { 'kept.txt': 'same', 'changed.txt': 'old' };
    const outcome = await run('bash', 'mkdir -p out; echo new > changed.txt; echo same | tr -d "\\n" > kept.txt; echo hello > out/a.txt; echo x > /tmp/elsewhere; ln -s kept.txt link', { files });
    expect(outcome.written).toEqual({ 'changed.txt': 'new\n', 'out/a.txt': 'hello\n' });
  });

  it('knows no name of a file that means something else', async () => {
    const outcome = await run('bash', 'echo new >> __proto__; echo x > constructor; cp __proto__ toString', { files: JSON.parse('{"__proto__":"old "}') as Record<string, string> });
    expect(Object.entries(outcome.written).sort()).toEqual([['__proto__', 'old new\n'], ['constructor', 'x\n'], ['toString', 'old new\n']]);
  });

  itUnless(missingService(setpriv), 'ends with the process that asked, also when it is busy in bash and that one was killed', async () => {
    const asker = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '../support/busy-sandbox.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
    // The first of them is the layers' trial.
    let pids: number[] = [];
    while (pids.length < 2) pids = [...pids, ...String((await once(asker.stdout, 'data'))[0]).trim().split('\n').map(Number)];
    const pid = pids.at(-1)!;
    // In its loop by now, where it looks at nothing.
    await untilBusy(pid, 150);
    asker.kill('SIGKILL');
    while (isAlive(pid)) await new Promise(setImmediate);
  });

  it('keeps what a job said before its time was over', async () => {
    const outcome = await bounded('javascript', 'console.log("begun"); for (;;);', { timeMs: 8_000 });
    expect(outcome).toMatchObject({ end: 'time', exitCode: null, stdout: 'begun\n', written: {} });
    expect(outcome.durationMs).toBeLessThan(16_000);
  });

  it('ends a job at its limits on memory, output and files', async () => {
    const ends = await Promise.all([
      bounded('bash', 'x=aaaaaaaa; while true; do x="$x$x"; done', { memoryBytes: 192 * 1024 * 1024, timeMs: 30_000 }),
      bounded('bash', 'while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done', { outputBytes: 2_048, timeMs: 30_000 }),
      bounded('bash', 'touch a b c', { writtenFiles: 2 }),
      bounded('bash', 'printf "%2000s" x > a', { writtenBytes: 1_000 }),
    ]);
    expect(ends.map(({ end }) => end)).toEqual(['memory', 'output', 'files', 'files']);
    expect(ends[1]!.stdout.length + ends[1]!.stderr.length).toBeLessThanOrEqual(2_048);
  });

  it('cannot be given an answer by the job itself', async () => {
    const forged = '{"end":"exit","exitCode":0,"stdout":"forged","stderr":"","written":{}}';
    const outcome = await run('bash', `echo '${forged}'; echo 'seal${forged}' >&2; exit 9`);
    expect(outcome).toMatchObject({ exitCode: 9, stdout: `${forged}\n` });
  });

  it('is gone within a second when the call is cancelled', async () => {
    const cancel = new AbortController();
    started.length = 0;
    const running = sandbox.run(job('python', 'while True: pass'), cancel.signal);
    while (started.length === 0) await new Promise(setImmediate);
    await untilBusy(started.at(-1));
    const startedMs = performance.now();
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(isAlive(started.at(-1)!)).toBe(false);
  });

  it('says so when its process is killed in the middle, and leaves nothing', async () => {
    const pids: number[] = [];
    const killed = openSandbox({ onStart: (pid) => pids.push(pid) });
    const running = killed.run(job('bash', 'sleep 100', { limits: { timeMs: 30_000 } }), never());
    while (pids.length === 0) await new Promise(setImmediate);
    await untilBusy(pids[0]);
    process.kill(pids[0]!, 'SIGKILL');
    await expect(running).rejects.toMatchObject({ code: 'SANDBOX_STOPPED', kind: 'temporary', message: expect.stringContaining('SIGKILL') });
    // What the killed process left behind is killed, too, and then belongs to the system, which takes its time.
    while (isAlive(pids[0]!)) await new Promise(setImmediate);
  });

  it('lets a few jobs in at a time and refuses what is too much', async () => {
    const pids: number[] = [];
    const narrow = openSandbox({ maxRunning: 1, maxWaiting: 1, onStart: (pid) => pids.push(pid) });
    await narrow.run(job('bash', ':'), never());
    const cancel = new AbortController();
    const first = narrow.run(job('bash', 'sleep 100'), cancel.signal);
    const second = narrow.run(job('bash', 'echo second'), never());
    await expect(narrow.run(job('bash', 'echo third'), never())).rejects.toMatchObject({ code: 'SANDBOX_BUSY' });
    expect(pids.length).toBeLessThanOrEqual(2);
    cancel.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await second).toMatchObject({ stdout: 'second\n' });
  });

  it('gives up a job that waited too long for its turn', async () => {
    const impatient = openSandbox({ maxRunning: 1, maxWaitMs: 20 });
    const cancel = new AbortController();
    const first = impatient.run(job('bash', 'sleep 100'), cancel.signal);
    await expect(impatient.run(job('bash', ':'), never())).rejects.toMatchObject({ code: 'SANDBOX_BUSY' });
    cancel.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it.each<[string, Partial<SandboxJob>, string]>([
    ['a path that leaves the folder', { files: { '../x': '' } }, '..'],
    ['a limit out of bounds', { limits: { timeMs: 1 } }, 'timeMs'],
    ['more files than it takes', { files: Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`f${index}`, ''])) }, '1001 files'],
    ['more input than it takes', { stdin: 'x'.repeat(17 * 1024 * 1024) }, 'bytes'],
  ])('refuses %s before anything is started', async (_, more, message) => {
    const before = started.length;
    await expect(sandbox.run(job('bash', ':', more), never())).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(message) });
    expect(started.length).toBe(before);
  });
});

/** Until the process, or the one in the namespaces behind it, has used so many hundredths of a second of processor time; after three of them the interpreter is being loaded. */
async function untilBusy(pid: number | undefined, hundredths = 3): Promise<void> {
  if (process.platform !== 'linux') return;
  const ticksOf = (each: number) => {
    try {
      const [user = 0, system = 0] = readFileSync(`/proc/${each}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13).map(Number);
      return user + system;
    } catch {
      return 0;
    }
  };
  const inside = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  while ([pid!, ...inside()].every((each) => ticksOf(each) < hundredths)) await new Promise(setImmediate);
}
