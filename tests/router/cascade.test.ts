import type { Logger } from '../../kernel';
import { ProviderDownError, RateLimitedError, type DriverChunk } from '../../router';
import { faultOfAnswer, isLooping } from '../../router/cascade';
import { FINISH, modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

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
  const file = { models: [], assign, presets: {}, budgets: [], limits: {} };
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
  ])('is found: %s', (_, text) => expect(isLooping(text)).toBe(true));

  it.each([
    ['prose', 'Tea is an aromatic beverage prepared by pouring hot water over cured leaves. It is the most widely consumed drink after water. There are many types; some have a cooling, slightly bitter flavour, others have sweet, nutty or floral notes.'],
    ['a table', `| a | b |\n|---|---|\n${Array.from({ length: 40 }, (_, index) => `| ${index} | ${index * index} |`).join('\n')}`],
    ['code with many closing brackets', Array.from({ length: 30 }, (_, index) => `function f${'abcdefghij'[index % 10]}${'klmnopqrst'[index % 7]}() {\n  return ${index};\n}\n`).join('')],
    ['a line of dashes', `Title\n${'-'.repeat(500)}`],
    ['a short answer said thrice', 'Yes. Yes. Yes.'],
  ])('is not: %s', (_, text) => expect(isLooping(text)).toBe(false));

  it('is looked for in milliseconds, whatever the text', () => {
    const texts = ['ab'.repeat(500_000), '-'.repeat(1_000_000), `${'a'.repeat(7_999)}b`];
    const startedMs = performance.now();
    for (const text of texts) isLooping(text);
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

it('is no fault when a tool is called', () => {
  expect(faultOfAnswer({ finishReason: 'tool-calls', toolCalls: [{ id: '1', name: 'look', arguments: {} }], text: '' }, schema)).toBeUndefined();
});
