import { CancelledError } from '../../kernel';
import {
  ContextOverflowError, DeadlineExceededError, ModelAuthError, ModelNotFoundError, ModelRequestError, ModelStalledError,
  ProviderDownError, RateLimitedError, StreamCutError, decisionSchema, type Router,
} from '../../router';
import { FINISH, modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const never = new AbortController().signal;
const hint = { hint: 'a hint' };
const down = () => new ProviderDownError('down', hint);
const limited = (ms?: number) => new RateLimitedError('slow down', hint, ms);
const LOCAL = modelOf('ollama/qwen3:8b');
const CLOUD = modelOf('anthropic/claude');
const OTHER = modelOf('openai/gpt');

/** Two services: a local one with these moves, and a cloud one. */
function localAndCloud(localMoves: Move[], cloudMoves: Move[] = []) {
  const local = scriptedDriver([LOCAL], localMoves);
  const cloud = scriptedDriver([CLOUD], cloudMoves);
  return { local, cloud, ...routerOver([local, cloud]) };
}

async function streamed(router: Router, signal = never) {
  const texts: string[] = [];
  let finish;
  for await (const chunk of router.stream(requestOf(), signal)) {
    if (chunk.type === 'text') texts.push(chunk.text);
    if (chunk.type === 'finish') finish = chunk.reply;
  }
  return { texts, finish };
}

describe('a reply', () => {
  it('comes with its decision, and its cost is booked', async () => {
    const { router, ledger } = routerOver([scriptedDriver([CLOUD], ['Tea.'])]);
    const reply = await router.complete(requestOf({ runId: 'run', taskId: 'task', role: 'research' }), never);
    expect(reply).toMatchObject({ text: 'Tea.', finishReason: 'stop', usage: { promptTokens: 1_000, completionTokens: 100 } });
    expect(decisionSchema.parse(reply.decision)).toMatchObject({ model: 'anthropic/claude', local: false, costUsd: 0.002, cached: false, preset: 'localFirst' });
    expect(await ledger.totals({ runId: 'run' })).toMatchObject({ cloudCalls: 1, costUsd: 0.002, promptTokens: 1_000 });
  });

  it('is asked for in whole characters: services refuse a request for half a one', async () => {
    const driver = scriptedDriver([CLOUD]);
    await routerOver([driver]).router.complete({ ...requestOf(), messages: [{ role: 'user', text: 'cut: \ud83d' }, { role: 'assistant', text: '😀', toolCalls: [{ id: 'c1', name: 'write', arguments: { lines: ['\ude00'] } }] }] }, never);
    expect(driver.calls[0]!.messages).toEqual([{ role: 'user', text: 'cut: \ufffd' }, { role: 'assistant', text: '😀', toolCalls: [{ id: 'c1', name: 'write', arguments: { lines: ['\ufffd'] } }] }]);
  });

  it('has an unknown cost where the price is unknown', async () => {
    const { router, ledger } = routerOver([scriptedDriver([modelOf('anthropic/new', { price: null })])]);
    expect((await router.complete(requestOf({ runId: 'run' }), never)).decision.costUsd).toBeNull();
    expect(await ledger.totals({ runId: 'run' })).toMatchObject({ unpricedCalls: 1, costUsd: 0 });
  });

  it('is not needed to explain a decision', async () => {
    const { router, local } = localAndCloud([]);
    expect(await router.explain(requestOf(), never)).toMatchObject({ model: 'ollama/qwen3:8b', costUsd: null, candidates: [{ model: 'ollama/qwen3:8b' }, { model: 'anthropic/claude' }] });
    expect(local.calls).toHaveLength(0);
  });
});

describe('falling back', () => {
  it('tries a broken provider once more, then the next', async () => {
    const { router, local, sleeps } = localAndCloud([down(), down()]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/claude');
    expect(local.calls).toHaveLength(2);
    expect(sleeps).toEqual([500]);
  });

  it('books every call with what became of it', async () => {
    const { router, ledger } = localAndCloud([down(), down()]);
    await router.complete(requestOf({ runId: 'run' }), never);
    expect(await ledger.totals({ runId: 'run' })).toMatchObject({ localCalls: 2, cloudCalls: 1 });
  });

  it('leaves a provider that limits the rate at once', async () => {
    const { router, local, sleeps } = localAndCloud([limited(5_000)]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/claude');
    expect(local.calls).toHaveLength(1);
    expect(sleeps).toEqual([]);
  });

  it('waits as told when all limit the rate', async () => {
    const { router, sleeps } = localAndCloud([limited(9_000)], [limited(4_000)]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/claude');
    expect(sleeps).toEqual([4_000]);
  });

  it('never waits more than a minute in all', async () => {
    const { router, sleeps } = localAndCloud(Array.from({ length: 50 }, () => limited(25_000)), Array.from({ length: 50 }, () => limited(70_000)));
    await expect(router.complete(requestOf(), never)).rejects.toBeInstanceOf(RateLimitedError);
    expect(sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
    expect(sleeps.length).toBeGreaterThan(0);
  });

  it.each([0, 1])('gives up in the end where the wait is said to be %i ms each time', async (ms) => {
    const { router, sleeps } = localAndCloud(Array.from({ length: 500 }, () => limited(ms)), Array.from({ length: 500 }, () => limited(ms)));
    await expect(router.complete(requestOf(), never)).rejects.toBeInstanceOf(RateLimitedError);
    expect(sleeps.length).toBeLessThan(20);
  });

  it('takes out a provider that refuses the key, and asks it no more', async () => {
    const refused = scriptedDriver([modelOf('anthropic/a'), modelOf('anthropic/b')], [new ModelAuthError('wrong key', hint)]);
    const { router } = routerOver([refused, scriptedDriver([OTHER])]);
    for (let time = 0; time < 2; time += 1) expect((await router.complete(requestOf(), never)).decision.model).toBe('openai/gpt');
    expect(refused.calls).toHaveLength(1);
  });

  it('asks a refused provider again later', async () => {
    const refused = scriptedDriver([CLOUD], [new ModelAuthError('wrong key', hint)]);
    const { router, fake } = routerOver([refused]);
    await expect(router.complete(requestOf(), never)).rejects.toMatchObject({ code: 'MODEL_AUTH', message: 'wrong key' });
    await expect(router.complete(requestOf(), never)).rejects.toMatchObject({ code: 'MODEL_AUTH', message: expect.stringContaining('wrong key') });
    expect(refused.calls).toHaveLength(1);
    fake.advance(5 * 60_000);
    expect((await router.complete(requestOf(), never)).text).toBe('ok');
  });

  it('goes to a larger context when the prompt was too long', async () => {
    const small = scriptedDriver([modelOf('ollama/small', { contextTokens: 8_000 }), modelOf('ollama/tiny', { contextTokens: 8_000 })], [new ContextOverflowError('too long', hint)]);
    const { router } = routerOver([small, scriptedDriver([modelOf('anthropic/large', { contextTokens: 200_000 })])]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/large');
    expect(small.calls).toHaveLength(1);
  });

  it('never repeats a bad request, but may ask another provider', async () => {
    const strict = scriptedDriver([modelOf('ollama/a'), modelOf('ollama/b')], [new ModelRequestError('bad', hint)]);
    const { router } = routerOver([strict, scriptedDriver([CLOUD])]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/claude');
    expect(strict.calls).toHaveLength(1);
  });

  it('takes an empty answer for a fault', async () => {
    const empty: Move = { chunks: [{ type: 'text', text: ' \n' }, FINISH] };
    const { router } = localAndCloud([empty, empty]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('anthropic/claude');
  });

  it('takes a refusal for an answer where no model is stronger', async () => {
    const { router } = routerOver([scriptedDriver([LOCAL], [{ chunks: [{ ...FINISH, type: 'finish', reason: 'refused', usage: { promptTokens: 1, completionTokens: 0 } }] }])]);
    expect(await router.complete(requestOf(), never)).toMatchObject({ finishReason: 'refused', decision: { model: 'ollama/qwen3:8b' } });
  });

  it('gives up a cut answer where nobody has seen it', async () => {
    const cut: Move = { chunks: [{ type: 'text', text: 'Half' }], then: down() };
    const { router } = localAndCloud([cut, cut], ['Whole']);
    expect((await router.complete(requestOf(), never)).text).toBe('Whole');
  });

  it('tells the first error when nobody answers', async () => {
    const { router } = localAndCloud([new ModelNotFoundError('not pulled', hint)], [down(), down()]);
    await expect(router.complete(requestOf(), never)).rejects.toThrow('not pulled');
  });

  it('stops with the caller and asks nobody else', async () => {
    const { router, local, cloud } = localAndCloud(['silence']);
    const stop = new AbortController();
    const reply = router.complete(requestOf({ runId: 'run' }), stop.signal);
    const refused = expect(reply).rejects.toBeInstanceOf(CancelledError);
    while (local.open() === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await refused;
    expect([local.open(), cloud.calls.length]).toEqual([0, 0]);
  });
});

describe('a stream', () => {
  it('passes text on as it comes and ends with the reply', async () => {
    const { router } = localAndCloud([{ chunks: [{ type: 'text', text: 'a' }, { type: 'progress' }, { type: 'text', text: 'b' }, FINISH] }]);
    expect(await streamed(router)).toMatchObject({ texts: ['a', 'b'], finish: { text: 'ab' } });
  });

  it('changes the model before the first text', async () => {
    const { router } = localAndCloud([down(), down()], ['Hello']);
    expect(await streamed(router)).toMatchObject({ texts: ['Hello'], finish: { decision: { model: 'anthropic/claude' } } });
  });

  it('says so when it is cut after the first text, and starts nothing new', async () => {
    const { router, cloud, local } = localAndCloud([{ chunks: [{ type: 'text', text: 'Half' }], then: down() }]);
    await expect(streamed(router)).rejects.toBeInstanceOf(StreamCutError);
    expect([local.calls.length, cloud.calls.length]).toEqual([1, 0]);
  });

  it('ends its call when nobody reads on', async () => {
    const { router, local } = localAndCloud([{ chunks: [{ type: 'text', text: 'Half' }], then: 'silence' }]);
    for await (const chunk of router.stream(requestOf(), never)) if (chunk.type === 'text') break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(local.open()).toBe(0);
  });
});

describe('limits', () => {
  const beginning: Move = { chunks: [{ type: 'text', text: 'Half' }], then: 'silence' };

  it.each([
    ['a cloud model 60 s for its first token', CLOUD, 'silence' as Move, 60_000],
    ['a local model 600 s, for it may be loading', LOCAL, 'silence' as Move, 600_000],
    ['any model 60 s between tokens', LOCAL, beginning, 60_000],
  ])('gives %s', async (_what, model, move, limitMs) => {
    const driver = scriptedDriver([model], [move]);
    const { router, fake } = routerOver([driver]);
    const reply = router.complete(requestOf(), never);
    const refused = expect(reply).rejects.toBeInstanceOf(ModelStalledError);
    await fake.advanceAndSettle(limitMs - 1);
    expect(driver.open()).toBe(1);
    await fake.advanceAndSettle(1);
    await refused;
    expect(driver.open()).toBe(0);
  });

  it('ends the whole at its deadline, other models included', async () => {
    const { router, fake, cloud } = localAndCloud([beginning]);
    const reply = router.complete(requestOf({ deadlineS: 30 }), never);
    const refused = expect(reply).rejects.toBeInstanceOf(DeadlineExceededError);
    await fake.advanceAndSettle(30_000);
    await refused;
    expect(cloud.calls).toHaveLength(0);
  });

  it('lets two calls at once through to a local service, the others in turn', async () => {
    const driver = scriptedDriver([LOCAL], ['silence', 'silence', 'third']);
    const { router } = routerOver([driver]);
    const stop = new AbortController();
    const first = router.complete(requestOf(), stop.signal).catch((error: Error) => error);
    const second = router.complete(requestOf(), never).catch((error: Error) => error);
    while (driver.open() < 2) await new Promise((resolve) => setImmediate(resolve));
    const third = router.complete(requestOf(), never);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(driver.calls).toHaveLength(2);
    stop.abort();
    expect((await third).text).toBe('third');
    expect(await first).toBeInstanceOf(CancelledError);
    void second;
  });

  it('lets a waiting call leave the queue, and refuses a queue without end', async () => {
    const driver = scriptedDriver([LOCAL], ['silence', 'second']);
    const { router } = routerOver([driver], { places: { perLocalHost: 1, waiting: 1 } });
    const holds = new AbortController();
    const leaves = new AbortController();
    const first = router.complete(requestOf(), holds.signal).catch((error: Error) => error);
    while (driver.open() < 1) await new Promise((resolve) => setImmediate(resolve));
    const waiting = router.complete(requestOf(), leaves.signal).catch((error: Error) => error);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await expect(router.complete(requestOf({ deadlineS: 1 }), never)).rejects.toBeInstanceOf(DeadlineExceededError);
    leaves.abort();
    expect(await waiting).toBeInstanceOf(CancelledError);
    const next = router.complete(requestOf(), never);
    holds.abort();
    expect((await next).text).toBe('second');
    await first;
  });
});

describe('a model that is asked for and missing', () => {
  it('is found as soon as it is pulled, and services are not asked for every request', async () => {
    const list = [LOCAL];
    let asked = 0;
    const { router, fake } = routerOver([scriptedDriver([LOCAL], [], async () => { asked += 1; return [...list]; })]);
    const ask = () => router.complete(requestOf({ model: 'qwen3:32b' }), never);
    await expect(ask()).rejects.toBeInstanceOf(ModelNotFoundError);
    await expect(ask()).rejects.toBeInstanceOf(ModelNotFoundError);
    expect(asked).toBe(1);
    list.push(modelOf('ollama/qwen3:32b'));
    fake.advance(3_000);
    expect((await ask()).decision.model).toBe('ollama/qwen3:32b');
    expect(asked).toBe(2);
  });
});
