import { CancelledError } from '../../kernel';
import { readModelsFile, type ModelsFileSource } from '../../router';
import { modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const never = new AbortController().signal;
const TINY = modelOf('ollama/tiny', { strength: 0.1 });
const SMALL = modelOf('small/8b', { strength: 0.5, local: true });
const CODER = modelOf('coder/7b', { strength: 0.48, local: true });
const FILE = 'models: [{name: c, provider: coder, model: 7b, use_for: [code], weight: 0.9}]';

function team(moves: Move[], models = [TINY, SMALL, CODER]) {
  const { file } = readModelsFile(FILE);
  const modelsFile: ModelsFileSource = { read: async () => file, driverFor: () => undefined };
  const drivers = models.map((model, index) => scriptedDriver([model], index === 0 ? moves : []));
  return { drivers, ...routerOver(drivers, { modelsFile }) };
}

const asked = (text = 'Write a function that adds two numbers.', facts = {}) => requestOf({ recogniseIntent: true, ...facts }, { messages: [{ role: 'user', text }] });
const CODE = '{"kind": "code"}';

describe('the kind of a request', () => {
  it('is recognised by the smallest local model, prefers the model that is meant for it, and is booked', async () => {
    const { router, ledger, drivers } = team([CODE]);
    expect((await router.complete(requestOf({}, asked()), never)).decision.model).toBe('small/8b');
    const { decision } = await router.complete(asked('Write a function that adds two numbers.', { runId: 'run' }), never);
    expect(decision).toMatchObject({ model: 'coder/7b', intent: 'code' });
    expect(drivers[0]!.calls).toHaveLength(1);
    expect(drivers[0]!.calls[0]).toMatchObject({ temperature: 0, maxOutputTokens: 300, messages: [{ role: 'system' }, { text: expect.stringContaining('Write a function') }] });
    expect((await ledger.breakdown({ sinceMs: 0 })).byRole).toMatchObject([{ key: '', localCalls: 2 }, { key: 'intent', localCalls: 1 }]);
  });

  it('is asked for once, however many turns a question takes, and never to explain', async () => {
    const { router, drivers } = team([CODE]);
    expect((await router.explain(asked(), never)).intent).toBeUndefined();
    for (let turn = 0; turn < 3; turn += 1) expect((await router.complete(asked(), never)).decision.intent).toBe('code');
    expect((await router.explain(asked(), never)).intent).toBe('code');
    expect(drivers[0]!.calls).toHaveLength(1);
  });

  it('takes 15 seconds at most, and a minute goes by before the next try', async () => {
    const { router, drivers, fake } = team(['silence', CODE]);
    const reply = router.complete(asked(), never);
    await fake.advanceAndSettle(14_999);
    expect(drivers[1]!.calls).toHaveLength(0);
    await fake.advanceAndSettle(1);
    expect((await reply).decision).toMatchObject({ model: 'small/8b' });
    expect((await router.complete(asked(), never)).decision.intent).toBeUndefined();
    expect(drivers[0]!.calls).toHaveLength(1);
    fake.advance(60_000);
    expect((await router.complete(asked(), never)).decision.intent).toBe('code');
  });

  it('leaves a request half of its own time', async () => {
    const { router, fake } = team(['silence']);
    const reply = router.complete(asked('Hi', { deadlineS: 4 }), never);
    await fake.advanceAndSettle(2_000);
    expect((await reply).text).toBe('ok');
  });

  it.each([['nonsense', 'I think it is code.'], ['a kind nobody knows', '{"kind": "attack"}'], ['a fault', new Error('boom')]])('is left open after %s', async (_, move) => {
    const { router } = team([move], [TINY, SMALL]);
    const { decision } = await router.complete(asked(), never);
    expect(decision.model).toBe('small/8b');
    expect(decision.intent).toBeUndefined();
  });

  it('is left open where no model is local, and no cloud model is asked for it', async () => {
    const cloud = scriptedDriver([modelOf('anthropic/claude')]);
    const { router } = routerOver([cloud]);
    expect((await router.complete(asked(), never)).decision.intent).toBeUndefined();
    expect(cloud.calls).toHaveLength(1);
  });

  it('is not asked of a model the author does not allow', async () => {
    const { router, drivers } = team([CODE]);
    await router.complete(asked('Hi', { allowedModels: ['small/8b'] }), never);
    expect(drivers[0]!.calls).toHaveLength(0);
  });

  it('is judged by a bounded part of a long prompt', async () => {
    const { router, drivers } = team([CODE]);
    await router.complete(asked(`BEGIN ${'word '.repeat(4_000)} END`), never);
    const text = drivers[0]!.calls[0]!.messages[1]!.text;
    expect(text.length).toBeLessThan(2_100);
    expect(text).toMatch(/BEGIN[^]*END/);
  });

  it('ends with the request when that is stopped', async () => {
    const { router, drivers } = team(['silence']);
    const stop = new AbortController();
    const reply = router.complete(asked(), stop.signal).catch((error: unknown) => error);
    while (drivers[0]!.open() === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await reply).toBeInstanceOf(CancelledError);
    expect(drivers[1]!.calls).toHaveLength(0);
  });
});
