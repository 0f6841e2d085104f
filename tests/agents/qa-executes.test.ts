import { runnerExecutor, type Executor } from '../../agents';
import { answeringModel, scriptedModel } from '../support/scripted-model';
import { describeWithService, python } from '../support/services';
import { startRunner, type TestRunner } from '../support/runner';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

const TESTS = { id: 'a1', text: 'Its tests pass', check: { kind: 'python-unittest', path: 'test_calc.py', required: true } };
const TEST_FILE = 'import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(1, 2), 3)\n';
const KIND = { id: 'a1', text: 'It is kind', check: null };

describeWithService(python, 'QA that runs the work', () => {
  let runner: TestRunner;
  let executor: Executor;
  let team: TestTeam;
  beforeAll(async () => {
    runner = await startRunner();
    executor = runnerExecutor(runner);
  });
  afterEach(() => team.close());
  afterAll(async () => await runner.close());

  /** One task whose attempt delivers these files, judged by a model that finds everything good. */
  async function reviewed(more: Record<string, unknown>, ...files: Array<[string, string]>) {
    const model = scriptedModel([{ json: planOf(task('t1', more)) }, { json: delivery(...files) }, { json: judgement({ a1: 'pass' }) }]);
    team = openTestTeam(model, executor);
    const { plan } = await team.agents.plan({ goal: 'Add numbers' }, team.call());
    const claim = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
    await team.agents.work({ task: claim }, team.call());
    return await team.agents.review(claim, team.call());
  }

  it('shows a failing test to the worker, who mends it, and then passes the work', async () => {
    let attempts = 0;
    const model = answeringModel((request) => {
      if (request.schema?.name === 'aios_plan') return { json: planOf(task('t1', { acceptance: [TESTS] })) };
      if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: 'pass' }) };
      attempts += 1;
      return { json: delivery(['calc.py', `def add(a, b):\n    return a ${attempts === 1 ? '-' : '+'} b\n`], ['test_calc.py', TEST_FILE]) };
    });
    team = openTestTeam(model, executor);
    const { plan } = await team.agents.plan({ goal: 'Add numbers' }, team.call());
    const first = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
    await team.agents.work({ task: first }, team.call());
    const refused = (await team.agents.review(first, team.call())).verdict;
    expect(refused).toMatchObject({ passed: false, criteria: [{ id: 'a1', state: 'fail', evidence: expect.stringContaining('AssertionError: -1 != 3') }] });
    const second = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
    await team.agents.work({ task: second }, team.call());
    expect(model.requests.at(-1)!.messages.at(-1)!.text).toContain('AssertionError: -1 != 3');
    expect((await team.agents.review(second, team.call())).verdict).toMatchObject({ passed: true, criteria: [{ state: 'pass', evidence: expect.stringContaining('1 test passed') }] });
  }, 20_000);

  it('runs the examples of docstrings, whatever the model says about the work', async () => {
    const { verdict } = await reviewed({ acceptance: [KIND] }, ['double.py', 'def double(n):\n    """\n    >>> double(2)\n    4\n    """\n    return n + 3\n']);
    expect(verdict).toMatchObject({ passed: false, criteria: [{ id: 'a1', state: 'pass' }, { id: 'examples', state: 'fail', evidence: '1 of 1 example does not hold: double(2) gives 5, not 4 (double.py:1 double)' }] });
  });

  it('runs the examples in the text of the task', async () => {
    const { verdict } = await reviewed({ acceptance: [KIND], instructions: 'Write double. Examples:\ndouble(2) ==> 4\ndouble("a") should return "aa"' }, ['double.py', 'def double(n):\n    return n * 2\n']);
    expect(verdict).toMatchObject({ passed: true, criteria: [{ id: 'a1' }, { id: 'examples', state: 'pass', evidence: '2 examples hold: the task' }] });
  });

  it('runs a test beside the files of the tasks before', async () => {
    const model = answeringModel((request) => {
      if (request.schema?.name === 'aios_plan') return { json: planOf(task('t1', { deliverables: ['calc.py'] }), task('t2', { dependsOn: ['t1'], deliverables: ['test_calc.py'], acceptance: [TESTS] })) };
      if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: 'pass' }) };
      return { json: request.facts.taskId === 't1' ? delivery(['calc.py', 'def add(a, b):\n    return a + b\n']) : delivery(['test_calc.py', TEST_FILE]) };
    });
    team = openTestTeam(model, executor);
    const { plan } = await team.agents.plan({ goal: 'x' }, team.call());
    for (const id of ['t1', 't2']) {
      const claim = (await team.board.next([plan.runId], 'execution-1')).ready[0]!;
      expect(claim.taskId).toBe(id);
      await team.agents.work({ task: claim }, team.call());
      expect((await team.agents.review(claim, team.call())).verdict.passed).toBe(true);
    }
  }, 20_000);

  it('runs a test that the plan brings along, and a command of the runner', async () => {
    const setup = [{ path: 'test_calc.py', content: TEST_FILE }];
    const acceptance = [{ ...TESTS, check: { ...TESTS.check, setup } }, { id: 'a2', text: 'unittest says so too', check: { kind: 'runner', command: 'unittest', path: 'test_calc.py', setup, required: true } }];
    const { verdict } = await reviewed({ acceptance }, ['calc.py', 'def add(a, b):\n    return a + b + 1\n'], ['test_calc.py', 'import unittest\n']);
    expect(verdict.criteria).toMatchObject([{ state: 'fail', evidence: expect.stringContaining('4 != 3') }, { state: 'fail', evidence: expect.stringContaining('unittest on test_calc.py: 1 of 1 test failed') }]);
  }, 20_000);
});
