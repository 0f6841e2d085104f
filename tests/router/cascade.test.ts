import { readFileSync } from 'node:fs';
import type { JsonObject, Logger } from '../../kernel';
import { estimateComplexity, ProviderDownError, RateLimitedError, ToolCallError, type DriverChunk } from '../../router';
import { faultOfAnswer } from '../../router/cascade';
import { asksForRepetition, repeatedUnit } from '../../router/loop';
import { FINISH, modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const ON_THE_LINE = (JSON.parse(readFileSync('tests/fixtures/routing-prompts.json', 'utf8')) as Array<{ prompt: string }>).map(({ prompt }) => prompt);
const never = new AbortController().signal;
const schema = { name: 'answer', schema: { type: 'object', properties: { tea: { type: 'string' } }, required: ['tea'] } };
const refusal: Move = { chunks: [{ ...(FINISH as DriverChunk & { type: 'finish' }), reason: 'refused' }] };
const empty: Move = { chunks: [FINISH] };
const LOOP = 'I will now look at the list again. '.repeat(40);

/** Five models, each stronger than the one before; the local ones free. Asked in this order. */
function ladder(moves: Move[][]) {
  const models = [modelOf('ollama/a', { strength: 0.5 }), modelOf('b/b', { strength: 0.6 }), modelOf('c/c', { strength: 0.7 }), modelOf('d/d', { strength: 0.8 }), modelOf('e/e', { strength: 0.9 })];
  const drivers = models.slice(0, moves.length).map((model, index) => scriptedDriver([model], moves[index]));
  const warnings: Array<[string, unknown]> = [];
  const log: Logger = { debug: () => {}, info: () => {}, warn: (message, facts) => void warnings.push([message, facts]), error: () => {} };
  const assign = { default: { primary: 'a', fallback: ['b', 'c', 'd', 'e'] } };
  const file = { models: [], assign, presets: {}, budgets: [], limits: {}, experiments: [] };
  const asked = () => drivers.map(({ calls }) => calls.length);
  return { asked, warnings, ...routerOver(drivers, { log, modelsFile: { read: async () => file, driverFor: () => undefined } }) };
}

describe('after an answer nobody can use', () => {
  it.each([
    ['a refusal', refusal, 'REFUSED'],
    ['a loop', LOOP, 'LOOPING'],
    ['no JSON', 'Tea is a drink.', 'INVALID_JSON'],
    ['JSON without what was demanded', '{"coffee": 1}', 'INVALID_JSON'],
    ['nothing', empty, 'EMPTY_ANSWER'],
  ])('(%s) the next stronger model is asked, and the ledger says why', async (_, move, outcome) => {
    const { router, ledger, asked, warnings } = ladder([[move], ['{"tea": "green"}']]);
    const reply = await router.complete(requestOf({ runId: 'run' }, { schema }), never);
    expect(reply).toMatchObject({ text: '{"tea": "green"}', decision: { model: 'b/b' } });
    expect(asked()).toEqual([1, 1]);
    const { byModel } = await ledger.breakdown({ sinceMs: 0 });
    expect(byModel.find(({ key }) => key === 'ollama/a')).toMatchObject({ failures: 1 });
    expect(warnings).toEqual([[expect.any(String), expect.objectContaining({ code: outcome })]]);
    expect(reply.decision.escalatedFrom).toBe('ollama/a');
  });

  it('at most two stronger models are asked; then the last answer is given as it is', async () => {
    const { router, asked, warnings } = ladder([[refusal], ['no'], ['still no'], ['{"tea": "x"}']]);
    expect(await router.complete(requestOf({}, { schema }), never)).toMatchObject({ text: 'still no', decision: { model: 'c/c', escalatedFrom: 'b/b' } });
    expect(asked()).toEqual([1, 1, 1, 0]);
    expect(warnings).toEqual([
      ['ollama/a gave an answer nobody can use.', { code: 'REFUSED', next: 'b/b' }],
      ['b/b gave an answer nobody can use.', { code: 'INVALID_JSON', next: 'c/c' }],
      ['c/c gave an answer nobody can use.', { code: 'INVALID_JSON', next: 'none stronger' }],
    ]);
  });

  it('a service that answers with nothing is asked at most three times, however many models it has', async () => {
    const manyModels = (provider: string) => scriptedDriver(Array.from({ length: 15 }, (_, index) => modelOf(`${provider}/m${index}`, { strength: 0.3 + index * 0.04 })), Array.from({ length: 40 }, () => empty));
    const [one, other] = [manyModels('one'), manyModels('other')];
    const healthy = scriptedDriver([modelOf('ollama/small', { strength: 0.1 })]);
    const { router } = routerOver([one, other, healthy]);
    expect(await router.complete(requestOf({ model: 'one/m0' }), never)).toMatchObject({ text: 'ok', decision: { model: 'ollama/small' } });
    expect([one, other].map(({ calls }) => calls.length)).toEqual([3, 3]);
  });

  it('a weaker model is never asked', async () => {
    const weak = scriptedDriver([modelOf('ollama/tiny', { strength: 0.1 })]);
    const { router } = routerOver([weak, scriptedDriver([modelOf('ollama2/a', { local: true })], [refusal])]);
    expect(await router.complete(requestOf({ model: 'a' }), never)).toMatchObject({ finishReason: 'refused' });
    expect(weak.calls).toHaveLength(0);
  });

  it('the answer in hand is given when the stronger models are down or limited, without waiting for them', async () => {
    const down = () => new ProviderDownError('down', { hint: '' });
    const { router, sleeps } = ladder([['no JSON'], [new RateLimitedError('slow down', { hint: '' }, 30_000)], [down(), down()]]);
    expect((await router.complete(requestOf({}, { schema }), never)).text).toBe('no JSON');
    expect(sleeps).toEqual([500]);
  });

  it('a secret stays here, and the useless answer is all there is', async () => {
    const { router, asked } = ladder([['no JSON'], ['{"tea": "green"}']]);
    expect((await router.complete(requestOf({ privacy: 'secret' }, { schema }), never)).text).toBe('no JSON');
    expect(asked()).toEqual([1, 0]);
  });

  it('the budget is kept, of a run and of a single call', async () => {
    // Each call is expected to cost a good 1.5 cents and costs 0.2.
    for (const facts of [{ runId: 'run', budgetUsd: 0.016 }, { budgetUsd: 0.016 }]) {
      const { router, asked } = ladder([['no'], ['no'], ['{"tea": "green"}']]);
      expect((await router.complete(requestOf(facts, { schema }), never)).decision.model).toBe('b/b');
      expect(asked()).toEqual([1, 1, 0]);
    }
  });

  it('nothing more is asked where the caller judges for himself', async () => {
    const { router, asked } = ladder([['no JSON'], ['{"tea": "green"}']]);
    expect((await router.complete(requestOf({ judgedByCaller: true }, { schema }), never)).text).toBe('no JSON');
    expect(asked()).toEqual([1, 0]);
  });

  it('a stream goes on: what was shown stays', async () => {
    const { router, asked } = ladder([[LOOP], ['ok']]);
    const chunks = [];
    for await (const chunk of router.stream(requestOf(), never)) chunks.push(chunk);
    expect(chunks.at(-1)).toMatchObject({ type: 'finish', reply: { text: LOOP } });
    expect(asked()).toEqual([1, 0]);
  });
});

describe('a loop', () => {
  it.each([
    ['the same sentence', 'The cat sat on the mat. '.repeat(30)],
    ['the same line, numbered', Array.from({ length: 20 }, (_, index) => `${index + 1}. Check the configuration file.`).join('\n')],
    ['a sound beginning, then words without end', `Tea is made of leaves. ${'and then '.repeat(60)}`],
    ['one letter', 'a'.repeat(400)],
    ['a long paragraph', 'First we boil the water. Then we add the leaves. Then we wait for three minutes and pour. '.repeat(9)],
    ['Chinese', '我们再看一遍这个列表。'.repeat(40)],
  ])('is found: %s', (_, text) => expect(repeatedUnit(text)).toBeDefined());

  it.each([
    ['prose', 'Tea is an aromatic beverage prepared by pouring hot water over cured leaves. It is the most widely consumed drink after water. There are many types; some have a cooling, slightly bitter flavour, others have sweet, nutty or floral notes.'],
    ['a table', `| a | b |\n|---|---|\n${Array.from({ length: 40 }, (_, index) => `| ${index} | ${index * index} |`).join('\n')}`],
    ['code with many closing brackets', Array.from({ length: 30 }, (_, index) => `function f${'abcdefghij'[index % 10]}${'klmnopqrst'[index % 7]}() {\n  return ${index};\n}\n`).join('')],
    ['a line of dashes', `Title\n${'-'.repeat(500)}`],
    ['a short answer said thrice', 'Yes. Yes. Yes.'],
  ])('is not: %s', (_, text) => expect(repeatedUnit(text)).toBeUndefined());

  it('is looked for in milliseconds, whatever the text', () => {
    const texts = ['ab'.repeat(500_000), '-'.repeat(1_000_000), `${'a'.repeat(7_999)}b`];
    const startedMs = performance.now();
    for (const text of texts) repeatedUnit(text);
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

describe('a loop the prompt asked for is none', () => {
  const LINE = 'I shall not talk in class.';
  const loop = (line: string, times: number) => Array.from({ length: times }, (_, index) => `${index + 1}. ${line}`).join('\n');
  const judged = (prompt: string, text: string, wasCut = false) => asksForRepetition(prompt, { unit: repeatedUnit(text)!, text, wasCut });

  it.each([
    ['the line is quoted', `Schreib bitte: ${LINE} Und das immer wieder.`, loop(LINE, 30)],
    ['so many times as were asked for', 'Write a rule for children, 20 times.', loop(LINE, 20)],
    ['a short word, quoted', '请写“哈哈”很多次', '哈哈 '.repeat(150)],
    ['a paragraph, begun in its middle', 'Repeat this without end: Tea is good for you. Drink it hot or cold.', `well: ${'Drink it hot or cold. Tea is good for you. '.repeat(12)}`],
  ])('%s', (_, prompt, text) => expect(judged(prompt, text)).toBe(true));

  it.each([
    ['nobody spoke of it', 'Which rules are there in class?', loop(LINE, 30), false],
    ['another number stands in the prompt', 'Summarise the 300 pages.', loop(LINE, 30), false],
    ['the word stands in the prompt by chance', 'Say and then explain.', 'and then '.repeat(60), false],
    ['it was cut though the prompt only contains the line', `We have one rule: ${LINE} Explain it.`, loop(LINE, 30), true],
  ])('but a fault when %s', (_, prompt, text, wasCut) => expect(judged(prompt, text, wasCut)).toBe(false));

  it('even when it was cut, if the prompt quotes it and wants more of it', () => {
    expect(judged(`Write "${LINE}" 1,000 times.`, loop(LINE, 60), true)).toBe(true);
  });

  it('and no stronger model is asked', async () => {
    const { router, asked } = ladder([[loop(LINE, 20)]]);
    await router.complete(requestOf({}, { messages: [{ role: 'user', text: `Write this 20 times: ${LINE}` }] }), never);
    expect(asked()).toEqual([1]);
  });
});

describe('a tool call', () => {
  const tools = [{ name: 'look', description: '', schema: { type: 'object', properties: { where: { type: 'string' }, times: { type: ['integer', 'null'] }, deep: { type: 'boolean' } }, required: ['where'] } }];
  const called = (name: string, values: JsonObject): Move => ({ chunks: [{ type: 'tool-call', call: { id: '1', name, arguments: values } }, FINISH] });

  it.each([
    ['of a tool nobody offered', called('jump', { where: 'here' }), {}, 'BAD_TOOL_CALL'],
    ['without a demanded argument', called('look', { deep: true }), {}, 'BAD_TOOL_CALL'],
    ['with an argument of another type', called('look', { where: 7 }), {}, 'BAD_TOOL_CALL'],
    ['with a fraction for a whole number', called('look', { where: 'here', times: 1.5 }), {}, 'BAD_TOOL_CALL'],
    ['with arguments nobody can read', { chunks: [FINISH], then: new ToolCallError('look') } as Move, {}, 'BAD_TOOL_CALL'],
    ['that was demanded and did not come', 'I would look.', { toolChoice: 'required' as const }, 'NO_TOOL_CALL'],
    ['that was demanded of another tool', called('look', { where: 'here' }), { toolChoice: { name: 'listen' }, tools: [...tools, { ...tools[0]!, name: 'listen' }] }, 'NO_TOOL_CALL'],
  ])('%s is asked of a stronger model, which the decision says', async (_, move, more, because) => {
    const good = called('toolChoice' in more && typeof more.toolChoice === 'object' ? 'listen' : 'look', { where: 'here' });
    const { router, ledger, asked } = ladder([[move], [good]]);
    const reply = await router.complete(requestOf({ runId: 'run' }, { tools, ...more }), never);
    expect(reply).toMatchObject({ toolCalls: [{ arguments: { where: 'here' } }], decision: { model: 'b/b', escalatedFrom: 'ollama/a', escalatedBecause: because } });
    expect(asked()).toEqual([1, 1]);
    expect((await ledger.breakdown({ sinceMs: 0 })).byModel.find(({ key }) => key === 'ollama/a')).toMatchObject({ failures: 1, completionTokens: 100 });
  });

  it.each([
    ['fits', called('look', { where: 'here', times: 2 })],
    ['leaves out what need not be there', called('look', { where: 'here' })],
    ['writes null for what need not be there', called('look', { where: 'here', times: null, deep: null })],
    ['has arguments nobody described', called('look', { where: 'here', more: 1 })],
  ])('is taken when it %s', async (_, move) => {
    const { router, asked } = ladder([[move], ['no']]);
    expect((await router.complete(requestOf({}, { tools }), never)).toolCalls).toHaveLength(1);
    expect(asked()).toEqual([1, 0]);
  });

  it('beside JSON that was demanded is no fault', () => {
    expect(faultOfAnswer({ finishReason: 'tool-calls', toolCalls: [{ id: '1', name: 'look', arguments: { where: 'here' } }], text: '' }, requestOf({}, { schema, tools }))).toBeUndefined();
  });
});

describe('with a stronger model when unsure', () => {
  const unsure = (sureness: number): Move => ({ chunks: [{ type: 'text', text: 'Perhaps tea.' }, { ...(FINISH as DriverChunk & { type: 'finish' }), sureness }] });

  it('an answer whose model was not sure of its words is asked for again', async () => {
    const { router, asked } = ladder([[unsure(0.4)], [unsure(0.9)]]);
    expect(await router.complete(requestOf({ strongerWhenUnsure: true }), never)).toMatchObject({ decision: { model: 'b/b', sureness: 0.9, escalatedFrom: 'ollama/a', escalatedBecause: 'UNSURE' } });
    expect(asked()).toEqual([1, 1]);
  });

  it('two stronger ones are asked at most', async () => {
    const { router, asked } = ladder([[unsure(0.1)], [unsure(0.2)], [unsure(0.3)], ['Tea.']]);
    expect((await router.complete(requestOf({ strongerWhenUnsure: true }), never)).decision).toMatchObject({ model: 'c/c', sureness: 0.3 });
    expect(asked()).toEqual([1, 1, 1, 0]);
  });

  it.each([['nobody wants it', {}], ['the caller judges for himself', { strongerWhenUnsure: true, judgedByCaller: true }]])('nothing happens when %s', async (_, facts) => {
    const { router, asked } = ladder([[unsure(0.1)]]);
    await router.complete(requestOf(facts), never);
    expect(asked()).toEqual([1]);
  });

  it('a request on the line is taken for a hard one, and an easy one stays easy', async () => {
    const drivers = [scriptedDriver([modelOf('ollama/a', { strength: 0.5 })]), scriptedDriver([modelOf('b/b', { strength: 0.9 })])];
    const { router } = routerOver(drivers);
    const explain = (text: string, strongerWhenUnsure: boolean) => router.explain(requestOf({ strongerWhenUnsure }, { messages: [{ role: 'user', text }] }), never);
    const onTheLine = ON_THE_LINE.find((text) => { const { complexity, confidence } = estimateComplexity({ messages: [{ role: 'user', text }] }); return complexity < 0.5 && confidence < 0.65; })!;
    expect(await explain(onTheLine, false)).toMatchObject({ model: 'ollama/a' });
    expect(await explain(onTheLine, true)).toMatchObject({ model: 'b/b', doubtful: true });
    expect(await explain('What is tea?', true)).toMatchObject({ model: 'ollama/a' });
  });
});
