import { sandboxExecutor } from '../../agents';
import { runExamples } from '../../agents/checks/run-examples';
import { openSandbox } from '../../skills';
import { documentedWorks } from '../bench/qa/works';
import { measureQa } from '../bench/qa/measure';
import { itUnless } from '../support/services';
import { noCorpus } from '../support/shared-data';

const executor = sandboxExecutor(openSandbox());
const examplesIn = async (content: string, texts: string[] = []) =>
  await runExamples([{ path: 'work.py', content }], texts, { executor, files: { 'work.py': content }, signal: new AbortController().signal });

/** Documentation as people write it, of a function that does what it says; with `wrong` in the place of `right` it promises something else. */
const FORMS: Array<[form: string, documentation: string, body: string, right: string, wrong: string]> = [
  ['doctest', '>>> work(3)\n    6', 'return 2 * n', '6', '7'],
  ['doctest over several lines', '>>> work(\n    ...     3)\n    [6,\n     6]', 'return [n * 2, n * 2]', ' 6]', ' 7]'],
  ['an error', '>>> work(0)\n    Traceback (most recent call last):\n      ...\n    ValueError: not 0', 'if n == 0: raise ValueError("not 0")', 'ValueError', 'KeyError'],
  ['a comparison', '>>> work(3) == 6', 'return 2 * n', '6', '7'],
  ['numbers that are rounded', '>>> work(3)\n    0.3333', 'return 1 / n', '0.3333', '0.3334'],
  ['other quotes', '>>> work(3)\n    "3"', 'return str(n)', '"3"', '"4"'],
  ['a line break in a text', '>>> work("a\\nb")\n    "a-b"', 'return n.replace("\\n", "-")', 'a-b', 'a+b'],
  ['==>', 'Example:\n    work(3) ==> 6', 'return 2 * n', '6', '7'],
  ['=> and a list over lines', 'Examples:\n    work([1,\n          2]) => [2,\n                  4]', 'return [2 * one for one in n]', '4]', '5]'],
  ['->', 'work(3) -> 6', 'return 2 * n', '6', '7'],
  ['➞', 'work(3) ➞ 6', 'return 2 * n', '6', '7'],
  ['returns', 'For example, work(3) returns 6.', 'return 2 * n', '6', '7'],
  ['should return, in capitals of another language', 'Examples:\n    * work(3) should return true', 'return n == 3', 'true', 'false'],
  ['a comment', 'Example:\n    work(3)  # => "x" (three is odd)', 'return "x"', '"x"', '"y"'],
  ['input and output', 'Example 1:\n        Input: n = 3\n        Output: 6\n        Explanation: twice', 'return 2 * n', '6', '7'],
  ['input without a name', 'Example 1:\n        Input: [3]\n        Output: 3', 'return n[0]', 'Output: 3', 'Output: 4'],
  ['a sentence', 'For n = 3 the output should be 6.', 'return 2 * n', '6', '7'],
  ['a sum written out', 'Example:\n    work(3) == 1 + 2 + 3 = 6', 'return 6', '1 + 2', '1 + 3'],
  ['texts without quotes', 'Example:\n    work(abc) => 3', 'return len(n)', '3', '4'],
  ['the name of before', 'Example:\n    double_it(3) ==> 6', 'return 2 * n', '6', '7'],
];

/** All forms in one file, one function each: a job of the sandbox takes its time. */
const workOf = (isRight: boolean) =>
  FORMS.map(([, documentation, body, right, wrong], index) => {
    const promised = isRight ? documentation : documentation.replace(right, wrong);
    return `def work${index}(n):\n    """ Does its work.\n\n    ${promised.replaceAll('work(', `work${index}(`)}\n    """\n    ${body}\n`;
  }).join('\n');

describe('examples', () => {
  it('are understood in all the ways people write them', async () => {
    expect(await examplesIn(workOf(true))).toMatchObject({ state: 'pass', evidence: expect.stringMatching(`^${FORMS.length} examples hold: work\\.py:1 work0`) });
    expect(await examplesIn(workOf(false))).toMatchObject({ state: 'fail', evidence: expect.stringMatching(`^${FORMS.length} of ${FORMS.length} examples do not hold: work0\\(3\\) gives 6, not 7`) });
  }, 60_000);

  it('say nothing where nothing is promised', async () => {
    expect(await examplesIn('def work(n):\n    """Twice n. For example a number."""\n    return n\n')).toBeUndefined();
    expect(await examplesIn('x = 1\n')).toBeUndefined();
  }, 30_000);

  it('that hang fail and leave the others their turn', async () => {
    const content = 'def work(n):\n    """\n    >>> work(1)\n    1\n    >>> work(2)\n    2\n    >>> work(3)\n    3\n    """\n    while n == 2:\n        pass\n    return n\n';
    expect(await examplesIn(content)).toMatchObject({ state: 'fail', evidence: expect.stringMatching(/^1 of 3 examples does not hold: work\(2\) gives TookTooLong/) });
  }, 60_000);

  it('in the text of the task are run against what was delivered', async () => {
    expect(await examplesIn('def work(n):\n    return n\n', ['Write work. For example work(2) should return 4, and other(1) returns 2.'])).toMatchObject({ state: 'fail', evidence: '1 of 1 example does not hold: work(2) gives 2, not 4 (the task)' });
  }, 30_000);
});

const works = documentedWorks();
const sample = works && (process.env.FULL === '1' ? works : works.filter((_, index) => index % works.length === Number(process.env.SEED ?? 1) % works.length));

itUnless(noCorpus(works), 'QA passes correct work and catches its mutants', async () => {
  const { withExamples, correctPassed, correctRefused, mutants, caught, missed, passedWithFailedCheck, passedAgainstModel } = await measureQa(sample!, executor, { mutantsPerRow: 3, seed: Number(process.env.SEED ?? 1), atOnce: 1 });
  expect({ correctPassed, correctRefused, passedWithFailedCheck, passedAgainstModel }).toEqual({ correctPassed: withExamples, correctRefused: [], passedWithFailedCheck: 0, passedAgainstModel: 0 });
  expect({ enough: caught >= 0.95 * mutants, missed: caught >= 0.95 * mutants ? [] : missed }).toEqual({ enough: true, missed: [] });
}, process.env.FULL === '1' ? 3_600_000 : 120_000);
