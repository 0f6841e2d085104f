import { CancelledError, silentLogger } from '../../kernel';
import { ContextOverflowError, ModelAuthError, ModelNotFoundError, NoModelError, ProviderDownError, SecretNeedsLocalModelError, createRouter } from '../../router';
import { modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const never = new AbortController().signal;
const hint = { hint: 'a hint' };
const down = () => new ProviderDownError('down', hint);
const LOCAL = modelOf('ollama/qwen3:8b');
const CLOUD = modelOf('anthropic/claude');

/** Two services: a local one with these moves, and a cloud one. */
function localAndCloud(localMoves: Move[], cloudMoves: Move[] = []) {
  const local = scriptedDriver([LOCAL], localMoves);
  const cloud = scriptedDriver([CLOUD], cloudMoves);
  return { local, cloud, ...routerOver([local, cloud]) };
}

describe('when no model may answer', () => {
  it('names a model nobody has, the known ones and how to get it', async () => {
    const { router } = localAndCloud([]);
    const error = await router.complete(requestOf({ model: 'llama9:1b' }), never).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ModelNotFoundError);
    expect(error).toMatchObject({ message: expect.stringMatching(/llama9:1b.*ollama\/qwen3:8b, anthropic\/claude/), hint: expect.stringContaining('ollama pull llama9:1b') });
    await expect(router.complete(requestOf({ allowedModels: ['nobody/x'] }), never)).rejects.toBeInstanceOf(ModelNotFoundError);
  });

  it('tells what every service said and what to do', async () => {
    const dead = scriptedDriver([CLOUD], [], async () => { throw new ModelAuthError('Anthropic refused the key (401).', hint); });
    const { ledger, fake } = routerOver([]);
    const router = createRouter({ services: async () => ({ drivers: [dead], ollama: { tried: [{ url: 'http://localhost:11434', why: 'ECONNREFUSED' }] } }), ledger, clock: fake, makeId: () => 'id', log: silentLogger });
    const error = await router.complete(requestOf(), never).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NoModelError);
    expect(error).toMatchObject({ message: expect.stringMatching(/localhost:11434 \(ECONNREFUSED\).*refused the key/), hint: expect.stringMatching(/a hint.*ollama pull/) });
  });

  it('finds a service that is started later', async () => {
    const local = scriptedDriver([LOCAL]);
    let isUp = false;
    const { ledger, fake } = routerOver([]);
    const services = async () => (isUp ? { drivers: [local], ollama: { url: 'http://localhost:11434', tried: [] } } : { drivers: [], ollama: { tried: [{ url: 'http://localhost:11434', why: 'ECONNREFUSED' }] } });
    const router = createRouter({ services, ledger, clock: fake, makeId: () => 'id', log: silentLogger });
    await expect(router.complete(requestOf(), never)).rejects.toBeInstanceOf(NoModelError);
    isUp = true;
    fake.advance(10_000);
    expect((await router.complete(requestOf(), never)).text).toBe('ok');
  });

  it('says which prompt is too long for all', async () => {
    const { router, local } = localAndCloud([]);
    await expect(router.complete(requestOf({}, { messages: [{ role: 'user', text: 'word '.repeat(60_000) }] }), never)).rejects.toBeInstanceOf(ContextOverflowError);
    expect(local.calls).toHaveLength(0);
  });

  it('says what the models cannot do', async () => {
    const { router } = localAndCloud([]);
    await expect(router.complete(requestOf({}, { messages: [{ role: 'user', text: 'See', images: [{ mediaType: 'image/png', base64: 'AA' }] }] }), never)).rejects.toMatchObject({ code: 'NO_MODEL', message: expect.stringContaining('pictures') });
  });
});

