import type { JsonObject } from '../../kernel';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { itemsOf } from '../support/n8n-instance';
import { sharedInstance } from './shared-instance';

const n8n = sharedInstance();
let ollama: ModelServer;
afterAll(async () => await ollama.close());

const TEST_FILE = 'import unittest\nfrom calc import add\n\nclass AddTest(unittest.TestCase):\n    def test_adds(self):\n        self.assertEqual(add(1, 2), 3)\n';
const TASK = {
  id: 't1', title: 'Write add', role: 'backend', instructions: 'Write calc.py with add(a, b), and its tests.', dependsOn: [], privacy: 'internal', optional: false,
  deliverables: ['calc.py', 'test_calc.py'],
  acceptance: [{ id: 'a1', text: 'Its tests pass', check: { kind: 'python-unittest', path: 'test_calc.py', contains: null, keys: null, required: true } }],
};

/** A worker who is wrong until QA shows him the failing test, and a judge who finds everything good. */
function answerTo(body: JsonObject): { json: JsonObject } | undefined {
  const wanted = ((body.format as JsonObject | undefined)?.properties ?? {}) as JsonObject;
  const said = JSON.stringify(body.messages ?? []);
  if ('tasks' in wanted) return { json: { summary: 'Add numbers', tasks: [TASK], decisions: [], estimate: { minutes: 1 } } };
  if ('criteria' in wanted) return { json: { criteria: { a1: { state: 'pass', evidence: 'looks good' } }, findings: [] } };
  if (!('artifacts' in wanted)) return undefined;
  const operator = said.includes('AssertionError: -1 != 3') ? '+' : '-';
  return { json: { status: 'done', reason: null, summary: 'Wrote add.', artifacts: [{ path: 'calc.py', content: `def add(a, b):\n    return a ${operator} b\n` }, { path: 'test_calc.py', content: TEST_FILE }] } };
}

it('a task whose tests fail goes back with the failing output, is mended and passes', async () => {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], answerTo });
  const workflowId = await n8n.importTemplate('01-team-pipeline', await n8n.createCredential({ ollamaUrl: ollama.url, teamName: 'qa-runs-tests' }));
  const execution = await n8n.endedExecution(await n8n.runManually(workflowId, 'When clicking ‘Execute workflow’'), 150_000);
  expect(execution.status).toBe('success');
  const reviews = execution.data!.resultData.runData['QA Review']!.map((run) => (run.data as { main: { json: JsonObject }[][] }).main[0]![0]!.json);
  expect(reviews).toMatchObject([
    { attempt: 1, passed: false, criteria: [{ id: 'a1', state: 'fail', evidence: expect.stringContaining('test_calc.AddTest.test_adds: AssertionError: -1 != 3') }] },
    { attempt: 2, passed: true, criteria: [{ id: 'a1', state: 'pass', evidence: expect.stringContaining('1 test passed') }] },
  ]);
  expect(itemsOf(execution, 'CTO Report')[0]).toMatchObject({ status: 'done' });
}, 180_000);
