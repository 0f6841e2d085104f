import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOllamaServer, type ModelServer, type ModelServerOptions } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { itemsOf, runWorkflow, startWorkflow, type WorkflowJson } from '../support/run-workflow';
import { passThrough, sourceOf } from '../support/test-nodes';

const MANUAL = 'When clicking ‘Execute workflow’';
const CHAT = 'When chat message received';
const template = JSON.parse(readFileSync(join(__dirname, '../../workflows/01-team-pipeline.json'), 'utf8')) as WorkflowJson;
const nodeTypes = {
  ...ourNodeTypes,
  'n8n-nodes-base.manualTrigger': sourceOf([{}]),
  '@n8n/n8n-nodes-langchain.chatTrigger': sourceOf([{ chatInput: 'Write two poems about rivers.' }]),
  'n8n-nodes-base.executeWorkflowTrigger': passThrough,
  'n8n-nodes-base.set': passThrough,
  'n8n-nodes-base.stickyNote': passThrough,
};

let ollama: ModelServer;
let host: ReturnType<typeof useNodeHost>;

async function serve(options: Partial<ModelServerOptions> = {}) {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], ...options });
  host = useNodeHost({ OLLAMA_HOST: ollama.url });
}

afterEach(async () => {
  await ollama.close();
  host.restore();
});

describe('template 01, a model that knows only the schemas', () => {
  it('goes from a goal to a report with its files', async () => {
    await serve();
    const run = await runWorkflow(template, { nodeTypes, startNode: MANUAL });

    expect(run.data.resultData.error).toBeUndefined();
    const [plan] = itemsOf(run, 'CTO Plan');
    expect(plan?.json).toMatchObject({ runId: expect.any(String), goal: expect.stringContaining('community library'), tasks: expect.any(Array), role: expect.any(String), model: 'ollama/qwen3:8b', tokens: expect.any(Number), costUsd: 0 });
    const { runId, tasks } = plan!.json as { runId: string; tasks: unknown[] };

    const [ready] = itemsOf(run, 'Task Board');
    expect(Object.keys(ready!.json)).toEqual(expect.arrayContaining(['runId', 'taskId', 'attempt', 'role', 'title', 'instructions', 'acceptance', 'deliverables', 'privacy']));
    expect(itemsOf(run, 'Specialist Work')[0]?.json).toMatchObject({ runId, attempt: 1, status: 'done', artifacts: expect.any(Array), model: 'ollama/qwen3:8b' });
    expect(itemsOf(run, 'QA Review')[0]?.json).toMatchObject({ runId, attempt: 1, passed: true, criteria: expect.any(Array), model: expect.any(String) });

    const lastRound = run.data.resultData.runData['Task Board']!.length - 1;
    const [done] = itemsOf(run, 'Task Board', { round: lastRound, output: 1 });
    expect(done?.json).toMatchObject({ runId, results: { length: tasks.length }, verdicts: { length: tasks.length }, skipped: [] });

    const [report] = itemsOf(run, 'CTO Report');
    expect(report?.json).toMatchObject({ runId, status: 'done', report: expect.any(String), files: [expect.objectContaining({ path: expect.any(String), sha256: expect.any(String) })] });
    const file = report!.binary!.file_0!;
    expect(file.fileName).toBe((report!.json.files as Array<{ path: string }>)[0]!.path.split('/').pop());
    expect(Buffer.from(file.data, 'base64').length).toBe((report!.json.files as Array<{ bytes: number }>)[0]!.bytes);
    expect(run.data.resultData.runData['Ask a Person']).toBeUndefined();
  });

  it('shows the progress and the report to whoever chats', async () => {
    await serve();
    const running = startWorkflow(template, { nodeTypes, startNode: CHAT, streaming: true });
    const run = await running.finished;
    expect(run.data.resultData.error).toBeUndefined();
    expect(itemsOf(run, 'CTO Plan')[0]?.json.goal).toBe('Write two poems about rivers.');
    for (const node of ['CTO Plan', 'Specialist Work', 'QA Review', 'CTO Report']) {
      const types = running.chunks.filter(({ metadata }) => metadata.nodeName === node).map(({ type }) => type);
      expect([node, types[0], types.includes('item'), types.at(-1)]).toEqual([node, 'begin', true, 'end']);
    }
    const shown = running.chunks.filter(({ metadata, type }) => metadata.nodeName === 'CTO Report' && type === 'item').map(({ content }) => content).join('');
    expect(shown).toContain(itemsOf(run, 'CTO Report')[0]!.json.report);
    // Markdown runs lines into one unless they end with two spaces.
    expect(shown.split('\n')[0]).toMatch(/^CTO .* files? {2}$/);
    expect(shown).toMatch(/output of the node \*\*CTO Report\*\*: tab \*Binary\*/);
  });

  it('closes the socket of every model call within a second when the execution is stopped', async () => {
    await serve({ faults: () => ({ kind: 'stall-before-first-token' }) });
    const running = startWorkflow(template, { nodeTypes, startNode: MANUAL });
    await until(() => ollama.chatRequests().length > 0);
    const stoppedAt = Date.now();
    running.stop();
    await until(() => ollama.openSockets() === 0);
    expect(Date.now() - stoppedAt).toBeLessThan(1_000);
    await running.finished;
  });
});