describe('the catalog', () => {
  it('never lets a dead provider hide the others, and asks it again after a while', async () => {
    let listings = 0;
    const dead = scriptedDriver([CLOUD], [], async () => { listings += 1; throw down(); });
    const { router, fake } = routerOver([dead, scriptedDriver([LOCAL])]);
    for (let time = 0; time < 3; time += 1) expect(await router.models(never)).toHaveLength(1);
    expect(listings).toBe(1);
    fake.advance(10_000);
    await router.models(never);
    expect(listings).toBe(2);
  });

  it('does not wait for a provider that never lists', async () => {
    const stuck = scriptedDriver([CLOUD], [], () => new Promise(() => {}));
    const { router, fake } = routerOver([stuck, scriptedDriver([LOCAL])]);
    const models = router.models(never);
    await fake.advanceAndSettle(10_000);
    expect(await models).toHaveLength(1);
  });

  it('waits two seconds for a service that hangs, once, and asks it in the background from then on', async () => {
    let listings = 0;
    const stuck = scriptedDriver([CLOUD], [], () => { listings += 1; return new Promise(() => {}); });
    const { router, fake } = routerOver([stuck, scriptedDriver([LOCAL])]);
    const first = router.complete(requestOf(), never);
    await fake.advanceAndSettle(1_999);
    expect(await Promise.race([first, 'waits'])).toBe('waits');
    await fake.advanceAndSettle(1);
    expect((await first).text).toBe('ok');
    const startedMs = fake.nowMs();
    for (let time = 0; time < 3; time += 1) {
      expect((await router.complete(requestOf(), never)).text).toBe('ok');
      await fake.advanceAndSettle(20_000);
    }
    expect(fake.nowMs() - startedMs).toBe(60_000);
    expect(listings).toBeGreaterThan(1);
  });

  it('keeps the list of a service that became slow, and has its new one when it comes', async () => {
    const NEW = modelOf('anthropic/new', { strength: 0.99 });
    let answer: (models: (typeof NEW)[]) => void = () => {};
    let isSlow = false;
    const service = scriptedDriver([CLOUD, NEW], [], () => (isSlow ? new Promise((resolve) => { answer = resolve; }) : Promise.resolve([CLOUD])));
    const { router, fake } = routerOver([service, scriptedDriver([LOCAL])]);
    const best = async () => (await router.explain(requestOf({ preset: 'best' }), never)).model;
    expect(await best()).toBe('anthropic/claude');
    isSlow = true;
    fake.advance(60_000);
    const late = best();
    await fake.advanceAndSettle(2_000);
    expect(await late).toBe('anthropic/claude');
    answer([CLOUD, NEW]);
    await fake.advanceAndSettle(0);
    expect(await best()).toBe('anthropic/new');
  });

  it('waits for everybody before it says no', async () => {
    let answer: (models: (typeof LOCAL)[]) => void = () => {};
    const slow = scriptedDriver([LOCAL], [], () => new Promise((resolve) => { answer = resolve; }));
    const { router, fake } = routerOver([slow, scriptedDriver([CLOUD])]);
    const reply = router.complete(requestOf({ privacy: 'secret' }), never);
    await fake.advanceAndSettle(5_000);
    answer([LOCAL]);
    expect((await reply).decision.model).toBe('ollama/qwen3:8b');
  });

  it('keeps one caller\'s stop from ending another\'s listing', async () => {
    let answer = () => {};
    const slow = scriptedDriver([LOCAL], [], () => new Promise((resolve) => { answer = () => resolve([LOCAL]); }));
    const { router } = routerOver([slow]);
    const stop = new AbortController();
    const first = router.models(stop.signal).catch((error: Error) => error);
    const second = router.models(never);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await first).toBeInstanceOf(CancelledError);
    answer();
    expect(await second).toHaveLength(1);
  });
});

describe('secret requests', () => {
  it('fail closed where no model is local', async () => {
    const cloud = scriptedDriver([CLOUD, modelOf('anthropic/b')]);
    const { router } = routerOver([cloud]);
    await expect(router.complete(requestOf({ privacy: 'secret' }), never)).rejects.toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MODEL', message: expect.stringContaining('anthropic/claude') });
    await expect(router.complete(requestOf({ privacy: 'secret', model: 'anthropic/claude' }), never)).rejects.toBeInstanceOf(SecretNeedsLocalModelError);
    expect(cloud.calls).toHaveLength(0);
  });

  it('do not trust a cloud model in a local service', async () => {
    const driver = scriptedDriver([LOCAL, modelOf('ollama/gpt-oss:120b-cloud', { local: false, strength: 0.99 })]);
    const { router } = routerOver([driver]);
    const reply = await router.complete(requestOf({ privacy: 'secret', preset: 'best' }), never);
    expect(reply.decision).toMatchObject({ model: 'ollama/qwen3:8b', local: true });
  });
});
