import { NodeConnectionTypes, type IDataObject, type ILoadOptionsFunctions, type INodePropertyOptions, type INodeType } from 'n8n-workflow';
import { startOllamaServer, type Answer, type ModelServer } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, runWorkflow, type WorkflowJson } from '../support/run-workflow';
import { sampleRun } from '../support/sample-runs';
import { sourceOf, testNode } from '../support/test-nodes';

let ollama: ModelServer;
let host: ReturnType<typeof useNodeHost>;

async function serve(answers?: Answer[]) {
  ollama = await startOllamaServer({ models: ['qwen3:8b'], answers });
  host = useNodeHost({ OLLAMA_HOST: ollama.url });
}
afterEach(async () => {
  await ollama.close();
  host.restore();
});

/** A chat model of another vendor, as far as our agents touch it; it answers from a list. */
function foreignModel(asked: unknown[]): INodeType {
  const model = { invoke: async (messages: unknown) => (asked.push(messages), { text: '{}', content: '{}', tool_calls: [], response_metadata: {} }) };
  return { ...testNode(async () => [[]], { inputs: [], outputs: [NodeConnectionTypes.AiLanguageModel] }), execute: undefined, supplyData: async () => ({ response: model }) } as INodeType;
}

function withModel(type: string, parameters: IDataObject): WorkflowJson {
  return {
    nodes: [
      { name: 'Source', type: 'source', parameters: {} },
      { name: 'Agent', type: `n8n-nodes-aios.${type}`, parameters: parameters as never },
      { name: 'Model', type: 'foreign', parameters: {} },
    ],
    connections: { ...chain('Source', 'Agent'), Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] } },
  };
}

describe('Specialist Agent', () => {
  it('does a goal of its own when the item carries no task', async () => {
    await serve();
    const run = await runWorkflow(
      { nodes: [{ name: 'Source', type: 'source', parameters: {} }, { name: 'Work', type: 'n8n-nodes-aios.specialistAgent', parameters: {} }], connections: chain('Source', 'Work') },
      { nodeTypes: { ...ourNodeTypes, source: sourceOf([{ goal: 'Write a haiku.' }, { goal: 'Write a limerick.' }]) } },
    );
    expect(run.data.resultData.error).toBeUndefined();
    const items = itemsOf(run, 'Work');
    expect(items.map(({ json, pairedItem }) => [json.status, json.model, pairedItem])).toEqual([0, 1].map((item) => ['done', 'ollama/qwen3:8b', { item }]));
    expect(new Set(items.map(({ json }) => json.runId)).size).toBe(2);
  });

  it('lists the roles it can take, "As Planned" first', async () => {
    await serve();
    const { getRoles } = ourNodeTypes['n8n-nodes-aios.specialistAgent']!.methods!.loadOptions!;
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const roles = (await getRoles!.call({ logger, getNode: () => ({}) } as unknown as ILoadOptionsFunctions)) as INodePropertyOptions[];
    expect(roles[0]).toMatchObject({ name: 'As Planned', value: '' });
    expect(roles.map(({ value }) => value)).toEqual(expect.arrayContaining(['backend', 'frontend', 'research']));
  });

  it('names the roles there are when it does not know one', async () => {
    await serve();
    const run = await runWorkflow(
      { nodes: [{ name: 'Source', type: 'source', parameters: {} }, { name: 'Work', type: 'n8n-nodes-aios.specialistAgent', parameters: { role: 'wizard' } }], connections: chain('Source', 'Work') },
      { nodeTypes: { ...ourNodeTypes, source: sourceOf([{ goal: 'Write a haiku.' }]) } },
    );
    expect(run.data.resultData.error).toMatchObject({ message: expect.stringContaining('wizard'), description: expect.stringContaining('backend') });
  });
});

describe('a connected model of another vendor', () => {
  it('sees no secret work', async () => {
    await serve();
    const asked: unknown[] = [];
    const run = await runWorkflow(withModel('ctoAgent', { privacy: 'secret' }), { nodeTypes: { ...ourNodeTypes, source: sourceOf([{ goal: 'Sort the salaries.' }]), foreign: foreignModel(asked) } });
    expect(run.data.resultData.error).toMatchObject({ type: 'SECRET_NEEDS_LOCAL_MODEL' });
    expect(asked).toEqual([]);
  });

  it('sees secret work when the author says it runs on a machine of his', async () => {
    await serve();
    const asked: unknown[] = [];
    await runWorkflow(withModel('ctoAgent', { privacy: 'secret', modelRunsHere: true }), { nodeTypes: { ...ourNodeTypes, source: sourceOf([{ goal: 'Sort the salaries.' }]), foreign: foreignModel(asked) } });
    expect(asked.length).toBeGreaterThan(0);
    expect(ollama.chatRequests()).toEqual([]);
  });
});

