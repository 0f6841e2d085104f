import type { IDataObject } from 'n8n-workflow';
import { startOllamaServer, type ModelServer } from '../support/model-servers';
import { useNodeHost } from '../support/node-host';
import { ourNodeTypes } from '../support/our-nodes';
import { chain, itemsOf, startWorkflow, type RunOptions } from '../support/run-workflow';
import { sourceOf, testNode } from '../support/test-nodes';

// The first test loads the whole team, which takes its time on a busy machine.
jest.setTimeout(30_000);

let ollama: ModelServer;
let host: ReturnType<typeof useNodeHost>;

async function serve(answers: string[] = [], models = ['qwen3:8b']) {
  ollama = await startOllamaServer({ models, answers });
  host = useNodeHost({ OLLAMA_HOST: ollama.url });
}
afterEach(async () => {
  await ollama.close();
  host.restore();
});

const MEMORY = 'n8n-nodes-aios.agentMemory';

async function run(parameters: IDataObject, items: IDataObject[] = [{}], more: { type?: string; onError?: 'continueRegularOutput'; nodeTypes?: RunOptions['nodeTypes']; below?: Array<{ name: string; type: string; connection: string }> } = {}) {
  const below = more.below ?? [];
  const result = await startWorkflow(
    {
      nodes: [
        { name: 'Source', type: 'source', parameters: {} },
        { name: 'Memory', type: more.type ?? MEMORY, parameters: parameters as never, onError: more.onError },
        ...below.map(({ name, type }) => ({ name, type, parameters: {} })),
      ],
      connections: { ...chain('Source', 'Memory'), ...Object.fromEntries(below.map(({ name, connection }) => [name, { [connection]: [[{ node: 'Memory', type: connection as 'main', index: 0 }]] }])) },
    },
    { nodeTypes: { ...ourNodeTypes, [`${MEMORY}Tool`]: ourNodeTypes[MEMORY]!, source: sourceOf(items), ...more.nodeTypes } },
  ).finished;
  const { error, runData } = result.data.resultData;
  const hints = (runData.Memory?.at(-1)?.hints ?? []).map(({ message }) => message);
  return { jsons: itemsOf(result, 'Memory').map(({ json }) => json), items: itemsOf(result, 'Memory'), hints, error };
}

