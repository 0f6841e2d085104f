import { openTeam } from '../../team';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, runWorkflow, type WorkflowJson } from '../support/run-workflow';
import { sampleRun } from '../support/sample-runs';
import { sourceOf } from '../support/test-nodes';

let host: ReturnType<typeof useNodeHost>;
beforeEach(() => {
  host = useNodeHost({ OLLAMA_HOST: 'http://127.0.0.1:9' });
});
afterEach(() => host.restore());

const team = async () => await openTeam(undefined, { userFolder: host.userFolder, environment: process.env, log() {} });

async function board(parameters: object, items: object[] = [{}]) {
  const json: WorkflowJson = { nodes: [{ name: 'Source', type: 'source', parameters: {} }, { name: 'Board', type: 'n8n-nodes-aios.taskBoard', parameters: parameters as never }], connections: chain('Source', 'Board') };
  const run = await runWorkflow(json, { nodeTypes: { ...ourNodeTypes, source: sourceOf(items as never) } });
  const [ready, done, person] = [0, 1, 2].map((output) => itemsOf(run, 'Board', { output }).map((item) => item.json));
  return { ready, done, person, error: run.data.resultData.error };
}

it('Sweep gives each run that died, with all a pipeline needs to go on, by Ready', async () => {
  const { team: opened, release } = await team();
  const { run } = await opened.runs.create(sampleRun({ workflowId: 'w1' }));
  await opened.runs.acquire(run.id, 'a killed execution', 1);
  release();
  const outputs = await board({ operation: 'sweep' });
  expect(outputs).toMatchObject({ ready: [{ runId: run.id, goal: run.goal, workflowId: 'w1', restarts: 1 }], done: [], person: [] });
  expect((await board({ operation: 'sweep' })).ready).toEqual([]);
});

it('Stop ends a run, Resume hands it out to be started again', async () => {
  const { team: opened, release } = await team();
  const { run } = await opened.runs.create(sampleRun({ workflowId: 'w1' }));
  release();
  expect((await board({ operation: 'stop' }, [{ runId: run.id }])).done).toMatchObject([{ action: 'stop', runs: [{ runId: run.id, status: 'stopped' }] }]);
  expect((await board({ operation: 'resume' }, [{ runId: run.id }])).ready).toMatchObject([{ runId: run.id, workflowId: 'w1' }]);
});

it('Pause and Resume take a role, a project or all, and say which name is missing', async () => {
  expect((await board({ operation: 'pause', scope: 'role', name: ' frontend ' })).done).toEqual([{ action: 'pause', scope: { kind: 'role', name: 'frontend' } }]);
  expect((await board({ operation: 'resume', scope: 'role', name: 'frontend' })).done).toEqual([{ action: 'resume', scope: { kind: 'role', name: 'frontend' }, wasPaused: true }]);
  expect((await board({ operation: 'pause', scope: 'all' })).done).toMatchObject([{ scope: { kind: 'all' } }]);
  expect((await board({ operation: 'pause', scope: 'project' })).error).toMatchObject({ message: expect.stringContaining('project') });
});
