import { ModelAuthError, ProviderDownError } from '../../router';
import { modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const never = new AbortController().signal;
const hint = { hint: 'a hint' };
const down = (count: number): Move[] => Array.from({ length: count }, () => new ProviderDownError('down', hint));
const LOCAL = modelOf('ollama/qwen3:8b');
const CLOUD = modelOf('anthropic/claude');

describe('a service that does not answer', () => {
  it('is left alone after five or more faults in a row, the decision says why, and it is tried again after 30 s', async () => {
    const local = scriptedDriver([LOCAL], down(6));
    const { router, fake } = routerOver([local, scriptedDriver([CLOUD])]);
    const ask = () => router.complete(requestOf(), never);
    for (let time = 0; time < 5; time += 1) expect((await ask()).decision.model).toBe('anthropic/claude');
    expect(local.calls).toHaveLength(6);
    expect((await ask()).decision.candidates).toContainEqual({ model: 'ollama/qwen3:8b', score: 0, rejected: expect.stringMatching(/^did not answer 6 times; tried again in \d+ s$/) });
    fake.advance(30_000);
    expect((await ask()).decision.model).toBe('ollama/qwen3:8b');
    expect((await router.explain(requestOf(), never)).model).toBe('ollama/qwen3:8b');
  });

  it('is tried by one call after its rest, while the others go elsewhere', async () => {
    const local = scriptedDriver([LOCAL], [...down(6), 'silence']);
    const { router, fake } = routerOver([local, scriptedDriver([CLOUD])]);
    for (let time = 0; time < 3; time += 1) await router.complete(requestOf(), never);
    fake.advance(30_000);
    const stop = new AbortController();
    const trying = router.complete(requestOf(), stop.signal).catch((error: Error) => error);
    while (local.open() === 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/claude');
    expect(local.calls).toHaveLength(7);
    stop.abort();
    await trying;
  });

  it('is asked all the same where nobody else may answer', async () => {
    const only = scriptedDriver([LOCAL], down(7));
    const { router } = routerOver([only]);
    for (let time = 0; time < 3; time += 1) await expect(router.complete(requestOf(), never)).rejects.toBeInstanceOf(ProviderDownError);
    expect((await router.complete(requestOf(), never)).text).toBe('ok');
  });

  it('is the last resort when the healthy ones fail in that very request', async () => {
    const { router } = routerOver([scriptedDriver([LOCAL], down(5)), scriptedDriver([CLOUD], ['a', 'b', 'c', ...down(2)])]);
    for (let time = 0; time < 3; time += 1) await router.complete(requestOf(), never);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('ollama/qwen3:8b');
  });

  it('keeps nobody waiting for its other models', async () => {
    const many = Array.from({ length: 20 }, (_, index) => modelOf(`ollama/m${index}`));
    const local = scriptedDriver(many, down(50));
    const { router } = routerOver([local, scriptedDriver([CLOUD])]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/claude');
    expect(local.calls.length).toBeLessThanOrEqual(6);
  });

  it('is well again after one answer', async () => {
    const local = scriptedDriver([LOCAL], [...down(4), 'well', ...down(4), 'well']);
    const { router } = routerOver([local, scriptedDriver([CLOUD])]);
    for (let time = 0; time < 6; time += 1) await router.complete(requestOf(), never);
    expect(local.calls).toHaveLength(10);
  });
});

describe('a refusal that concerns one model', () => {
  it('leaves the provider its other models', async () => {
    const cloud = scriptedDriver([modelOf('anthropic/a'), modelOf('anthropic/b')], [new ModelAuthError('not for your key', hint, 'model')]);
    const { router } = routerOver([cloud]);
    for (let time = 0; time < 2; time += 1) expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/b');
    expect(cloud.calls).toHaveLength(3);
  });

  it('ends with the third of one provider in one request', async () => {
    const cloud = scriptedDriver(Array.from({ length: 9 }, (_, index) => modelOf(`anthropic/m${index}`)), Array.from({ length: 9 }, () => new ModelAuthError('no', hint, 'model')));
    const { router } = routerOver([cloud, scriptedDriver([modelOf('openai/gpt', { strength: 0.1 })])]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('openai/gpt');
    expect(cloud.calls).toHaveLength(3);
  });
});
