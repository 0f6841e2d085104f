import type { Artifact } from '../../runs';
import { refusalOf, safePath } from '../../workspace';
import { failed, notRun, outputTail, passed, type Bench, type CheckOutcome } from './check-outcome';
import { notRunBecause } from './execute-check';
import { EXAMPLE_LITERALS } from './programs/example-literals';
import { FIND_EXAMPLES } from './programs/find-examples';
import { HELD_TOOLS } from './programs/held-tools';
import { JUDGE_EXAMPLES } from './programs/judge-examples';
import { RUN_EXAMPLES } from './programs/run-examples';
import { counted, endedBy, tamperedWith } from './tests-outcome';
import { newMark, toldIn, type Told } from './told';

const PROGRAM = [HELD_TOOLS, EXAMPLE_LITERALS, FIND_EXAMPLES, JUDGE_EXAMPLES, RUN_EXAMPLES].join('\n');

/** For all examples of all files together: they are small by nature. */
const EXAMPLES_TIMEOUT_S = 30;
const MOST_FILES = 20;

/** A test is no documentation, and its own examples are run as tests. */
const TEST_FILE = /(^|\/)(test_[^/]*|[^/]*_test|conftest|setup)\.py$/;
const MAY_HAVE_EXAMPLES = />>>|example|samples?\b|\be\.g\b|=>|->|→|➞|⇒|==|\breturns?\b|\binput\b|\)\s*=|should be/i;

interface ToldExample extends Told {
  state: 'pass' | 'fail' | 'skip';
  source: string;
  want: string;
  got: string;
  where: string;
}

/**
 * QA's own tests, taken from what is written: the examples in the docstrings of delivered Python, and those in the task's
 * text that name its functions. Each is run and compared; no model has a part in it.
 *
 * @param texts what the task says
 * @returns undefined where nothing holds an example
 */
export async function runExamples(artifacts: readonly Artifact[], texts: readonly string[], bench: Bench): Promise<CheckOutcome | undefined> {
  const paths = pythonFiles(artifacts, texts);
  if (paths.length === 0) return undefined;
  try {
    const mark = newMark();
    const execution = await bench.executor.run({ tool: 'python', code: PROGRAM, files: bench.files, stdin: JSON.stringify({ mark, paths, texts }), timeMs: EXAMPLES_TIMEOUT_S * 1_000 }, bench.signal);
    const told = toldIn(execution.stdout, mark);
    if (told.filter(({ kind }) => kind === 'end').length === 1) return examplesOutcome(told);
    const last = told.findLast(({ kind }) => kind === 'start');
    if (!last && execution.end !== 'exit') return failed(`Running the examples: the work ${endedBy(execution, { timeoutS: EXAMPLES_TIMEOUT_S })}`);
    if (!last) return notRun(`The examples were not run: the program that reads them ${endedBy(execution, { timeoutS: EXAMPLES_TIMEOUT_S })}: ${outputTail(execution.stderr)}`);
    return failed(`${String(last.source)} (${String(last.where)}) ${endedBy(execution, { timeoutS: EXAMPLES_TIMEOUT_S })}`);
  } catch (error) {
    return notRunBecause(error, 'What the examples promise', bench.signal);
  }
}

function pythonFiles(artifacts: readonly Artifact[], texts: readonly string[]): string[] {
  const inTask = texts.some((text) => MAY_HAVE_EXAMPLES.test(text));
  return artifacts
    .filter(({ path }) => refusalOf(path) === undefined)
    .filter(({ path, content }) => path.endsWith('.py') && !TEST_FILE.test(path) && /\b(def|class)\s/.test(content))
    .filter(({ content }) => inTask || (/"""|'''|^\s*["']/m.test(content) && MAY_HAVE_EXAMPLES.test(content)))
    .map(({ path }) => safePath(path))
    .slice(0, MOST_FILES);
}

function examplesOutcome(told: readonly Told[]): CheckOutcome | undefined {
  const examples = told.filter((one): one is ToldExample => one.kind === 'example' && one.state !== 'skip');
  const wrong = examples.filter(({ state }) => state === 'fail');
  const unloaded = told.find(({ kind }) => kind === 'unloaded');
  const tampered = tamperedWith(told);
  if (tampered !== undefined) return failed(`The work changes ${tampered}, by which its examples are judged, so nothing was proved`);
  if (wrong.length > 0) return failed(`${wrong.length} of ${counted(examples.length, 'example')} do${wrong.length === 1 ? 'es' : ''} not hold: ${wrong.slice(0, 6).map(inWords).join('; ')}`);
  if (unloaded) return notRun(`The examples were not run: ${String(unloaded.source)} ended with ${String(unloaded.got)}`);
  if (examples.length === 0) return undefined;
  return passed(`${counted(examples.length, 'example')} hold${examples.length === 1 ? 's' : ''}: ${[...new Set(examples.map(({ where }) => where))].slice(0, 6).join(', ')}`);
}

function inWords({ source, want, got, where }: ToldExample): string {
  return `${source.slice(0, 200)} gives ${outputTail(got, 200) || 'nothing'}, not ${want.slice(0, 200) || 'nothing'} (${where})`;
}
