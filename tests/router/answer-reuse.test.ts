import { BudgetExceededError, openSqliteAnswers, ProviderDownError, type AnswerStore, type ModelRequest, type RequestFacts } from '../../router';
import { openSqlite, type Database } from '../../storage';
import { FINISH, modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const never = new AbortController().signal;
const cloud = modelOf('cloud/gpt');
const here = modelOf('ollama/small');

/** Two models, of which the one in the cloud is asked first; answers are kept. */
function scene(moves: Move[] = [], localMoves: Move[] = []) {
  const database: Database = openSqlite(':memory:');
  const driver = scriptedDriver([cloud], moves);
  const local = scriptedDriver([here], localMoves);
  const over = routerOver([driver, local], { answers: openSqliteAnswers(database) });
  const stored = (): number => Number(database.prepare('SELECT COUNT(*) AS count FROM kept_answers').get()!.count);
  return { ...over, driver, local, database, stored, ask: async (request: ModelRequest) => await over.router.complete(request, never) };
}

const reusing = (facts: Partial<RequestFacts> = {}, more: Partial<ModelRequest> = {}): ModelRequest => requestOf({ reuseMinutes: 60, model: 'cloud/gpt', ...facts }, more);

describe('an equal question', () => {
  it('gets the answer of another model of the same class that would be asked itself now, but not that of a weaker class', async () => {
    const database = openSqlite(':memory:');
    const askedWith = async (strengths: Record<string, number>) => {
      const models = Object.entries(strengths).map(([name, strength]) => modelOf(`ollama/${name}`, { strength }));
      return (await routerOver([scriptedDriver(models)], { answers: openSqliteAnswers(database) }).router.complete(requestOf({ reuseMinutes: 60 }), never)).decision;
    };
    expect(await askedWith({ a: 0.4, b: 0.3 })).toMatchObject({ cached: false, model: 'ollama/a' });
    expect(await askedWith({ a: 0.3, b: 0.4 })).toMatchObject({ cached: true, model: 'ollama/a' });
    expect(await askedWith({ a: 0.4, large: 0.9 })).toMatchObject({ cached: false, model: 'ollama/large' });
  });

  it('gets the same answer without a call, at no cost, and the ledger says what was saved', async () => {
    const { ask, driver, ledger } = scene(['Tea is a drink.', 'Something else.']);
    const first = await ask(reusing());
    const second = await ask(reusing({ runId: 'another', taskId: 't' }));
    expect(driver.calls).toHaveLength(1);
    expect(first.decision).toMatchObject({ cached: false, costUsd: 0.002 });
    expect(second).toMatchObject({ text: 'Tea is a drink.', finishReason: 'stop', usage: { promptTokens: 0, completionTokens: 0 }, decision: { cached: true, costUsd: 0, model: 'cloud/gpt', privacy: 'internal' } });
    expect(second.decision.callId).not.toBe(first.decision.callId);
    expect(await ledger.totals({})).toMatchObject({ cloudCalls: 1, localCalls: 1, costUsd: 0.002, savedUsd: 0.002 });
    expect((await ledger.breakdown({ sinceMs: 0 })).byModel).toMatchObject([{ failures: 0 }]);
  });

  it('is asked anew where nobody wished otherwise, and its answer is not kept', async () => {
    const { ask, driver, stored } = scene();
    for (const reuseMinutes of [undefined, undefined, 0]) await ask(requestOf({ reuseMinutes, model: 'cloud/gpt' }));
    expect(driver.calls).toHaveLength(3);
    expect(stored()).toBe(0);
  });

  it('is asked anew when the answer is older than wished', async () => {
    const { ask, driver, fake } = scene();
    await ask(reusing());
    fake.advance(60 * 60_000 + 1);
    expect((await ask(reusing())).decision.cached).toBe(false);
    expect(driver.calls).toHaveLength(2);
  });

  it('streams the kept answer', async () => {
    const { ask, router } = scene(['Tea is a drink.']);
    await ask(reusing());
    const chunks = await Array.fromAsync(router.stream(reusing(), never));
    expect(chunks.map(({ type }) => type)).toEqual(['text', 'finish']);
    expect(chunks[0]).toEqual({ type: 'text', text: 'Tea is a drink.' });
  });

  it.each<[string, ModelRequest]>([
    ['label', reusing({ privacy: 'public' })],
    ['role', reusing({ role: 'qa' })],
    ['preset', reusing({ preset: 'best' })],
    ['model', reusing({ model: 'ollama/small' })],
    ['allowed models', reusing({ allowedModels: ['cloud/gpt'] })],
    ['weaker model before', reusing({ escalateFrom: 'ollama/small' })],
    ['wish for a stronger model when unsure', reusing({ strongerWhenUnsure: true })],
    ['text', reusing({}, { messages: [{ role: 'user', text: 'What is tea ?' }] })],
    ['system message', reusing({}, { messages: [{ role: 'system', text: 'Be brief.' }, { role: 'user', text: 'What is tea?' }] })],
    ['schema', reusing({}, { schema: { name: 'answer', schema: { type: 'object' } } })],
    ['temperature', reusing({}, { temperature: 0.2 })],
    ['length', reusing({}, { maxOutputTokens: 50 })],
    ['wish for nearly equal ones', reusing({ reuseSimilar: true })],
  ])('is another one under another %s', async (_, other) => {
    const { ask } = scene();
    await ask(reusing());
    expect((await ask(other)).decision.cached).toBe(false);
  });

  it('is another one where another workflow has connected its model, even of the same name', async () => {
    const { router } = routerOver([scriptedDriver([here])], { answers: openSqliteAnswers(openSqlite(':memory:')) });
    const connectedIn = (workflow: string) => ({ ...scriptedDriver([modelOf('n8n/gpt')], [`of ${workflow}`]), address: `n8n://${workflow}.Model` });
    const ask = async (workflow: string) => (await router.complete(reusing({ model: 'n8n/gpt' }, { connected: [connectedIn(workflow)] }), never)).text;
    expect([await ask('a'), await ask('b'), await ask('a')]).toEqual(['of a', 'of b', 'of a']);
  });

  it('is another one with another picture', async () => {
    const sees = scriptedDriver([modelOf('cloud/gpt', { abilities: { tools: true, json: true, vision: true } })]);
    const { router } = routerOver([sees], { answers: openSqliteAnswers(openSqlite(':memory:')) });
    const showing = (base64: string) => reusing({}, { messages: [{ role: 'user', text: 'What is this?', images: [{ mediaType: 'image/png', base64 }] }] });
    for (const picture of ['AAAA', 'BBBB', 'AAAA']) await router.complete(showing(picture), never);
    expect(sees.calls).toHaveLength(2);
  });

  it('counts as equal with other courtesies only where that was wished, and only as a single question', async () => {
    const { ask } = scene();
    const asking = (text: string, before: ModelRequest['messages'] = []) => reusing({ reuseSimilar: true }, { messages: [...before, { role: 'user', text }] });
    await ask(asking('What is tea?'));
    expect((await ask(asking('Hello! what is  tea'))).decision.cached).toBe(true);
    expect((await ask(asking('What is not tea?'))).decision.cached).toBe(false);
    const translate: ModelRequest['messages'] = [{ role: 'system', text: 'Translate into French.' }];
    await ask(asking('What is tea?', translate));
    expect((await ask(asking('Hello! What is tea?', translate))).decision.cached).toBe(false);
  });
});

describe('what is never given again', () => {
  const tool = { name: 'look', description: 'Looks.', schema: { type: 'object' } };
  const call = { id: '1', name: 'look', arguments: {} };
  it.each<[string, Partial<ModelRequest>]>([
    ['a turn with tools', { tools: [tool] }],
    ['a turn after a tool', { messages: [{ role: 'user', text: 'Go' }, { role: 'assistant', text: '', toolCalls: [call] }, { role: 'tool', toolCallId: '1', toolName: 'look', text: 'nothing' }] }],
    ['a creative answer', { temperature: 0.9 }],
  ])('%s', async (_, more) => {
    const { ask, driver, stored } = scene();
    for (let time = 0; time < 2; time += 1) await ask(reusing({}, more));
    expect(driver.calls).toHaveLength(2);
    expect(stored()).toBe(0);
  });

  it.each<[string, Move, Partial<ModelRequest>]>([
    ['an answer that was cut', { chunks: [{ type: 'text', text: 'Tea is' }, { ...FINISH, reason: 'length' } as typeof FINISH] }, {}],
    ['a refusal', { chunks: [{ type: 'text', text: 'No.' }, { ...FINISH, reason: 'refused' } as typeof FINISH] }, {}],
    ['a loop', 'Tea is a drink for all of us. '.repeat(20), {}],
    ['JSON nobody can read', '{"a":', { schema: { name: 'answer', schema: { type: 'object' } } }],
  ])('%s, whoever judges it', async (_, move, more) => {
    const { ask, stored } = scene([move]);
    await ask(reusing({ judgedByCaller: true, allowedModels: ['cloud/gpt'] }, more));
    expect(stored()).toBe(0);
  });

  it('a secret answer, by label or by content: nothing of it is kept', async () => {
    const { ask, local, stored } = scene();
    for (let time = 0; time < 2; time += 1) {
      await ask(reusing({ privacy: 'secret', model: undefined }));
      await ask(reusing({ model: undefined }, { messages: [{ role: 'user', text: 'Is 4111 1111 1111 1111 valid?' }] }));
    }
    expect(local.calls).toHaveLength(4);
    expect(stored()).toBe(0);
  });

  it('an answer to somebody whose budget is spent', async () => {
    const { ask, ledger } = scene();
    await ask(reusing({ allowedModels: ['cloud/gpt'] }));
    await ledger.settle({ callId: 'x', atMs: 0, model: 'cloud/gpt', provider: 'cloud', local: false, privacy: 'internal', runId: 'run', promptTokens: 1, completionTokens: 1, costUsd: 1, durationMs: 1, outcome: 'ok' });
    await expect(ask(reusing({ allowedModels: ['cloud/gpt'], runId: 'run', budgetUsd: 1 }))).rejects.toThrow(BudgetExceededError);
  });

  it('the answer of a stand-in, once the first choice is back', async () => {
    const down = new ProviderDownError('down', { hint: 'wait' });
    const { ask } = scene([down, down, 'From the first choice.'], ['From a stand-in.']);
    expect((await ask(reusing())).text).toBe('From a stand-in.');
    expect((await ask(reusing())).text).toBe('From the first choice.');
    expect((await ask(reusing())).decision).toMatchObject({ cached: true, model: 'cloud/gpt' });
  });
});

it('a store that fails costs nobody his answer', async () => {
  const broken: AnswerStore = { secret: async () => 'x', find: async () => await Promise.reject(new ProviderDownError('gone', { hint: '' })), keep: async () => await Promise.reject(new ProviderDownError('gone', { hint: '' })) };
  const { router } = routerOver([scriptedDriver([cloud])], { answers: broken });
  expect((await router.complete(reusing(), never)).text).toBe('ok');
});

it('the store holds no question', async () => {
  const { ask, database } = scene(['Tea is a drink.']);
  await ask(reusing({}, { messages: [{ role: 'user', text: 'What is a samovar?' }] }));
  expect(JSON.stringify(database.prepare('SELECT * FROM kept_answers').all())).not.toContain('samovar');
});
