import { errorFacts } from '../../kernel';
import { DEFAULT_CHECK_S, type Check } from '../../runs';
import { failed, notRun, outputTail, passed, type Bench, type CheckOutcome } from './check-outcome';
import { commandOutcome } from './command-outcome';
import type { Execution, ExecutionJob, JobFiles } from './executor';
import { HELD_TOOLS } from './programs/held-tools';
import { jsTestProgram } from './programs/js-program';
import { RUN_UNITTEST } from './programs/run-unittest';
import { endedBy, testsOutcome } from './tests-outcome';
import { newMark, toldIn } from './told';

/** One executing check on one file whose text is `content`. */
type RunOne = (check: Check, content: string, bench: Bench) => Promise<CheckOutcome>;

/** Kinds that run what was delivered. */
export const EXECUTING_CHECKS: Partial<Record<Check['kind'], RunOne>> = { 'python-unittest': runUnittest, 'js-test': runJsTest, bash: runScript, runner: runCommand };

/** Runs the check; where nothing can run it, or not this time, it is `notRun` with the reason. */
export async function executeCheck(runOne: RunOne, check: Check, content: string, bench: Bench): Promise<CheckOutcome> {
  try {
    return await runOne(check, content, { ...bench, files: withSetup(bench.files, check) });
  } catch (error) {
    return notRunBecause(error, `The check "${check.kind}" on ${check.path}`, bench.signal);
  }
}

/** @throws the error where the check may be made later, or nobody wants it any more */
export function notRunBecause(error: unknown, subject: string, signal: AbortSignal): CheckOutcome {
  const { code, kind, message, hint } = errorFacts(error);
  if (signal.aborted || code === 'CANCELLED' || ['SANDBOX_BUSY', 'RUNNER_BUSY'].includes(code) || kind === 'bug') throw error;
  return notRun(`${subject} was not run: ${message} ${hint}`);
}

function withSetup(files: JobFiles, { setup = [] }: Check): JobFiles {
  return { ...files, ...Object.fromEntries(setup.map(({ path, content }) => [path, content])) };
}

export const timeMsOf = ({ timeoutS = DEFAULT_CHECK_S }: Pick<Check, 'timeoutS'>): number => Math.round(timeoutS * 1_000);

async function runUnittest(check: Check, _content: string, { executor, files, signal }: Bench): Promise<CheckOutcome> {
  const mark = newMark();
  const stdin = JSON.stringify({ mark, path: check.path });
  const execution = await executor.run({ tool: 'python', code: HELD_TOOLS + RUN_UNITTEST, files, stdin, timeMs: timeMsOf(check) }, signal);
  return testsOutcome(check, execution, toldIn(execution.stdout, mark));
}

async function runJsTest(check: Check, _content: string, { executor, files, signal }: Bench): Promise<CheckOutcome> {
  const mark = newMark();
  const program = jsTestProgram(check.path, files, mark);
  if ('problem' in program) return failed(program.problem);
  const execution = await executor.run({ tool: 'javascript', code: program.code, files, timeMs: timeMsOf(check) }, signal);
  return testsOutcome(check, execution, toldIn(execution.stdout, mark));
}

async function runScript(check: Check, content: string, { executor, files, signal }: Bench): Promise<CheckOutcome> {
  const given = check.arguments ?? [];
  const code = given.length === 0 ? content : `set -- ${given.map(quoted).join(' ')}\n${content}`;
  return scriptOutcome(check, await executor.run({ tool: 'bash', code, files, timeMs: timeMsOf(check) }, signal));
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function scriptOutcome(check: Check, execution: Execution): CheckOutcome {
  const { path, exitCode = 0, contains } = check;
  const said = outputTail(`${execution.stderr}\n${execution.stdout}`);
  if (execution.end !== 'exit') return failed(`${path} ${endedBy(execution, check)}${said && `: ${said}`}`);
  if (execution.exitCode !== exitCode) return failed(`${path} ended with exit code ${execution.exitCode}, not ${exitCode}${said && `: ${said}`}`);
  if (contains !== undefined && !execution.stdout.includes(contains)) return failed(`${path} did not print ${JSON.stringify(contains.slice(0, 120))}; it printed: ${outputTail(execution.stdout) || 'nothing'}`);
  return passed(`${path} ended with exit code ${exitCode}${contains === undefined ? '' : ` and printed ${JSON.stringify(contains.slice(0, 120))}`}`);
}

async function runCommand(check: Check, content: string, { executor, files, signal }: Bench): Promise<CheckOutcome> {
  const { command, path } = check;
  if (command === undefined) return notRun(`The check "runner" on ${path} was not run: it names no command`);
  const job: ExecutionJob = { tool: command, path, files, timeMs: timeMsOf(check) };
  return commandOutcome({ ...check, command }, content, await executor.run(job, signal));
}