describe('Remember and Recall', () => {
  it('what one workflow remembers another one recalls, with score, reason and where it is from', async () => {
    await serve();
    const kept = await run({ operation: 'remember', options: { source: 'house rules' } }, [{ text: 'The library opens at 9 on Saturdays.' }, { chatInput: 'Bees dance in circles.' }]);
    expect(kept.jsons).toEqual([expect.objectContaining({ remembered: 1, merged: 0 }), expect.objectContaining({ remembered: 1, merged: 0 })]);
    const recalled = await run({ operation: 'recall' }, [{ question: 'When does the library open on a Saturday?' }, { question: 'Do bees dance?' }]);
    expect(recalled.jsons.map(({ text }) => text)).toEqual(['The library opens at 9 on Saturdays.', 'Bees dance in circles.']);
    expect(recalled.items[1]!.pairedItem).toEqual({ item: 1 });
    expect(recalled.jsons[0]).toMatchObject({ score: expect.any(Number), why: 'shares words', source: 'house rules', kind: 'fact', scope: 'team' });
    expect(Object.keys(recalled.jsons[0]!).slice(0, 3)).toEqual(['text', 'score', 'why']);
  });

  it('says that a text was known already', async () => {
    await serve();
    const text = 'The library opens at 9 on Saturdays and at 10 on all other days of the week, holidays excepted.';
    await run({ operation: 'remember', text });
    expect((await run({ operation: 'remember', text: `${text} ` })).jsons[0]).toEqual({ remembered: 1, merged: 1, notEmbedded: 'no embedding model', memories: [{ id: expect.any(String), privacy: 'internal', mergedInto: expect.any(String) }] });
  });

  it('says once what keeps it from finding more, however many items ask', async () => {
    await serve();
    const asked = async () => (await run({ operation: 'recall' }, [{ query: 'tea' }, { query: 'ships' }])).hints;
    expect(await asked()).toEqual([expect.stringContaining('The memory is empty')]);
    expect((await run({ operation: 'remember', text: 'Bees dance.' })).hints).toEqual([expect.stringContaining('By words alone')]);
    expect(await asked()).toEqual([expect.stringContaining('Nothing fits</b> among the one memory'), expect.stringContaining('By words alone')]);
    expect((await run({ operation: 'forget' })).hints).toEqual([expect.stringContaining('To forget exactly this one')]);
  });

  it('gives one list where it is wished for, an empty one too', async () => {
    await serve();
    expect((await run({ operation: 'recall', query: 'Nothing', output: 'list' })).jsons).toEqual([{ found: 0, memories: [], notEmbedded: 'no embedding model' }]);
    expect((await run({ operation: 'recall', query: 'Nothing' })).jsons).toEqual([]);
  });

  it('keeps users apart, and gives what is for the team to all', async () => {
    await serve();
    await run({ operation: 'remember', text: 'Ada likes tea.', scope: 'user', scopeOf: 'ada' });
    await run({ operation: 'remember', text: 'Tea is in the kitchen.' });
    const asked = async (of: string, alsoTeam = true) => (await run({ operation: 'recall', query: 'tea', scope: 'user', scopeOf: of, alsoTeam })).jsons.map(({ text }) => text).sort();
    expect(await asked('ada')).toEqual(['Ada likes tea.', 'Tea is in the kitchen.']);
    expect(await asked('ada', false)).toEqual(['Ada likes tea.']);
    expect(await asked('bob')).toEqual(['Tea is in the kitchen.']);
    expect((await run({ operation: 'recall', query: 'tea', scope: 'user', scopeOf: '' })).error?.message).toBe('No user is named.');
  });

  it('gives out what is secret only where that is said', async () => {
    await serve();
    await run({ operation: 'remember', text: 'Our card is 4111 1111 1111 1111.' });
    expect((await run({ operation: 'recall', query: 'card' })).jsons).toEqual([]);
    expect((await run({ operation: 'recall', query: 'card', upTo: 'secret' })).jsons).toEqual([expect.objectContaining({ privacy: 'secret' })]);
  });

  it('goes by meaning with connected embeddings, and remembers the parts of connected documents', async () => {
    await serve();
    const embeddings = testNode(async () => [[]], { outputs: ['ai_embedding'] });
    const vectorOf = (text: string) => (/dog|hound/i.test(text) ? [1, 0.1] : [0.1, 1]);
    embeddings.supplyData = async () => ({ response: { model: 'toy', embedQuery: async (text: string) => vectorOf(text), embedDocuments: async (texts: string[]) => texts.map(vectorOf) } });
    const loader = testNode(async () => [[]], { outputs: ['ai_document'] });
    loader.supplyData = async () => ({ response: { processItem: async () => [{ pageContent: 'Hounds bark.', metadata: { source: 'blob', title: 'Pets' } }, { pageContent: ' ' }, { pageContent: 'Ships sail.' }] } });
    const below = [{ name: 'Embeddings', type: 'embeddings', connection: 'ai_embedding' }, { name: 'Loader', type: 'loader', connection: 'ai_document' }];
    const more = { nodeTypes: { embeddings, loader }, below };
    expect((await run({ operation: 'remember' }, [{ fileName: 'pets.md' }], more)).jsons[0]).toMatchObject({ remembered: 2 });
    const { jsons } = await run({ operation: 'recall', query: 'dog', maxMemories: 1 }, [{}], { ...more, below: below.slice(0, 1) });
    expect(jsons).toEqual([expect.objectContaining({ text: 'Hounds bark.', source: 'Pets', part: 0, why: expect.stringContaining('near in meaning') })]);
  });
});

it('Assemble gives a quoted block and the receipt of what was left out', async () => {
  await serve();
  for (const day of ['Monday', 'Tuesday', 'Friday']) await run({ operation: 'remember', text: `The library on ${day}: ${'open and quiet '.repeat(12)}` });
  const [block] = (await run({ operation: 'assemble', query: 'library', budgetTokens: 120 })).jsons as [{ text: string; tokens: number; used: unknown[]; leftOut: unknown[] }];
  expect(block.text).toContain('> The library on');
  expect(block.tokens).toBeLessThanOrEqual(120);
  expect([block.used.length, block.leftOut.length]).toEqual([1, 2]);
});

