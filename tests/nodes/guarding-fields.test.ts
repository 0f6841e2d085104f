import type { IDataObject } from 'n8n-workflow';
import { startAnthropicServer, type ModelServer } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, startWorkflow } from '../support/run-workflow';
import { sampleRun } from '../support/sample-runs';
import { sourceOf } from '../support/test-nodes';

let cloud: ModelServer;
let host: ReturnType<typeof useNodeHost>;
beforeAll(async () => {
  cloud = await startAnthropicServer({ models: ['claude-sonnet-4-5'] });
  host = useNodeHost({});
});
afterAll(async () => {
  await cloud.close();
  host.restore();
});

/** A team with nothing but a cloud model; the address of Ollama is one where nobody listens. */
async function run(type: string, parameters: IDataObject, items: IDataObject[] = [{}]) {
  const before = cloud.chatRequests().length;
  const nodes = [{ name: 'Source', type: 'source', parameters: {} }, { name: 'Node', type: `n8n-nodes-aios.${type}`, parameters, onError: 'continueRegularOutput', credentials: { aiosTeamApi: { id: 'team', name: 'Team' } } }];
  const team = { ollamaUrl: 'http://127.0.0.1:9', anthropicApiKey: 'sk-ant-a-key-for-tests', anthropicBaseUrl: cloud.url };
  const result = await startWorkflow({ nodes: nodes as never, connections: chain('Source', 'Node') }, { nodeTypes: { ...ourNodeTypes, source: sourceOf(items) }, credentials: { team } }).finished;
  return { asked: cloud.chatRequests().length - before, errors: itemsOf(result, 'Node').map(({ json }) => (json.error as IDataObject | undefined)?.message ?? '') };
}

const NODES: Array<[string, IDataObject]> = [
  ['llmRouter', { prompt: 'Hello' }],
  ['specialistAgent', { goal: 'Write hello' }],
  ['ctoAgent', { goal: 'Write hello' }],
  ['ctoAgent', { operation: 'chat', message: 'Write hello' }],
  ['agentMemory', { operation: 'remember', text: 'The key lies in the drawer.' }],
  ['agentMemory', { operation: 'handOff', from: 'backend', to: 'frontend' }],
];

describe.each(NODES)('the label of %s %j', (type, parameters) => {
  it.each(['={{ $json.nothing }}', '={{ null }}', '', 'top secret', '={{ 5 }}', '={{ ["secret"] }}'])('is no label when it is %j: the item fails, and nothing leaves the machine', async (privacy) => {
    const { asked, errors } = await run(type, { ...parameters, privacy });
    expect(errors[0]).toMatch(/"Privacy" is /);
    expect(asked).toBe(0);
  });

  it.each(['SECRET', ' Secret ', '={{ $json.label }}'])('is secret when it is %j', async (privacy) => {
    const { asked, errors } = await run(type, { ...parameters, privacy }, [{ label: 'Secret' }]);
    expect(asked).toBe(0);
    expect(errors[0]).not.toContain('"Privacy"');
  });
});

it('fails the item whose label is none, and answers the others', async () => {
  const { asked, errors } = await run('llmRouter', { prompt: 'Hello', privacy: '={{ $json.label }}' }, [{ label: 'internal' }, {}, { label: 'public' }]);
  expect(errors).toEqual(['', expect.stringContaining('"Privacy" is nothing'), '']);
  expect(asked).toBeGreaterThanOrEqual(2);
});