describe('CTO Agent', () => {
  it('hands its limits to the run', async () => {
    await serve();
    const parameters = { privacy: 'secret', options: { budgetUsd: 0.25, timeLimitMinutes: 5, maxTasks: 1 } };
    const startedAt = Date.now();
    const run = await runWorkflow(
      { nodes: [{ name: 'Source', type: 'source', parameters: {} }, { name: 'Plan', type: 'n8n-nodes-aios.ctoAgent', parameters: parameters as never }], connections: chain('Source', 'Plan') },
      { nodeTypes: { ...ourNodeTypes, source: sourceOf([{ goal: 'Write a haiku.' }]) } },
    );
    const { runId, tasks } = itemsOf(run, 'Plan')[0]!.json as { runId: string; tasks: Array<{ privacy: string }> };
    expect(tasks.map(({ privacy }) => privacy)).toEqual(['secret']);
    const { openTeam } = await import('../../team');
    const { team, release } = await openTeam(undefined, { userFolder: host.userFolder, environment: process.env, log() {} });
    const { limits } = (await team.runs.read(runId)).run;
    release();
    expect(limits).toMatchObject({ privacy: 'secret', budgetUsd: 0.25 });
    expect(Math.abs(limits.deadlineAtMs! - startedAt - 5 * 60_000)).toBeLessThan(30_000);
  });

  it('asks a person about the plan of a run that came without the price above which one is asked, and goes on with it when only the run is named', async () => {
    await serve();
    const { openTeam } = await import('../../team');
    const { team, release } = await openTeam(undefined, { userFolder: host.userFolder, environment: process.env, log() {} });
    const { run } = await team.runs.create(sampleRun({ goal: 'Write a haiku.' }));
    const parameters = { options: { askAboveUsd: '={{ $json.price }}', askedBy: '={{ $json.user }}', budgetUsd: '={{ $json.budget }}' } };
    const planned = async () => itemsOf(await runWorkflow(
      { nodes: [{ name: 'Source', type: 'source', parameters: {} }, { name: 'Plan', type: 'n8n-nodes-aios.ctoAgent', parameters: parameters as never }], connections: chain('Source', 'Plan') },
      { nodeTypes: { ...ourNodeTypes, source: sourceOf([{ runId: run.id }]) } },
    ), 'Plan')[0]!.json as { approval?: { id: string } };
    const first = await planned();
    expect((await team.runs.read(run.id)).run.status).toBe('waiting');
    expect(await planned()).toMatchObject({ runId: run.id, approval: first.approval });
    release();
  });

  it.each([
    ['askAboveUsd', '={{ $json.nope }}', '"Ask a Person Before Work Begins When the Plan Costs More Than (USD)" is nothing, and no number.'],
    ['askAboveUsd', "={{ 'lots' }}", '"Ask a Person Before Work Begins When the Plan Costs More Than (USD)" is "lots", and no number.'],
    ['budgetUsd', '={{ $json.nope }}', '"Budget (USD)" is nothing, and no number.'],
    ['timeLimitMinutes', "={{ 'soon' }}", '"Time Limit (Minutes)" is "soon", and no number.'],
    ['maxTasks', "={{ 'few' }}", '"Maximum Tasks" is "few", and no number.'],
  ])('does not begin without a limit whose expression finds none: %s %s', async (name, written, message) => {
    await serve();
    const run = await runWorkflow(
      { nodes: [{ name: 'Source', type: 'source', parameters: {} }, { name: 'Plan', type: 'n8n-nodes-aios.ctoAgent', parameters: { options: { [name]: written } } as never }], connections: chain('Source', 'Plan') },
      { nodeTypes: { ...ourNodeTypes, source: sourceOf([{ goal: 'Write a haiku.' }]) } },
    );
    expect(run.data.resultData.error).toMatchObject({ message });
    expect(ollama.requests.filter(({ path }) => path.includes('chat'))).toEqual([]);
  });
});