describe('a plan with two tasks side by side and one after them', () => {
  const task = (id: string, dependsOn: string[]) => ({ id, title: `Poem ${id}`, role: 'research', instructions: `Write poem ${id}.`, dependsOn, acceptance: [{ id: 'a1', text: 'The poem is there.', check: null }], deliverables: [`poem-${id}.md`], privacy: 'internal', optional: false });
  const plan = { summary: 'Three poems', tasks: [task('t1', []), task('t2', []), task('t3', ['t1', 't2'])], decisions: [], estimate: { minutes: 5 } };

  it('is worked on in two waves, and every item finds its way back to the one it came from', async () => {
    await serve({ answers: [{ json: plan }] });
    const run = await runWorkflow(template, { nodeTypes, startNode: MANUAL });
    expect(run.data.resultData.error).toBeUndefined();
    const waves = run.data.resultData.runData['Specialist Work']!.map((_, round) => itemsOf(run, 'Specialist Work', { round }).map(({ json, pairedItem }) => [json.taskId, json.status, pairedItem]));
    expect(waves).toEqual([[['t1', 'done', { item: 0 }], ['t2', 'done', { item: 1 }]], [['t3', 'done', { item: 0 }]]]);
    expect(itemsOf(run, 'Task Board', { round: 2, output: 1 })[0]?.json).toMatchObject({ results: [{ taskId: 't1' }, { taskId: 't2' }, { taskId: 't3' }] });
    const { runId } = itemsOf(run, 'CTO Plan')[0]!.json;
    expect(new Set(['Specialist Work', 'QA Review'].flatMap((node) => itemsOf(run, node).map(({ json }) => json.runId)))).toEqual(new Set([runId]));
  });

  it('asks a person for what three attempts could not do, and ends without a report', async () => {
    // All but the plan is refused by the model server.
    await serve({ answers: [{ json: plan }], faults: (chat) => (chat > 0 ? { kind: 'status', status: 400, message: 'bad request' } : undefined) });
    const run = await runWorkflow(template, { nodeTypes, startNode: MANUAL });
    expect(run.data.resultData.error).toBeUndefined();
    const [item] = itemsOf(run, 'Ask a Person');
    expect(item?.json).toMatchObject({ runId: expect.any(String), tasks: [{ taskId: 't1', title: 'Poem t1', reason: expect.stringMatching(/\S/) }, { taskId: 't2' }] });
    expect(run.data.resultData.runData['Specialist Work']).toHaveLength(3);
    expect(run.data.resultData.runData['CTO Report']).toBeUndefined();
  });
});

describe('an attempt that ends in an error', () => {
  it('passes through QA to the board, which tries the task again, and the run ends well', async () => {
    // The first call is the plan's, the second the first specialist's.
    await serve({ faults: (chat) => (chat === 1 ? { kind: 'status', status: 400, message: 'bad request' } : undefined) });
    const run = await runWorkflow(template, { nodeTypes, startNode: MANUAL });
    expect(run.data.resultData.error).toBeUndefined();
    const { runId } = itemsOf(run, 'CTO Plan')[0]!.json;
    const [failed] = itemsOf(run, 'Specialist Work');
    expect(failed!.json).toMatchObject({ runId, taskId: expect.any(String), attempt: 1 });
    expect(failed!.json.status).not.toBe('done');
    expect(itemsOf(run, 'Task Board', { round: 1 })[0]?.json).toMatchObject({ runId, taskId: failed!.json.taskId, attempt: 2, feedback: expect.any(Array) });
    expect(itemsOf(run, 'CTO Report')[0]?.json.status).toBe('done');
  });
});

describe('a model that does not answer', () => {
  it('fails the plan with a hint on what to do', async () => {
    await serve({ models: [] });
    const { error } = (await runWorkflow(template, { nodeTypes, startNode: MANUAL })).data.resultData;
    expect(error).toMatchObject({ node: { name: 'CTO Plan' }, description: expect.stringMatching(/\S/) });
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