describe('Forget', () => {
  it('shows the count, forgets exactly that, and nothing when it has changed', async () => {
    await serve();
    for (const text of ['Bees dance.', 'Ships sail.']) await run({ operation: 'remember', text });
    expect((await run({ operation: 'forget' })).jsons).toEqual([{ found: 2 }]);
    expect((await run({ operation: 'forget', what: 'forget', expected: 1 })).error).toMatchObject({ message: 'The filter would forget 2 memories, not 1. Nothing was forgotten.' });
    expect((await run({ operation: 'forget', what: 'forget', expected: 2 })).jsons).toEqual([{ forgotten: 2 }]);
    expect((await run({ operation: 'recall', query: 'bees ships' })).jsons).toEqual([]);
  });

  it('means nothing rather than everything, where a condition is empty or names none', async () => {
    await serve();
    await run({ operation: 'remember', options: { user: 'ada' } }, [{ text: 'Ada likes bees.' }]);
    for (const filter of [{ user: '={{ $json.nobody }}' }, { project: '={{ "" }}' }, { createdBefore: ' ' }]) {
      for (const parameters of [{ operation: 'forget' }, { operation: 'forget', what: 'forget', expected: 1 }, { operation: 'recall', query: 'bees' }]) expect([filter, parameters.operation, (await run({ ...parameters, filter })).error?.message]).toEqual([filter, parameters.operation, expect.stringContaining('empty condition')]);
    }
    expect((await run({ operation: 'forget', filter: { ids: '={{ [] }}' } })).error).toMatchObject({ message: expect.stringContaining('"ids"') });
    expect((await run({ operation: 'forget', filter: { ids: ' , ' } })).jsons).toEqual([{ found: 0 }]);
    expect((await run({ operation: 'forget', filter: { createdBefore: 'the day before' } })).error).toMatchObject({ message: '"Created Before" is "the day before", and no date.' });
    expect((await run({ operation: 'forget' })).jsons).toEqual([{ found: 1 }]);
  });

  it('takes a number that comes as text, and one entry for a list, but nothing for what it is not', async () => {
    await serve();
    await run({ operation: 'remember', text: 'Ada likes bees.', options: { user: 'ada' } });
    expect((await run({ operation: 'recall', query: 'bees', maxMemories: '={{ "3" }}', kinds: '={{ "fact" }}' })).jsons).toHaveLength(1);
    expect((await run({ operation: 'forget', what: 'count', kinds: '={{ "fact" }}' })).jsons).toEqual([{ found: 1 }]);
    const messageOf = async (parameters: IDataObject) => (await run(parameters)).error?.message;
    expect(await messageOf({ operation: 'recall', query: 'bees', kinds: '={{ ["facts"] }}' })).toBe('The kind "facts" is none.');
    expect(await messageOf({ operation: 'forget', what: 'count', kinds: '={{ null }}' })).toContain('"Kinds" is nothing');
    expect(await messageOf({ operation: 'recall', query: 'bees', upTo: 'galaxy' })).toContain('"Privacy Up To" is "galaxy"');
    expect(await messageOf({ operation: 'remember', text: 'x', options: { user: '={{ ({ name: "ada" }) }}' } })).toContain('"user" is no text but an object: {"name":"ada"}');
    expect(await messageOf({ operation: 'forget', what: 'countUser', user: '={{ ({ name: "ada" }) }}' })).toContain('is no text');
    for (const expected of ['={{ null }}', '={{ "" }}', '={{ "all" }}']) expect(await messageOf({ operation: 'forget', what: 'forget', expected })).toMatch(/"Expected Count" is .* no number/);
    expect((await run({ operation: 'forget', what: 'forget', expected: '={{ "1" }}' })).jsons).toEqual([{ forgotten: 1 }]);
  });

  it('never takes a cap that came out empty, as 0 or below it, for leave to forget everything', async () => {
    await serve();
    await run({ operation: 'remember', text: 'Bees dance.' });
    for (const caps of [{ most: -5, mostPerScope: 10 }, { most: 0, mostPerScope: 10 }, { most: 10, mostPerScope: '={{ null }}' }, { most: '={{ "" }}', mostPerScope: 10 }]) expect((await run({ operation: 'consolidate', ...caps })).error?.message).toMatch(/cannot be kept at|and no number/);
    expect((await run({ operation: 'forget' })).jsons).toEqual([{ found: 1 }]);
  });

  it('erases a user everywhere', async () => {
    await serve();
    await run({ operation: 'remember', text: 'Ada likes tea.', scope: 'user', scopeOf: 'ada' });
    await run({ operation: 'remember', text: 'Ada was born in May.', options: { user: 'ada' } });
    await run({ operation: 'remember', text: 'Ships sail.' });
    expect((await run({ operation: 'forget', what: 'countUser', user: 'ada' })).jsons).toEqual([{ user: 'ada', memories: 2, sessions: 0, runs: 0, found: 2 }]);
    expect((await run({ operation: 'forget', what: 'erase', user: 'ada', expected: 2 })).jsons[0]).toMatchObject({ erased: true, memories: 2 });
    expect((await run({ operation: 'forget' })).jsons).toEqual([{ found: 1 }]);
  });
});

