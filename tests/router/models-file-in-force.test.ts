import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModelsFile, watchModelsFile, type ModelDriver, type ModelsFileSource } from '../../router';
import { fakeClock } from '../support/fake-clock';
import { temporaryFolder } from '../support/temporary-folder';
import { modelOf, requestOf, routerOver, scriptedDriver } from './scripted-driver';

const never = new AbortController().signal;
const SMALL = modelOf('ollama/qwen3:8b');
const STRONG = modelOf('anthropic/claude');
const OTHER = modelOf('openai/gpt');

function fileOf(text: string, driverFor: ModelsFileSource['driverFor'] = () => undefined): ModelsFileSource {
  const { file } = readModelsFile(text);
  return { read: async () => file, driverFor };
}

function allThree(text: string) {
  const drivers = [scriptedDriver([SMALL]), scriptedDriver([STRONG]), scriptedDriver([OTHER])];
  return { drivers, ...routerOver(drivers, { modelsFile: fileOf(text) }) };
}

const order = async (text: string, facts = {}) => (await allThree(text).router.explain(requestOf(facts), never)).candidates.filter(({ rejected }) => !rejected).map(({ model }) => model);

describe('a models file in force', () => {
  it('corrects price, context and strength of a model that was found, and names it', async () => {
    const { router } = allThree('[{name: big, provider: anthropic, model: claude, price: {prompt: 2, completion: 4}, contextTokens: 9000, strength: 0.7}]');
    expect((await router.models(never)).find(({ id }) => id === STRONG.id)).toMatchObject({ alias: 'big', price: { promptUsdPerMTok: 2, completionUsdPerMTok: 4 }, contextTokens: 9_000, strength: 0.7 });
    expect((await router.complete(requestOf({ model: 'big' }), never)).decision).toMatchObject({ model: 'anthropic/claude', costUsd: 0.0024 });
  });

  it('puts the models of a role first: primary, then fallbacks, then the rest', async () => {
    const file = 'assign: {cto: {primary: gpt, fallback: [claude]}}';
    expect(await order(file, { role: 'CTO' })).toEqual(['openai/gpt', 'anthropic/claude', 'ollama/qwen3:8b']);
    expect((await order(file, { role: 'qa' }))[0]).toBe('ollama/qwen3:8b');
    expect((await order('assign: {default: gpt}', { role: 'qa' }))[0]).toBe('openai/gpt');
  });

  it('lets the task name another model than the role', async () => {
    expect((await order('assign: {cto: gpt}', { role: 'cto', model: 'claude' })).slice(0, 2)).toEqual(['anthropic/claude', 'openai/gpt']);
  });

  it('never puts an assigned cloud model before a secret', async () => {
    expect(await order('assign: {cto: gpt}', { role: 'cto', privacy: 'secret' })).toEqual(['ollama/qwen3:8b']);
  });

  it("does not let an assignment hold up what asks for something stronger", async () => {
    expect((await order('assign: {cto: qwen3:8b}', { role: 'cto', escalateFrom: 'ollama/qwen3:8b' })).at(-1)).toBe('ollama/qwen3:8b');
  });

  it("sends the role's temperature, unless the request has its own", async () => {
    const { router, drivers } = allThree('assign: {cto: {primary: gpt, temperature: 0.2}}');
    await router.complete(requestOf({ role: 'cto' }), never);
    await router.complete(requestOf({ role: 'cto' }, { temperature: 1 }), never);
    expect(drivers[2]!.calls.map(({ temperature }) => temperature)).toEqual([0.2, 1]);
  });

  it('changes what a preset cares about', async () => {
    expect((await order(''))[0]).toBe('ollama/qwen3:8b');
    expect((await order('presets: {localFirst: {local: 0, fit: 0, strength: 1}}'))[0]).toBe('anthropic/claude');
  });

  it('prefers the model a request is meant for', async () => {
    const same = (useFor: string) => `[{name: a, provider: openai, model: gpt, use_for: ${useFor}}]`;
    expect((await order(same('[research]'), { role: 'research', allowedModels: ['gpt', 'claude'] }))[0]).toBe('openai/gpt');
    expect((await order(same('[simple]'), { allowedModels: ['gpt', 'claude'] }))[0]).toBe('openai/gpt');
    expect((await order(same('[writer]'), { role: 'research', allowedModels: ['gpt', 'claude'] }))[0]).toBe('anthropic/claude');
  });

  it('makes a local model a cloud one where the author says so, and never the other way without his word', async () => {
    await expect(order('[{name: a, provider: ollama, model: "qwen3:8b", type: cloud}]', { privacy: 'secret' })).rejects.toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MODEL' });
    expect(await order('[{name: a, provider: openai, model: gpt, type: local}]', { privacy: 'secret' })).toEqual(['ollama/qwen3:8b']);
  });
});

