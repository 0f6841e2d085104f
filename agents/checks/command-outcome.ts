import type { Check } from '../../runs';
import { failed, notRun, outputTail, passed, type CheckOutcome } from './check-outcome';
import type { Execution } from './executor';
import { counted, endedBy, testsPassed, withoutProof, type TestCounts } from './tests-outcome';

type Command = NonNullable<Check['command']>;
type CommandCheck = Check & { command: Command };

/** What a test file says when it compares something, in the ways of these tools. */
const ASSERTS = /\bassert|\bexpect\s*\(|\braises\b|\.should\b|\bt\.(?:is|equal|deepEqual|throws)\b/;

/** What the interpreter says where the tool itself is not installed. */
const LACKS: Partial<Record<Command, RegExp>> = { pytest: /: No module named pytest$/m, jest: /Cannot find module '[^']*\/jest\/bin\/jest\.js'/, tsc: /Cannot find module '[^']*\/typescript\/bin\/tsc'/ };

/** The verdict on one of the runner's commands. Its exit code decides; the counts only say whether anything was proved. */
export function commandOutcome(check: CommandCheck, content: string, execution: Execution): CheckOutcome {
  const { command, path } = check;
  const output = `${execution.stdout}\n${execution.stderr}`;
  if (execution.end !== 'exit') return failed(`${command} ${endedBy(execution, check)} on ${path}: ${outputTail(output)}`);
  if (execution.exitCode !== 0 && LACKS[command]?.test(output)) return notRun(`The check "${command}" on ${path} was not run: the runner has no ${command}`);
  if (command === 'tsc') return execution.exitCode === 0 ? passed(`tsc finds no fault in ${path}`) : failed(`tsc on ${path}: ${outputTail(output)}`);
  const counts = COUNTS[command](output);
  if (counts && counts.failed === 0 && counts.run === 0) return withoutProof(path, counts)!;
  if (execution.exitCode !== 0) return failed(`${command} on ${path}: ${counts ? `${counts.failed} of ${counted(counts.run, 'test')} failed` : `exit code ${execution.exitCode}`}. ${outputTail(output)}`);
  if (!counts) return failed(`${command} on ${path} does not say how many tests it ran: ${outputTail(output)}`);
  if (counts.failed > 0) return failed(`${command} on ${path}: ${counts.failed} of ${counted(counts.run, 'test')} failed. ${outputTail(output)}`);
  return ASSERTS.test(content) ? testsPassed(path, counts) : failed(`${path}: its ${counted(counts.run, 'test')} assert nothing`);
}

type ReadCounts = (output: string) => TestCounts | undefined;

const COUNTS: Record<Exclude<Command, 'tsc'>, ReadCounts> = { pytest: pytestCounts, unittest: unittestCounts, jest: jestCounts, 'node-test': nodeTestCounts };

function pytestCounts(output: string): TestCounts | undefined {
  const summary = /^=*\s*((?:\d+ \w+(?:, )?)+|no tests ran) in [\d.]+s/gm;
  const last = [...output.matchAll(summary)].at(-1)?.[1];
  if (last === undefined) return undefined;
  const of = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(last)?.[1] ?? 0);
  const wrong = of('failed') + of('errors?');
  // A test that is expected to fail proves no more than one that is left out.
  return { run: of('passed') + wrong + of('xpassed'), skipped: of('skipped') + of('deselected') + of('xfailed'), failed: wrong };
}

function unittestCounts(output: string): TestCounts | undefined {
  const ran = [...output.matchAll(/^Ran (\d+) tests? in/gm)].at(-1)?.[1];
  if (ran === undefined) return undefined;
  const of = (word: string) => Number(new RegExp(`^(?:OK|FAILED|NO TESTS RAN) .*\\b${word}=(\\d+)`, 'm').exec(output)?.[1] ?? 0);
  const skipped = of('skipped') + of('expected failures');
  return { run: Number(ran) - skipped, skipped, failed: of('failures') + of('errors') + of('unexpected successes') };
}

function jestCounts(output: string): TestCounts | undefined {
  const line = [...output.matchAll(/^Tests:\s+(.*\d+ total)/gm)].at(-1)?.[1];
  // A file that cannot be loaded has no line of tests of its own.
  if (line === undefined) return undefined;
  const of = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { run: of('passed') + of('failed'), skipped: of('skipped') + of('todo'), failed: of('failed') };
}

function nodeTestCounts(output: string): TestCounts | undefined {
  const of = (word: string) => [...output.matchAll(new RegExp(`^(?:#|ℹ) ${word} (\\d+)`, 'gm'))].at(-1)?.[1];
  const tests = of('tests');
  if (tests === undefined) return undefined;
  const skipped = Number(of('skipped') ?? 0) + Number(of('todo') ?? 0);
  return { run: Number(tests) - skipped, skipped, failed: Number(of('fail') ?? 0) + Number(of('cancelled') ?? 0) };
}
