import { runnerExecutor, sandboxExecutor } from '../../agents';
import { openSandbox } from '../../skills';
import { describeWithService, python } from '../support/services';
import { startRunner, type TestRunner } from '../support/runner';
import { executorContract } from './executor-contract';

describeWithService(python, 'executor: runner', () => {
  let runner: TestRunner;
  beforeAll(async () => void (runner = await startRunner()));
  afterAll(async () => await runner.close());
  executorContract(() => runnerExecutor(runner));
});

describe('executor: sandbox', () => {
  const sandbox = openSandbox({ maxRunning: 2 });
  executorContract(() => sandboxExecutor(sandbox));
});
