import { DEFAULT_CHECK_S, type Check } from '../../runs';
import { failed, outputTail, passed, type CheckOutcome } from './check-outcome';
import type { Execution } from './executor';
import type { Told } from './told';

/** What became of the tests in one file. */
export interface TestCounts {
  run: number;
  skipped: number;
  failed: number;
}

interface ToldTests extends Told, TestCounts {
  assertions: number;
  failures: Array<{ test: string; said: string }>;
}

type TestFile = Pick<Check, 'path' | 'timeoutS'>;

/** The verdict on a test file that one of our programs ran. Tests that prove nothing do not pass. */
export function testsOutcome(check: TestFile, execution: Execution, told: readonly Told[]): CheckOutcome {
  const { path } = check;
  const unloaded = told.find(({ kind }) => kind === 'unloaded');
  if (unloaded) return failed(`${path} cannot be loaded${missingModule(unloaded)}: ${outputTail(String(unloaded.said))}`);
  const tampered = tamperedWith(told);
  if (tampered !== undefined) return failed(`${path}: the work changes ${tampered}, by which its tests are judged, so nothing was proved`);
  const [tests, ...more] = told.filter((one): one is ToldTests => one.kind === 'tests');
  if (more.length > 0) return failed(`${path}: the outcome of its tests was told ${more.length + 1} times, so the work itself told it, and nothing was proved`);
  if (!tests) return failed(`${path} ${endedBy(execution, check)} before its tests were over${tailOf(execution)}`);
  if (tests.failed > 0) return failed(`${path}: ${tests.failed} of ${counted(tests.run, 'test')} failed. ${failuresInWords(tests)}`);
  // A promise nobody waited for may fail behind the test that began it.
  if (execution.end !== 'exit' || execution.exitCode !== 0) return failed(`${path} ${endedBy(execution, check)}, though ${counted(tests.run, 'test')} passed; something fails that no test waits for${tailOf(execution)}`);
  return withoutProof(path, tests) ?? (tests.assertions === 0 ? failed(`${path}: its ${counted(tests.run, 'test')} assert nothing`) : testsPassed(path, tests));
}

/** What of our tools the work put its own in the place of. */
export function tamperedWith(told: readonly Told[]): string | undefined {
  const tampered = told.find(({ kind }) => kind === 'tampered');
  return tampered && String(tampered.what);
}

export function testsPassed(path: string, { run, skipped }: TestCounts): CheckOutcome {
  return passed(`${path}: ${counted(run, 'test')} passed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}

/** A file without a test that ran is no proof. */
export function withoutProof(path: string, { run, skipped }: TestCounts): CheckOutcome | undefined {
  if (run > 0) return undefined;
  return failed(skipped > 0 ? `${path} skips ${skipped === 1 ? 'its only test' : `all of its ${skipped} tests`}, so nothing was proved` : `${path} has no test that could be run`);
}

function missingModule({ missing }: Told): string {
  return typeof missing === 'string' ? `: it needs "${missing}", which was not delivered and is not part of the language` : '';
}

/** The assertions first: a rework prompt may show only the beginning. */
function failuresInWords({ failures }: ToldTests): string {
  const each = Math.max(200, Math.floor(1_600 / Math.max(1, Math.min(5, failures.length))));
  const shown = failures.slice(0, 5).map(({ test, said }) => `${test}: ${outputHead(said, each)}`);
  return [...shown, ...(failures.length > 5 ? [`and ${failures.length - 5} more`] : [])].join('\n');
}

function outputHead(text: string, maxCharacters: number): string {
  const plain = outputTail(text, Infinity);
  return plain.length <= maxCharacters ? plain : `${plain.slice(0, maxCharacters)} […]`;
}

const ENDS: Record<Exclude<Execution['end'], 'exit'>, string> = {
  time: 'was still running',
  memory: 'used more memory than it may',
  output: 'printed more than it may',
  files: 'wrote more files than it may',
  stopped: 'was stopped by the sandbox: too many loops, calls or commands',
};

export function endedBy({ end, exitCode }: Execution, { timeoutS = DEFAULT_CHECK_S }: Pick<Check, 'timeoutS'>): string {
  if (end === 'exit') return `ended with exit code ${exitCode}`;
  return end === 'time' ? `${ENDS.time} after ${timeoutS} s and was ended` : ENDS[end];
}

function tailOf({ stdout, stderr }: Execution): string {
  const said = outputTail(stderr || stdout);
  return said && `: ${said}`;
}

export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
