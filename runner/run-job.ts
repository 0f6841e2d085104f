import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { asUser } from './as-user.ts';
import { commandOf, PROGRAM_FILES } from './commands.ts';
import type { Job } from './job.ts';
import { endProcesses } from './processes.ts';

/** Of stdout and stderr together. */
const MAX_OUTPUT_BYTES = 512 * 1024;
const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

export interface JobOutcome {
  end: 'exit' | 'time' | 'output' | 'stopped';
  exitCode: number | null;
  stdout: string;
  stderr: string;
  durationMs: number;
}

/** @param user who runs it; undefined: whoever runs this service */
export async function runJob(job: Job, user: number | undefined, signal: AbortSignal): Promise<JobOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'job-'));
  try {
    await placeFiles(folder, job, user);
    return await runIn(folder, job, user, signal);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function placeFiles(folder: string, { tool, code, files }: Job, user: number | undefined): Promise<void> {
  const own = async (path: string) => (user === undefined ? undefined : await chown(path, user, user));
  await own(folder);
  const program = PROGRAM_FILES[tool];
  const all = { ...files, ...(program && { [program]: code! }), ...(tool === 'jest' && !files['package.json'] && { 'package.json': '{}' }) };
  for (const [path, text] of Object.entries(all)) {
    const file = join(folder, path);
    const firstNew = await mkdir(dirname(file), { recursive: true });
    for (let made = dirname(file); firstNew && made.length >= firstNew.length; made = dirname(made)) await own(made);
    await writeFile(file, text);
    await own(file);
  }
}

async function runIn(folder: string, job: Job, user: number | undefined, signal: AbortSignal): Promise<JobOutcome> {
  const startedMs = performance.now();
  const mark = randomUUID();
  const [program, ...given] = asUser(user, ['/bin/sh', '-c', `ulimit -c 0; ulimit -t ${processorS(job.timeMs)}; exec "$@"`, 'job', ...thatIsThere(commandOf(job.tool, job.path))]);
  const child = spawn(program, given, { cwd: folder, env: jobEnvironment(folder, mark), detached: true, stdio: 'pipe' });
  child.stdin.on('error', () => {});
  child.stdin.end(job.stdin);
  const output = collectOutput(child);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    // Not 'close': a process that outlives the job would hold the pipes.
    child.once('exit', (code) => resolve(code));
  });
  const limit = limitOf(job.timeMs, output.tooMuch, signal);
  try {
    const first = await Promise.race([ended.then((exitCode) => ({ end: exitCode === null ? ('stopped' as const) : ('exit' as const), exitCode })), limit.reached.then((end) => ({ end, exitCode: null }))]);
    await endProcesses({ group: child.pid, user, mark });
    await settled(child);
    return { ...first, ...output.texts(), durationMs: Math.round(performance.now() - startedMs) };
  } finally {
    limit.forget();
    await endProcesses({ group: child.pid, user, mark });
  }
}

/** Of one process: the kernel's end for a job whose service was killed. Threads count each for itself, so it is several times the job's own time. */
function processorS(timeMs: number): number {
  return Math.ceil((4 * timeMs) / 1_000) + 5;
}

/** Looked for before the shell does: a missing program is this service's fault, and the job could imitate the shell's words for it. @throws when it is not there */
function thatIsThere(command: [string, ...string[]]): string[] {
  const [program] = command;
  const places = isAbsolute(program) ? [program] : (process.env.PATH ?? USUAL_PATH).split(delimiter).map((folder) => join(folder, program));
  if (!places.some(existsSync)) throw new Error(`${program} is not installed.`);
  return command;
}

/** Nothing of this service's own environment; the mark finds processes that left the group. */
function jobEnvironment(folder: string, mark: string): Record<string, string> {
  return { PATH: process.env.PATH ?? USUAL_PATH, HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: folder, NODE_PATH: process.env.RUNNER_MODULES ?? '', CI: '1', AIOS_JOB: mark };
}

function collectOutput(child: ChildProcess): { texts(): { stdout: string; stderr: string }; tooMuch: Promise<'output'> } {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let bytes = 0;
  const tooMuch = new Promise<'output'>((resolve) => {
    for (const name of ['stdout', 'stderr'] as const)
      child[name]!.on('data', (chunk: Buffer) => {
        if (bytes < MAX_OUTPUT_BYTES) kept[name].push(chunk.subarray(0, MAX_OUTPUT_BYTES - bytes));
        bytes += chunk.length;
        if (bytes > MAX_OUTPUT_BYTES) resolve('output');
      });
  });
  const text = (name: 'stdout' | 'stderr') => Buffer.concat(kept[name]).toString('utf8');
  return { texts: () => ({ stdout: text('stdout'), stderr: text('stderr') }), tooMuch };
}

/** What was printed just before the end still lies in the pipes. */
async function settled(child: ChildProcess): Promise<void> {
  const open = [child.stdout!, child.stderr!].filter((stream) => !stream.closed);
  const closed = Promise.all(open.map((stream) => new Promise<void>((resolve) => void stream.once('close', () => resolve()))));
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([closed, new Promise<void>((resolve) => (timer = setTimeout(resolve, 500)))]);
  clearTimeout(timer);
  for (const stream of open) stream.destroy();
}

function limitOf(timeMs: number, tooMuch: Promise<'output'>, signal: AbortSignal): { reached: Promise<'time' | 'output' | 'stopped'>; forget(): void } {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const time = new Promise<'time'>((resolve) => (timer = setTimeout(() => resolve('time'), timeMs)));
  const stopped = new Promise<'stopped'>((resolve) => signal.addEventListener('abort', (stop = () => resolve('stopped')), { once: true }));
  if (signal.aborted) stop?.();
  return {
    reached: Promise.race([time, tooMuch, stopped]),
    forget() {
      clearTimeout(timer);
      if (stop) signal.removeEventListener('abort', stop);
    },
  };
}
