import type { IDataObject } from 'n8n-workflow';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, runWorkflow } from '../support/run-workflow';
import { sourceOf } from '../support/test-nodes';

let host: ReturnType<typeof useNodeHost>;
beforeEach(() => {
  // Nothing listens at port 9: no model is asked in these tests.
  host = useNodeHost({ OLLAMA_HOST: 'http://127.0.0.1:9' });
});
afterEach(() => host.restore());

/** Runs one node of ours on these items, with its parameters' own defaults. */
async function run(type: string, items: IDataObject[], parameters: IDataObject = {}, onError?: 'continueRegularOutput') {
  return await runWorkflow(
    {
      nodes: [
        { name: 'Source', type: 'source', parameters: {} },
        { name: 'Node', type: `n8n-nodes-aios.${type}`, parameters: parameters as never, ...(onError && { onError }) },
      ],
      connections: chain('Source', 'Node'),
    },
    { nodeTypes: { ...ourNodeTypes, source: sourceOf(items) } },
  );
}

async function errorOf(...call: Parameters<typeof run>) {
  return (await run(...call)).data.resultData.error;
}

describe('a node that gets what it cannot work on says how to wire it', () => {
  it.each<[string, string, IDataObject[], IDataObject, RegExp]>([
    ['Task Board without a run', 'taskBoard', [{ goal: 'x' }], {}, /Connect "CTO Agent: Plan"/],
    ['QA Agent without a run', 'qaAgent', [{ text: 'x' }], {}, /Connect the Specialist Agent/],
    ['QA Agent without a task', 'qaAgent', [{ runId: 'r1' }], {}, /"Ready" output of the Task Board/],
    ['Specialist Agent without a task of its run', 'specialistAgent', [{ runId: 'r1' }], {}, /"Ready" output of the Task Board/],
    ['CTO Agent: Report without a run', 'ctoAgent', [{}], { operation: 'report' }, /"Done" output of the Task Board/],
    ['LLM Router without a prompt', 'llmRouter', [{ prompt: '  ' }], {}, /"prompt", "chatInput" or "goal"/],
    ['LLM Router with a schema that is none', 'llmRouter', [{}], { asJson: true, schema: '[1,' }, /Correct "JSON Schema"/],
  ])('%s', async (_, type, items, parameters, hint) => {
    expect(await errorOf(type, items, parameters)).toMatchObject({ description: expect.stringMatching(hint), context: { itemIndex: 0 } });
  });

  it('Task Board names the run it does not know', async () => {
    expect(await errorOf('taskBoard', [{ runId: 'gone' }])).toMatchObject({ message: expect.stringContaining('gone'), description: expect.stringMatching(/run id/) });
  });

  it('Task Board refuses items of two runs', async () => {
    expect(await errorOf('taskBoard', [{ runId: 'a' }, { runId: 'b' }])).toMatchObject({ message: expect.stringContaining('2 runs'), description: expect.stringMatching(/one execution per goal/i) });
  });

  it('Task Board repeats why the node before it failed', async () => {
    expect(await errorOf('taskBoard', [{ error: { message: 'The goal is empty.', code: 'X', hint: '' } }])).toMatchObject({ message: expect.stringContaining('The goal is empty.') });
  });

  it('Task Board, set to continue, sends its error to the last output only', async () => {
    const result = await run('taskBoard', [{ runId: 'gone' }], {}, 'continueRegularOutput');
    expect([0, 1].flatMap((output) => itemsOf(result, 'Node', { output }))).toEqual([]);
    expect(itemsOf(result, 'Node', { output: 2 })[0]?.json).toEqual({ runId: 'gone', error: expect.objectContaining({ code: 'RUN_NOT_FOUND' }) });
  });
});

describe('an empty or endless goal', () => {
  it.each([
    ['empty', '   '],
    ['1 MB', 'x'.repeat(1_000_000)],
  ])('%s: a clear error on its item, the other items kept', async (_, goal) => {
    const result = await run('ctoAgent', [{ goal }], {}, 'continueRegularOutput');
    expect(itemsOf(result, 'Node')[0]?.json.error).toMatchObject({ code: 'INVALID_INPUT', hint: expect.stringMatching(/\S/) });
  });
});