it.each([
  ['llmRouter', { prompt: 'Hello', preset: 'Privat Only' }, '"Model Preference" is "Privat Only"'],
  ['ctoAgent', { goal: 'Write hello', preset: '' }, '"Model Preference" is nothing'],
  ['llmRouter', { prompt: 'Hello', options: { callBudgetUsd: '={{ $json.nothing }}' } }, '"Budget per Call (USD)" is nothing'],
  ['llmRouter', { prompt: 'Hello', options: { maxOutputTokens: '={{ "many" }}' } }, '"Maximum Answer Length (Tokens)" is "many"'],
  ['llmRouter', { prompt: 'Hello', options: { allowedModels: '={{ $json.nothing }}' } }, '"Allowed Models" names no model'],
  ['specialistAgent', { goal: 'Write hello', toolsNeedPerson: '={{ $json.nothing }}' }, '"A Person Approves Each Tool Call" is nothing'],
  ['specialistAgent', { goal: 'Write hello', toolsStayHere: '={{ "no" }}' }, '"Tools Stay on My Own Machine" is "no"'],
  ['specialistAgent', { goal: 'Write hello', memoryTokens: '={{ "all" }}' }, '"Team Memory (Tokens)" is "all"'],
  ['approval', { action: '={{ $json.nothing }}' }, '"What Is to Be Done" is nothing'],
  ['approval', { action: '{}', waitHours: '={{ $json.nothing }}' }, '"Wait at Most (Hours)" is nothing'],
  ['llmRouter', { prompt: 'Hello', options: { allowedModels: ' , ' } }, '"Allowed Models" names no model'],
  ['llmRouter', { prompt: 'Hello', options: { project: '={{ $json.nothing }}' } }, '"Project" is nothing'],
  ['llmRouter', { prompt: 'Hello', options: { role: '={{ $json.nothing }}' } }, '"Role" is nothing'],
  ['llmRouter', { prompt: 'Hello', options: { strongerWhenUnsure: '={{ "no" }}' } }, '"Ask Stronger When Unsure" is "no"'],
  ['agentMemory', { operation: 'handOff', from: 'backend', to: 'frontend', package: '{"task": "t", "state": "s"}', check: '={{ "no" }}' }, '"Check the New Holder" is "no"'],
  ['ctoAgent', { goal: 'Write hello', options: { project: '={{ { name: "shop" } }}' } }, '"Project" is {"name":"shop"}'],
  ['ctoAgent', { goal: 'Write hello', options: { askedBy: '={{ $json.nothing }}' } }, '"Asked For By" is nothing'],
  ['ctoAgent', { goal: 'Write hello', options: { budgetUsd: '={{ $json.nothing }}' } }, '"Budget (USD)" is nothing'],
  ['approval', { action: '{}', askedBy: '={{ $json.nothing }}' }, '"Asked For By" is nothing'],
  ['workspace', { path: 'a.md', content: 'a', options: { writePaths: '={{ $json.nothing }}' } }, '"Writable Paths" is nothing'],
  ['workspace', { path: 'a.md', content: 'a', options: { onlyNew: '={{ $json.nothing }}' } }, '"Only New Files" is nothing'],
  ['workspace', { path: 'a.md', content: 'a', options: { expectedVersion: '={{ $json.nothing }}' } }, '"Expected Version" is nothing'],
  ['workspace', { operation: 'read', path: 'a.md', options: { readPaths: '={{ null }}' } }, '"Readable Paths" is nothing'],
  ['workspace', { operation: 'list', globs: '={{ $json.nothing }}' }, '"Paths" is nothing'],
  ['workspace', { project: '={{ { name: "shop" } }}', path: 'a.md', content: 'a' }, '"project" is no text but an object'],
  ['agentMemory', { operation: 'forget', what: 'everything', user: 'ada', expected: 0 }, '"What to Do" is "everything"'],
  ['agentMemory', { operation: 'remember', text: 'The key lies in the drawer.', scope: 'all' }, '"Scope" is "all"'],
])('%s %j says which field is none, and asks nobody', async (type, parameters, message) => {
  const { asked, errors } = await run(type, parameters);
  expect(errors[0]).toContain(message);
  expect(asked).toBe(0);
});

it('goes on with a run whose item no longer has the label of its goal, and asks nobody outside about a plan that is still to be made', async () => {
  const { openTeam } = await import('../../team');
  const { team, release } = await openTeam(undefined, { userFolder: host.userFolder, environment: process.env, log() {} });
  const { run: begun } = await team.runs.create(sampleRun({ goal: 'Write a haiku.' }));
  release();
  const { asked, errors } = await run('ctoAgent', { runId: '={{ $json.runId }}', privacy: '={{ $json.label }}' }, [{ runId: begun.id }]);
  expect(asked).toBe(0);
  expect(errors[0]).toMatch(/secret/i);
});

it.each([{ budgetUsd: '={{ $json.budget }}' }, { timeLimitMinutes: '={{ $json.minutes }}' }, { project: '={{ $json.project }}' }, { askedBy: '={{ $json.user }}' }, { maxTasks: '={{ $json.tasks }}' }, { askAboveUsd: '={{ $json.price }}' }])('goes on with a run whose item no longer has what %j takes for a new one', async (options) => {
  const { errors } = await run('ctoAgent', { runId: '={{ $json.runId }}', options }, [{ runId: 'a-run' }]);
  expect(errors[0]).toContain('a-run');
});

it.each([{}, { project: '', askedBy: '' }, { project: "={{ $json.project ?? '' }}" }])('takes %j for a goal of no project', async (options) => {
  expect((await run('ctoAgent', { goal: 'Write hello', options })).asked).toBeGreaterThan(0);
});

it('takes no object for a session: all of them would have one conversation', async () => {
  const parameters: IDataObject = { sessionId: { id: 1 }, maxTurns: 10, maxTokens: 4_000, summary: 'extract', options: {} };
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const context = { logger, getNode: () => ({ name: 'Session', parameters: {} }), getNodeParameter: (name: string) => parameters[name], getExecutionCancelSignal: () => undefined };
  await expect(ourNodeTypes['n8n-nodes-aios.teamSessionMemory']!.supplyData!.call(context as never, 0)).rejects.toThrow('"Session ID" is no text but an object');
});

it('takes the name a choice has in the editor, and digits in a text', async () => {
  expect(await run('llmRouter', { prompt: 'Hello', preset: 'Local Only' })).toMatchObject({ asked: 0 });
  expect(await run('llmRouter', { prompt: 'Hello', privacy: 'Public', options: { callBudgetUsd: '={{ "0.5" }}' } })).toEqual({ asked: expect.any(Number), errors: [''] });
});
