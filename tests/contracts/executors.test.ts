import { runnerExecutor, sandboxExecutor } from '../../agents';
import { runCheck } from '../../agents/check';
import { checkSchema } from '../../runs';
import { openSandbox } from '../../skills';
import { describeWithService, python } from '../support/services';
import { startRunner, type TestRunner } from '../support/runner';
import { executorContract } from './executor-contract';

describeWithService(python, 'executor: runner', () => {
  let runner: TestRunner;
  beforeAll(async () => void (runner = await startRunner()));
  afterAll(async () => await runner.close());
  executorContract(() => runnerExecutor(runner));

  it.each([
    ['tsc', 'export const x: number = 1;\n', 'pass', 'tsc finds no fault in a.test.ts'],
    ['tsc', 'export const x: number = "a";\n', 'fail', "Type 'string' is not assignable to type 'number'"],
    ['jest', "test('adds', () => { expect(1 + 1).toBe(2); });\n", 'pass', '1 test passed'],
    ['jest', "test('adds', () => { expect(1 + 1).toBe(3); });\n", 'fail', '1 of 1 test failed'],
    ['jest', 'const x = 1;\n', 'fail', 'no test that could be run'],
    ['node-test', "require('node:test')('adds', () => { require('node:assert').equal(1 + 1, 2); });\n", 'pass', '1 test passed'],
    ['node-test', "require('node:test')('adds', () => { require('node:assert').equal(1 + 1, 3); });\n", 'fail', '1 of 1 test failed'],
    ['node-test', "require('node:test')('adds', () => {});\n", 'fail', 'assert nothing'],
  ])('runs %s on %j: %s', async (command, content, state, evidence) => {
    const path = command === 'tsc' ? 'a.test.ts' : 'a.test.js';
    const check = checkSchema.parse({ kind: 'runner', command, path, timeoutS: 60 });
    const outcome = await runCheck(check, async () => content, { executor: runnerExecutor(runner), files: { [path]: content }, signal: new AbortController().signal });
    expect(outcome).toEqual({ state, evidence: expect.stringContaining(evidence) });
  }, 70_000);
});

describe('executor: sandbox', () => {
  const sandbox = openSandbox({ maxRunning: 2 });
  executorContract(() => sandboxExecutor(sandbox));
});
