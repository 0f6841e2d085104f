import { Bash, type BashOptions } from 'just-bash';
import type { SandboxEnd, SandboxLimits } from '../../sandbox';
import type { ProgramAnswer, ProgramJob } from '../sandbox-protocol';
import { javascriptEnvironment, needsModuleMode, withoutTypes } from './javascript-environment';
import { nodeCommand } from './node-command';
import { pythonLauncher } from './python-launcher';
import { DESK, readWritten } from './written-files';

/** The interpreter's own bounds that are no limits of ours: far above what the limit on time lets happen. */
const ENDLESS = 1_000_000_000;
/** Room for the sentence in which a language says that its output was cut. */
const SPARE_OUTPUT_BYTES = 512;
/** Exit code of just-bash for a bound of its own. */
const BOUND_EXIT_CODE = 126;

/** Runs the job to its end or to the first limit. Never throws: what goes wrong inside is part of the answer. */
export async function runJob(job: ProgramJob): Promise<ProgramAnswer> {
  const { main, program, source } = startOf(job);
  const remainingMs = Math.max(1, Math.round(job.limits.timeMs - performance.now()));
  const files = { ...onDesk(job.files), ...(main && { [`${DESK}/${main}`]: source }) };
  const bash = new Bash({ python: true, javascript: { bootstrap: javascriptEnvironment(job.files, job.stdin) }, customCommands: [nodeCommand], cwd: DESK, files, executionLimits: boundsOf(job.limits, remainingMs) });
  // Every program expects it to be there.
  await bash.fs.mkdir('/tmp', { recursive: true });
  const initial = new Set(bash.fs.getAllPaths());
  const { stdout, stderr, exitCode } = await bash.exec(program[0]!, { args: program.slice(1), stdin: job.stdin, rawScript: true }).catch(asResult);
  const isOver = performance.now() >= job.limits.timeMs - 5;
  const said = cut({ stdout, stderr }, job.limits.outputBytes);
  const end = endOf({ stdout, stderr, exitCode, isOver, isCut: said.isCut });
  const failed = (why: SandboxEnd): ProgramAnswer => ({ end: why, exitCode: null, stdout: said.stdout, stderr: said.stderr, written: {} });
  if (end !== 'exit') return failed(end);
  const written = await readWritten(bash.fs, { initial, given: job.files, ...(main && { main }), limits: job.limits });
  return written ? { ...failed('exit'), exitCode, written } : failed('files');
}

interface Start {
  /** The code's own file among the job's, where the language needs one. */
  main?: string;
  source: string;
  /** A line of bash, or a command with its arguments. */
  program: string[];
}

function startOf({ language, code, files }: ProgramJob): Start {
  if (language === 'bash') return { source: code, program: [code] };
  const ending = language === 'python' ? 'py' : 'js';
  const main = [`main.${ending}`, `job.${ending}`, `sandbox_job.${ending}`].find((name) => !(name in files))!;
  if (language === 'python') return { main, source: code, program: ['python3', '-c', pythonLauncher(main)] };
  const source = withoutTypes(code);
  return { main, source, program: ['js-exec', ...(needsModuleMode(source) ? ['-m'] : []), main] };
}

function onDesk(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${DESK}/${path}`, text]));
}

function boundsOf({ outputBytes, writtenBytes }: SandboxLimits, remainingMs: number): BashOptions['executionLimits'] {
  return {
    maxExecutionTimeMs: remainingMs + 250,
    maxPythonTimeoutMs: remainingMs,
    maxJsTimeoutMs: remainingMs,
    maxSqliteTimeoutMs: remainingMs,
    maxOutputSize: outputBytes + SPARE_OUTPUT_BYTES,
    maxCommandCount: ENDLESS,
    maxLoopIterations: ENDLESS,
    maxAwkIterations: ENDLESS,
    maxSedIterations: ENDLESS,
    maxJqIterations: ENDLESS,
    maxWorkUnits: ENDLESS,
    maxArchiveBytes: 4 * writtenBytes + 1024 * 1024,
  };
}

function asResult(error: unknown): { stdout: string; stderr: string; exitCode: number } {
  return { stdout: '', stderr: `${error instanceof Error ? error.message : String(error)}\n`, exitCode: 1 };
}

interface Finish {
  stdout: string;
  stderr: string;
  exitCode: number;
  isOver: boolean;
  isCut: boolean;
}

/** just-bash tells its bounds by exit code and text alone; a job that imitates them only misreports its own end. */
function endOf({ stderr, exitCode, isOver, isCut }: Finish): SandboxEnd {
  // The interpreter's clock may be some milliseconds ahead of ours.
  if (isOver || (exitCode !== 0 && /Execution timeout: exceeded \d+ms limit/.test(stderr))) return 'time';
  if (isCut || (exitCode !== 0 && /output size (limit )?exceeded/.test(stderr))) return 'output';
  return exitCode === BOUND_EXIT_CODE && /exceeded/.test(stderr) ? 'stopped' : 'exit';
}

/** stderr first gets what stdout leaves, at least a quarter: it says what went wrong. */
function cut({ stdout, stderr }: { stdout: string; stderr: string }, limitBytes: number): { stdout: string; stderr: string; isCut: boolean } {
  const [out, err] = [Buffer.from(stdout), Buffer.from(stderr)];
  if (out.length + err.length <= limitBytes) return { stdout, stderr, isCut: false };
  const errBytes = Math.min(err.length, Math.max(limitBytes - out.length, limitBytes >> 2));
  return { stdout: textOf(out.subarray(0, limitBytes - errBytes)), stderr: textOf(err.subarray(0, errBytes)), isCut: true };
}

/** Without the half of a character the cut left. */
function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\uFFFD+$/, '');
}
