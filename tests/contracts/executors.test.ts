import { runnerExecutor } from '../../agents';
import { describeWithService, python } from '../support/services';
import { startRunner, type TestRunner } from '../support/runner';
import { executorContract } from './executor-contract';

describeWithService(python, 'executor: runner', () => {
  let runner: TestRunner;
  beforeAll(async () => void (runner = await startRunner()));
  afterAll(async () => await runner.close());
  executorContract(() => runnerExecutor(runner));
});