describe('a field whose expression finds something else than was meant', () => {
  it.each([
    ['Kinds', { operation: 'recall', query: 'tea', kinds: '={{ $json.nope }}' }, '"Kinds" is nothing, and no list of kinds.'],
    ['Kinds of what is to be forgotten', { operation: 'forget', kinds: "={{ '' }}" }, '"Kinds" is nothing, and no list of kinds.'],
    ['Limit', { operation: 'recall', query: 'tea', maxMemories: "={{ 'many' }}" }, '"Limit" is "many", and no number.'],
    ['Token Budget', { operation: 'assemble', query: 'tea', budgetTokens: '={{ $json.nope }}' }, '"Token Budget" is nothing, and no number.'],
    ['Most Items', { operation: 'consolidate', most: '={{ null }}' }, '"Most Items" is nothing, and no number.'],
    ['Expected Count', { operation: 'forget', what: 'forget', expected: '={{ $json.nope }}' }, '"Expected Count" is nothing, and no number.'],
    ['Created After', { operation: 'forget', filter: { createdAfter: "={{ 'yesterday' }}" } }, '"Created After" is "yesterday", and no date.'],
    ['Keep for (Hours)', { operation: 'remember', text: 'Tea steams.', options: { keepForHours: -1 } }, 'A memory cannot be kept for -1 hours.'],
  ])('is named: %s', async (_, parameters, message) => {
    await serve();
    expect((await run(parameters)).error).toMatchObject({ message, context: { itemIndex: 0 } });
  });

  it('is understood where it can be: a number in a text, a single kind', async () => {
    await serve();
    await run({ operation: 'remember', text: 'Tea steams.' });
    expect((await run({ operation: 'recall', query: 'tea', kinds: "={{ 'fact' }}", maxMemories: "={{ '3' }}" })).jsons).toMatchObject([{ text: 'Tea steams.' }]);
    expect((await run({ operation: 'forget', what: 'forget', expected: "={{ '1' }}" })).jsons).toEqual([{ forgotten: 1 }]);
  });
});

it('Consolidate makes room and says what it did', async () => {
  await serve();
  for (const text of ['Bees dance.', 'Ships sail.', 'Tea steams.']) await run({ operation: 'remember', text });
  expect((await run({ operation: 'consolidate', mostPerScope: 2 })).jsons[0]).toMatchObject({ expired: 0, merged: 0, madeRoom: 1 });
  expect((await run({ operation: 'forget' })).jsons).toEqual([{ found: 2 }]);
});

describe('Hand Off', () => {
  const parameters = { operation: 'handOff', from: 'backend', to: 'frontend', package: JSON.stringify({ task: 'Build the page', state: 'HTML is done', decisions: ['Port 8081 is used'] }) };

  it('checks each answer of the new holder against the package', async () => {
    await serve([JSON.stringify({ task: 'To build the page', state: 'The HTML is done.', decisions: 'Port 8080 is used' })]);
    expect((await run(parameters)).jsons[0]).toMatchObject({ from: 'backend', to: 'frontend', complete: false, model: 'ollama/qwen3:8b', questions: [{ answered: true }, { answered: true }, { answered: false, missing: ['Port 8081 is used'] }] });
    expect((await run({ operation: 'recall', query: 'page port', scope: 'role', scopeOf: 'frontend' })).jsons[0]).toMatchObject({ source: 'Hand-off from backend' });
  });

  it('is kept, and says so, when no model can be asked', async () => {
    await serve([], []);
    expect((await run(parameters)).jsons[0]).toMatchObject({ complete: null, notChecked: expect.any(String), id: expect.any(String) });
  });

  it.each([
    ['The package cannot be handed off: "state" is missing.', '{"task":"Build"}'],
    ['The package cannot be handed off: "task" is no text; "state" is missing; "decisions" is no list of texts.', '{"task":7,"state":" ","decisions":"Port 8081"}'],
    ['The package cannot be handed off: "files" is no list of texts.', '{"task":"Build","state":"Begun","files":["a",2,3]}'],
    ['The package cannot be handed off: "task" is too long: at most 4,000 characters; "files" is too long: at most 50 texts.', JSON.stringify({ task: 'x'.repeat(4_001), state: 'Begun', files: Array.from({ length: 51 }, () => 'a') })],
    ['The package cannot be handed off: it is no JSON.', '{task: Build}'],
    ['The package cannot be handed off: it is empty.', ''],
    ['The package cannot be handed off: it is empty.', '={{ $json.nope }}'],
  ])('names what is wrong: %s', async (message, handedOff) => {
    await serve();
    expect((await run({ ...parameters, package: handedOff })).error?.message).toBe(message);
  });

  it('needs both roles', async () => {
    await serve();
    expect((await run({ ...parameters, to: '={{ $json.nope }}' })).error?.message).toBe('No role is named to hand off to.');
  });
});

describe('as a tool of a model', () => {
  const type = `${MEMORY}Tool`;

  it.each(['forget', 'handOff', 'consolidate'])('never does %s, whatever the workflow says', async (operation) => {
    await serve();
    expect((await run({ operation, what: 'count' }, [{}], { type })).error?.message).toMatch(/^A model can remember, recall and assemble/);
  });

  it('lets no model choose the scope', async () => {
    await serve();
    const { error } = await run({ operation: 'recall', query: 'tea', scope: 'user', scopeOf: "={{ $fromAI('who') }}" }, [{}], { type });
    expect(error?.message).toBe('A model must not choose whose memory it uses: "scopeOf" is filled in by it.');
  });
});