describe('an address the file adds', () => {
  const entry = (more: string) => `[{name: lan, provider: openai-compatible, model: big, endpoint: "https://llm.example.com/v1", type: local${more}}]`;
  const lan = (local: boolean): ModelDriver => ({ ...scriptedDriver([modelOf('openai-compatible@llm/big', { local })], ['from afar']), provider: 'openai-compatible@llm', local });

  it('answers, under a name of its own', async () => {
    const { router } = routerOver([scriptedDriver([SMALL])], { modelsFile: fileOf(entry(''), () => lan(false)) });
    expect((await router.complete(requestOf({ model: 'lan' }), never)).decision).toMatchObject({ model: 'openai-compatible@llm/big', local: false });
  });

  it('holds up a decision no longer than a dead service of the credential does, because both are asked at once', async () => {
    const hang = () => new Promise<never>(() => {});
    const { router, fake } = routerOver([scriptedDriver([SMALL]), scriptedDriver([STRONG], [], hang)], { modelsFile: fileOf(entry(''), (() => { const dead = { ...lan(false), listModels: hang }; return () => dead; })()) });
    const reply = router.complete(requestOf(), never);
    await fake.advanceAndSettle(2_000);
    expect((await reply).decision.model).toBe('ollama/qwen3:8b');
    expect((await router.complete(requestOf(), never)).text).toBe('ok');
  });

  it('sees a secret only by the word of the author', async () => {
    const secret = requestOf({ privacy: 'secret' });
    await expect(routerOver([], { modelsFile: fileOf(entry(''), () => lan(false)) }).router.complete(secret, never)).rejects.toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MODEL' });
    expect((await routerOver([], { modelsFile: fileOf(entry(', local: true'), () => lan(true)) }).router.complete(secret, never)).text).toBe('from afar');
  });
});

describe('the file in the data folder', () => {
  function watched() {
    const folder = temporaryFolder();
    const clock = fakeClock();
    const warnings: string[] = [];
    const log = { debug: () => {}, info: () => {}, warn: (message: string) => void warnings.push(message), error: () => {} };
    const read = watchModelsFile({ folder, clock, log });
    let version = 0;
    const write = (text: string, name = 'models.yaml') => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), text);
      utimesSync(join(folder, name), 1_000, (version += 1));
    };
    const names = async () => (await read()).models.map(({ name }) => name);
    return { folder, clock, warnings, write, names };
  }
  const one = (name: string) => `[{name: ${name}, provider: ollama, model: m}]`;

  it('is read anew when it changes, looked at every 2 s at most', async () => {
    const { clock, write, names } = watched();
    expect(await names()).toEqual([]);
    write(one('first'));
    expect(await names()).toEqual([]);
    clock.advance(2_000);
    expect(await names()).toEqual(['first']);
    write(one('second'));
    clock.advance(2_000);
    expect(await names()).toEqual(['second']);
  });

  it('keeps the former reading while it cannot be used, and says why once', async () => {
    const { clock, write, names, warnings } = watched();
    write(one('good'));
    await names();
    write('- name: bad\n  provider: ollama\n');
    for (let look = 0; look < 3; look += 1) {
      clock.advance(2_000);
      expect(await names()).toEqual(['good']);
    }
    expect(warnings).toEqual([expect.stringMatching(/models\.yaml is not used; what held before still does\..*line 1, models\[0\]\.model/)]);
  });

  it('may be JSON; when it is removed, nothing of it holds from the second look on, as editors remove what they save', async () => {
    const { clock, folder, write, names } = watched();
    write('[{"name": "a", "provider": "ollama", "model": "m"}]', 'models.json');
    expect(await names()).toEqual(['a']);
    rmSync(join(folder, 'models.json'));
    clock.advance(2_000);
    expect(await names()).toEqual(['a']);
    clock.advance(2_000);
    expect(await names()).toEqual([]);
  });
});
