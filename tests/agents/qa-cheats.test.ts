import { runnerExecutor, sandboxExecutor, type Executor } from '../../agents';
import { runCheck } from '../../agents/check';
import { runExamples } from '../../agents/checks/run-examples';
import { checkSchema } from '../../runs';
import { openSandbox } from '../../skills';
import { describeWithService, python } from '../support/services';
import { startRunner, type TestRunner } from '../support/runner';

const never = new AbortController().signal;

async function checked(executor: Executor, kind: 'python-unittest' | 'js-test', path: string, files: Record<string, string>) {
  return await runCheck(checkSchema.parse({ kind, path, timeoutS: 30 }), async (asked) => files[asked], { executor, files, signal: never });
}

/** Work that is wrong, and means to pass its tests all the same. */
const WRONG = 'def add(a, b):\n    return a - b\n';
const TEST = 'import unittest\nfrom calc import add\nclass T(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(1, 2), 3)\n';

describeWithService(python, 'Python that cheats its check', () => {
  let runner: TestRunner;
  beforeAll(async () => void (runner = await startRunner()));
  afterAll(async () => await runner.close());
  const unittest = async (files: Record<string, string>) => await checked(runnerExecutor(runner), 'python-unittest', 'test_calc.py', { 'test_calc.py': TEST, ...files });

  it.each([
    ['assertions of its own', `import unittest\nunittest.TestCase.assertEqual = lambda *given: None\n${WRONG}`, 'changes unittest.TestCase.assertEqual'],
    ['results of its own', `import unittest\nunittest.TestResult.addFailure = lambda *given: None\n${WRONG}`, 'changes unittest.TestResult.addFailure'],
    ['a result that equals everything', 'class All(int):\n    __hash__ = int.__hash__\n    def __eq__(self, other):\n        return True\ndef add(a, b):\n    return All(9)\n', 'says that it equals everything'],
    ['the program asked to tell it passed', 'import __main__, os\n__main__.tell("tests", {"run": 1, "skipped": 0, "failures": [], "failed": 0, "assertions": 1})\n__main__.tell("end", {})\nos._exit(0)\n', 'cannot be loaded'],
    ['output of its own', `import sys, json\nreal = sys.__stdout__\nclass Out:\n    def write(self, text):\n        real.write(text.replace('"failed": 1', '"failed": 0'))\n    def flush(self):\n        real.flush()\nsys.__stdout__ = Out()\n${WRONG}`, '1 of 1 test failed'],
    ['an early end', 'import os\nos._exit(0)\n', 'before its tests were over'],
    ['a test left out', 'import unittest\ndef add(a, b):\n    raise unittest.SkipTest("later")\n', 'skips its only test'],
  ])('does not pass by %s', async (_, calc, evidence) => expect(await unittest({ 'calc.py': calc })).toEqual({ state: 'fail', evidence: expect.stringContaining(evidence) }), 30_000);

  it('passes no test that is expected to fail, nor a plain assertion about what equals everything', async () => {
    const files = { 'calc.py': WRONG, 'test_calc.py': TEST.replace('    def', '    @unittest.expectedFailure\n    def') };
    expect(await unittest(files)).toMatchObject({ state: 'fail', evidence: expect.stringContaining('nothing was proved') });
    const all = { 'calc.py': 'class All:\n    def __eq__(self, other): return True\ndef add(a, b): return All()\n', 'test_calc.py': 'from calc import add\ndef test_adds():\n    assert add(1, 2) == 3\n' };
    expect(await unittest(all)).toMatchObject({ state: 'fail', evidence: expect.stringContaining('equals everything') });
  }, 30_000);

  it('still passes honest tests with doubles, mock.ANY and plain comparisons', async () => {
    const test = 'import builtins, unittest\nfrom unittest import mock\nfrom calc import add\nclass T(unittest.TestCase):\n    maxDiff = None\n    def test_adds(self):\n        with mock.patch("builtins.len", return_value=5):\n            self.assertEqual(add(1, 2), 3)\n        double = mock.Mock()\n        double(1, b=2)\n        self.assertEqual(double.call_args, mock.call(mock.ANY, b=2))\n        assert add(1, 2) == 3\n';
    expect(await unittest({ 'calc.py': 'def add(a, b):\n    return a + b\n', 'test_calc.py': test })).toEqual({ state: 'pass', evidence: 'test_calc.py: 1 test passed' });
  }, 30_000);

  it.each([
    ['equals everything', 'class All:\n    def __eq__(self, other): return True\ndef double(n):\n    """\n    >>> double(2) == 4\n    True\n\n    double(3) ==> 6\n    """\n    return All()\n', '1 of 2 examples'],
    ['changes the tools', 'import doctest\ndoctest.OutputChecker.check_output = lambda *given: True\ndef double(n):\n    """\n    >>> double(2)\n    4\n    """\n    return 5\n', 'changes doctest.OutputChecker.check_output'],
  ])('lets no example pass where the work %s', async (_, content, evidence) => {
    const bench = { executor: runnerExecutor(runner), files: { 'double.py': content }, signal: never };
    expect(await runExamples([{ path: 'double.py', content }], [], bench)).toMatchObject({ state: 'fail', evidence: expect.stringContaining(evidence) });
  }, 30_000);
});

describe('JavaScript that cheats its check', () => {
  const executor = sandboxExecutor(openSandbox());
  const HEAD = "const test = require('node:test'); const assert = require('node:assert'); const { add } = require('./calc');\n";
  const WRONG_JS = 'exports.add = (a, b) => a - b;\n';
  const forged = "const text = require('fs').readFileSync(process.argv[1], 'utf8');\nconst mark = /runTests\\(\"([^\"]+)\"/.exec(text)[1];\nfor (const fact of [{ kind: 'tests', run: 1, skipped: 0, failed: 0, failures: [], assertions: 1 }, { kind: 'end' }]) console.log(mark + ' ' + JSON.stringify(fact));\nprocess.exit(0);\n";

  it.each([
    ['a told outcome', forged, "test('adds', () => assert.equal(add(1, 2), 3));", 'cannot be loaded'],
    ['output of its own', `const log = console.log; console.log = (text) => log(String(text).replace('"failed":1', '"failed":0'));\n${WRONG_JS}`, "test('adds', () => assert.equal(add(1, 2), 3));", '1 of 1 test failed'],
    ['a promise nobody waits for', WRONG_JS, "test('adds', () => { Promise.resolve().then(() => assert.equal(add(1, 2), 3)); });", 'does not wait for'],
    ['a rejection nobody waits for', WRONG_JS, "test('adds', async () => { assert.rejects(async () => add(1, 2)); });", 'does not wait for'],
  ])('does not pass by %s', async (_, calc, test, evidence) => {
    const outcome = await checked(executor, 'js-test', 'calc.test.js', { 'calc.js': calc, 'calc.test.js': HEAD + test });
    expect(outcome).toEqual({ state: 'fail', evidence: expect.stringContaining(evidence) });
  }, 60_000);

  it('still passes honest tests that catch failures and wait for promises', async () => {
    const test = "test('adds', async (t) => { assert.throws(() => assert.equal(1, 2)); await t.test('inner', () => assert.equal(add(1, 2), 3)); await assert.rejects(async () => { throw new Error('x'); }, /x/); try { assert.equal(1, 2); } catch { } });";
    expect(await checked(executor, 'js-test', 'calc.test.js', { 'calc.js': 'exports.add = (a, b) => a + b;\n', 'calc.test.js': HEAD + test })).toEqual({ state: 'pass', evidence: 'calc.test.js: 2 tests passed' });
  }, 60_000);
});
