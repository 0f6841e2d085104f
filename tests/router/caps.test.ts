import { CancelledError, silentLogger } from '../../kernel';
import { createRouter, memoryCapStore, openSqliteLedger, readModelsFile, type CapStore, type ModelDriver } from '../../router';
import { capsOf } from '../../router/caps/cap-rules';
import { openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { modelOf, requestOf, scriptedDriver, type ScriptedDriver } from './scripted-driver';

const never = new AbortController().signal;
const LOCAL = modelOf('ollama/qwen3:8b');
const OTHER_LOCAL = modelOf('ollama/llama');
const CLOUD = modelOf('anthropic/claude');
const OTHER = modelOf('openai/gpt');

/** Routers of as many processes, on one store, with the limits of a models file. */
function processes(limits: string, drivers: ModelDriver[], count = 1) {
  const clock = fakeClock();
  const { file } = readModelsFile(`limits: ${limits}`);
  const caps: CapStore = memoryCapStore(clock);
  const ledger = openSqliteLedger(openSqlite(':memory:'), clock);
  let ids = 0;
  const routers = Array.from({ length: count }, () => createRouter({ services: drivers, ledger, clock, caps, makeId: () => `id-${(ids += 1)}`, log: silentLogger, modelsFile: { read: async () => file, driverFor: () => undefined } }));
  return { clock, routers };
}

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const ask = (router: ReturnType<typeof createRouter>, model: string, signal = never) => router.complete(requestOf({ allowedModels: [model] }), signal);
const failure = (call: Promise<unknown>) => call.then(() => undefined, (error: unknown) => error);

/** Says its text when told to. */
function heldDriver(model = CLOUD): ScriptedDriver & { release(): void } {
  const driver = scriptedDriver([model]);
  const waiting: Array<() => void> = [];
  return {
    ...driver,
    release: () => waiting.shift()?.(),
    async *stream(call, signal) {
      const inner = driver.stream(call, signal);
      await new Promise<void>((resolve) => waiting.push(resolve));
      yield* inner;
    },
  };
}

describe('limits of the models file', () => {
  it('hold in all processes together, and the first to wait is the first to go on', async () => {
    const driver = heldDriver();
    const { routers, clock } = processes('{anthropic: {concurrency: 1}}', [driver], 2);
    const order: number[] = [];
    const answers = [0, 1, 2].map((index) => ask(routers[index % 2]!, CLOUD.id).then(() => order.push(index)));
    for (let index = 0; index < 3; index += 1) {
      await turns();
      await clock.advanceAndSettle(1_000);
      expect(order).toHaveLength(index);
      driver.release();
      await turns();
    }
    await Promise.all(answers);
    expect(driver.calls).toHaveLength(3);
  });

  it('allow more calls to a service than one process lets through by itself', async () => {
    const driver = heldDriver(LOCAL);
    const { routers } = processes('{ollama: {concurrency: 5}}', [driver]);
    const stop = new AbortController();
    const calls = Array.from({ length: 6 }, () => failure(ask(routers[0]!, LOCAL.id, stop.signal)));
    await turns();
    for (let index = 0; index < 6; index += 1) driver.release();
    await turns();
    expect(driver.calls).toHaveLength(5);
    stop.abort();
    await Promise.all(calls);
  });

  it('send a call to another model at once, where one may answer', async () => {
    const drivers = [scriptedDriver([CLOUD]), scriptedDriver([OTHER])];
    const { routers } = processes('{claude: {requests_per_minute: 1}}', drivers);
    const models = [];
    for (let call = 0; call < 3; call += 1) models.push((await routers[0]!.complete(requestOf({ model: 'claude' }), never)).decision.model);
    expect(models).toEqual(['anthropic/claude', 'openai/gpt', 'openai/gpt']);
  });

  it('let a call wait for a model that costs nothing rather than pay for another', async () => {
    const held = heldDriver(LOCAL);
    const cloud = scriptedDriver([CLOUD]);
    const { routers } = processes('{ollama: {concurrency: 1}}', [held, cloud]);
    const both = [routers[0]!.complete(requestOf(), never), routers[0]!.complete(requestOf(), never)];
    for (let call = 0; call < 2; call += 1) {
      await turns();
      held.release();
    }
    expect((await Promise.all(both)).map(({ decision }) => decision.model)).toEqual([LOCAL.id, LOCAL.id]);
    expect(cloud.calls).toHaveLength(0);
  });

  it('leave the other models of a service alone', async () => {
    const driver = { ...heldDriver(LOCAL), listModels: async () => [LOCAL, OTHER_LOCAL] };
    const { routers } = processes('{"qwen3:8b": {concurrency: 1}}', [driver]);
    const stop = new AbortController();
    const waiting = [ask(routers[0]!, LOCAL.id, stop.signal), ask(routers[0]!, LOCAL.id, stop.signal), ask(routers[0]!, LOCAL.id, stop.signal)].map(failure);
    await turns();
    const other = ask(routers[0]!, OTHER_LOCAL.id);
    await turns();
    driver.release();
    driver.release();
    expect((await other).decision.model).toBe(OTHER_LOCAL.id);
    stop.abort();
    await Promise.all(waiting);
  });

  it('that name one model or one service in several spellings count as one, the strictest', async () => {
    const { file } = readModelsFile('limits: {anthropic: {concurrency: 3}, Anthropic: {concurrency: 2, requests_per_minute: 9}, claude: {concurrency: 5}, anthropic/claude: {tokens_per_minute: 7}}');
    expect(capsOf({ model: CLOUD, driver: scriptedDriver([CLOUD]) }, file.limits)).toEqual([
      { key: 'provider anthropic', name: 'Anthropic', concurrency: 2, requestsPerMinute: 9 },
      { key: 'model anthropic/claude', name: 'anthropic/claude', concurrency: 5, tokensPerMinute: 7 },
    ]);
  });

  it('let nobody wait longer than four fifths of what a model may be silent, and then say why', async () => {
    const driver = heldDriver();
    const { routers, clock } = processes('{anthropic: {concurrency: 1}}', [driver]);
    const stop = new AbortController();
    const first = failure(ask(routers[0]!, CLOUD.id, stop.signal));
    const second = failure(ask(routers[0]!, CLOUD.id));
    await turns();
    await clock.advanceAndSettle(48_000);
    expect(await second).toMatchObject({ code: 'MODEL_BUSY', message: 'The 1 call at once that the models file allows anthropic are in use; the call has waited 48 s for its turn.' });
    stop.abort();
    await first;
  });

  it('say so when a call is larger than all tokens of a minute, and others leave it no gap', async () => {
    const { routers, clock } = processes('{anthropic: {tokens_per_minute: 1000}}', [scriptedDriver([CLOUD])]);
    const say = (text: string, maxOutputTokens: number) => failure(routers[0]!.complete(requestOf({ allowedModels: [CLOUD.id] }, { messages: [{ role: 'user', text }], maxOutputTokens }), never));
    await say('What is tea?', 10);
    await turns();
    const large = say('What is tea? '.repeat(1_000), 10);
    await turns();
    await clock.advanceAndSettle(48_000);
    expect(await large).toMatchObject({ code: 'MODEL_BUSY', message: expect.stringMatching(/^The 1000 tokens per minute that the models file allows anthropic are in use, and the call alone takes about \d{4} tokens; the call has waited 48 s for its turn\.$/) });
  });

  it('free the place of a call that is cancelled while it waits, and of one that is cancelled while it runs', async () => {
    const driver = heldDriver();
    const { routers } = processes('{anthropic: {concurrency: 1}}', [driver]);
    const [runs, waits] = [new AbortController(), new AbortController()];
    const running = failure(ask(routers[0]!, CLOUD.id, runs.signal));
    await turns();
    const waiting = failure(ask(routers[0]!, CLOUD.id, waits.signal));
    const last = ask(routers[0]!, CLOUD.id);
    await turns();
    waits.abort();
    expect(await waiting).toBeInstanceOf(CancelledError);
    runs.abort();
    expect(await running).toBeInstanceOf(CancelledError);
    // Its driver notices, and lets go.
    driver.release();
    await turns();
    driver.release();
    expect((await last).text).toBe('ok');
  });
});
