import { runCheck } from '../../agents/check';
import type { Executor } from '../../agents';
import { checkSchema } from '../../runs';

const CALC = 'def add(a, b):\n    return a + b\n';
const WRONG = 'def add(a, b):\n    return a - b\n';
const PY_TEST = 'import unittest\nfrom calc import add\n\nclass AddTest(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(1, 2), 3)\n\n    @unittest.skip("later")\n    def test_later(self):\n        pass\n';
const SUM = 'export const sum = (a, b) => a + b;\n';
const JS_TEST = "import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { sum } from './sum.mjs';\n\ntest('sums', () => assert.equal(sum(1, 2), 3));\n";

/** A check, the files, and what it comes to: the same whoever runs it. */
type Case = [title: string, kind: string, path: string, files: Record<string, string>, state: string, evidence: RegExp];

const CASES: Case[] = [
  ['Python tests that hold', 'python-unittest', 'test_calc.py', { 'calc.py': CALC, 'test_calc.py': PY_TEST }, 'pass', /^test_calc\.py: 1 test passed, 1 skipped$/],
  ['Python tests that fail, the assertion first', 'python-unittest', 'test_calc.py', { 'calc.py': WRONG, 'test_calc.py': PY_TEST }, 'fail', /^test_calc\.py: 1 of 1 test failed\. test_calc\.AddTest\.test_adds: AssertionError: -1 != 3/],
  ['plain test functions in a folder', 'python-unittest', 'tests/test_calc.py', { 'calc.py': CALC, 'tests/test_calc.py': 'from calc import add\n\ndef test_adds():\n    assert add(2, 2) == 4\n' }, 'pass', /1 test passed/],
  ['a Python file without tests', 'python-unittest', 'test_calc.py', { 'test_calc.py': 'import unittest\n' }, 'fail', /no test that could be run/],
  ['Python tests that are all skipped', 'python-unittest', 'test_calc.py', { 'test_calc.py': 'import unittest\n\n@unittest.skip("no")\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(1, 2)\n    def test_b(self): pass\n' }, 'fail', /skips all of its 2 tests/],
  ['Python tests that assert nothing', 'python-unittest', 'test_calc.py', { 'calc.py': WRONG, 'test_calc.py': 'import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n    def test_a(self):\n        add(1, 2)\n        self.assertTrue(True)\n' }, 'fail', /assert nothing/],
  ['an import of what was not delivered', 'python-unittest', 'test_calc.py', { 'test_calc.py': PY_TEST }, 'fail', /cannot be loaded: it needs "calc"/],
  ['work that ends the process', 'python-unittest', 'test_calc.py', { 'calc.py': `import os\nprint("OK")\nos._exit(0)\n`, 'test_calc.py': PY_TEST }, 'fail', /ended with exit code 0 before its tests were over/],
  ['work that hangs', 'python-unittest', 'test_calc.py', { 'calc.py': 'def add(a, b):\n    while True: pass\n', 'test_calc.py': PY_TEST }, 'fail', /still running after 8 s/],
  ['JavaScript tests that hold', 'js-test', 'sum.test.mjs', { 'sum.mjs': SUM, 'sum.test.mjs': JS_TEST }, 'pass', /^sum\.test\.mjs: 1 test passed$/],
  ['JavaScript tests that fail', 'js-test', 'sum.test.mjs', { 'sum.mjs': SUM.replace('+', '-'), 'sum.test.mjs': JS_TEST }, 'fail', /^sum\.test\.mjs: 1 of 1 test failed\. sums: AssertionError: -1 is not 3/],
  ['groups, hooks, waiting and CommonJS', 'js-test', 'test/sum.test.js', { 'lib/sum.js': 'exports.sum = async (a, b) => a + b;\n', 'test/sum.test.js': "const { describe, it, beforeEach } = require('node:test');\nconst assert = require('node:assert');\nconst { sum } = require('../lib/sum');\ndescribe('sum', () => {\n  let start = 0;\n  beforeEach(() => { start = 1; });\n  it('adds', async () => { await new Promise((resolve) => setTimeout(resolve, 5)); assert.deepStrictEqual({ a: await sum(start, 1) }, { a: 2 }); });\n  it('refuses', async () => { await assert.rejects(Promise.reject(new TypeError('no')), TypeError); });\n  it('later', { skip: true }, () => {});\n});\n" }, 'pass', /2 tests passed, 1 skipped/],
  ['TypeScript', 'js-test', 'sum.test.ts', { 'sum.ts': 'export function sum(a: number, b: number): number {\n  return a + b;\n}\n', 'sum.test.ts': "import { test } from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from './sum.js';\ntest('sums', () => { assert.strictEqual(sum(2, 2), 4); });\n" }, 'pass', /1 test passed/],
  ['a JavaScript file without tests', 'js-test', 'a.test.mjs', { 'a.test.mjs': "import assert from 'node:assert';\nassert.equal(1, 1);\n" }, 'fail', /no test that could be run/],
  ['JavaScript tests that assert nothing', 'js-test', 'a.test.mjs', { 'a.test.mjs': "import test from 'node:test';\ntest('x', () => {});\n" }, 'fail', /assert nothing/],
  ['JavaScript that cannot be read', 'js-test', 'a.test.mjs', { 'a.test.mjs': "import test from 'node:test';\ntest('x', () => {\n" }, 'fail', /a\.test\.mjs is no JavaScript that can be read/],
  ['a JavaScript import of what is not there', 'js-test', 'a.test.mjs', { 'a.test.mjs': "import test from 'node:test';\nimport express from 'express';\ntest('x', () => {});\n" }, 'fail', /cannot be loaded: it needs "express"/],
];

/** What every driver that runs programs does. */
export function executorContract(open: () => Executor): void {
  it.each(CASES)('%s', async (title, kind, path, files, state, evidence) => {
    const outcome = await runCheck(checkSchema.parse({ kind, path, timeoutS: title === 'work that hangs' ? 8 : 60 }), async (wanted) => files[wanted], { executor: open(), files, signal: new AbortController().signal });
    expect(outcome).toEqual({ state, evidence: expect.stringMatching(evidence) });
  }, 70_000);

  it('ends the job when the caller does not want it any more', async () => {
    const caller = new AbortController();
    const running = open().run({ tool: 'python', code: 'while True: pass', files: {}, timeMs: 20_000 }, caller.signal);
    setTimeout(() => caller.abort(), 200);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });
}
