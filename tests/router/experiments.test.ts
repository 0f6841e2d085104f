import { decisionSchema, ProviderDownError, readModelsFile, writeModelsFile, type JudgedCall, type ModelsFileSource, type RequestFacts } from '../../router';
import { experimentFigures } from '../../insights/experiments';
import { modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const never = new AbortController().signal;
const FILE = 'experiments: [{name: sizes, for: {role: research}, arms: [{model: "ollama/small", name: local}, {model: claude, share: 3}]}]';
const SMALL = modelOf('ollama/small');
const CLAUDE = modelOf('anthropic/claude');

function team(text = FILE, moves: Move[] = []) {
  const { file } = readModelsFile(text);
  const modelsFile: ModelsFileSource = { read: async () => file, driverFor: () => undefined };
  return routerOver([scriptedDriver([SMALL], moves), scriptedDriver([CLAUDE]), scriptedDriver([modelOf('openai/gpt', { strength: 0.95 })])], { modelsFile });
}

const taskOf = (runId: string, more: Partial<RequestFacts> = {}) => requestOf({ role: 'research', runId, taskId: 't1', ...more });
const explain = async (request: ReturnType<typeof taskOf>, text?: string) => decisionSchema.parse(await team(text).router.explain(request, never));

describe('an experiment', () => {
  it('gives each arm its share of the tasks, and the same task the same arm in every process', async () => {
    const first = await Promise.all(Array.from({ length: 400 }, (_, index) => explain(taskOf(`run-${index}`))));
    const local = first.filter(({ experiment }) => experiment?.arm === 'local');
    expect(local.length).toBeGreaterThan(75);
    expect(local.length).toBeLessThan(125);
    for (const { model, experiment } of first) expect(model).toBe(experiment?.arm === 'local' ? 'ollama/small' : 'anthropic/claude');
    const again = await Promise.all(Array.from({ length: 40 }, (_, index) => explain(taskOf(`run-${index}`))));
    expect(again.map(({ experiment }) => experiment)).toEqual(first.slice(0, 40).map(({ experiment }) => experiment));
  });

  it('keeps an execution of a workflow on one arm where there is no run, whatever the prompt', async () => {
    const text = FILE.replace('{role: research}', '{workflow: Sales report}');
    const armOf = async (executionId: string, prompt: string) => (await team(text).router.explain({ ...requestOf({ workflow: { id: 'w1', name: 'sales report', executionId } }), messages: [{ role: 'user', text: prompt }] }, never)).experiment?.arm;
    const arms = await Promise.all(Array.from({ length: 20 }, async (_, index) => [await armOf(String(index), 'One'), await armOf(String(index), 'Another')]));
    expect(arms.every(([one, other]) => one === other)).toBe(true);
    expect(new Set(arms.flat())).toEqual(new Set(['local', 'claude']));
  });

  it.each([
    ['another role', { role: 'cto' }],
    ['a request that belongs to nothing', { runId: undefined, taskId: undefined }],
    ['a model the author chose', { model: 'openai/gpt' }],
    ['work that goes to something stronger', { escalateFrom: 'ollama/small' }],
    ['a secret, which one arm must not see', { privacy: 'secret' as const }],
    ['models the author does not allow', { allowedModels: ['ollama/small', 'openai/gpt'] }],
  ])('leaves alone %s', async (_, facts) => {
    for (let index = 0; index < 8; index += 1) expect((await explain(taskOf(`run-${index}`, facts))).experiment).toBeUndefined();
  });

  it('goes before the assignment of the role, and falls back like every request', async () => {
    const text = `${FILE}\nassign: {research: openai/gpt}`;
    const request = await (async () => {
      for (let index = 0; ; index += 1) if ((await explain(taskOf(`run-${index}`), text)).experiment?.arm === 'local') return taskOf(`run-${index}`);
    })();
    const down = () => new ProviderDownError('down', { hint: '' });
    const { router, ledger } = team(text, [down(), down()]);
    expect((await router.complete(request, never)).decision).toMatchObject({ model: 'openai/gpt', experiment: { name: 'sizes', arm: 'local' } });
    expect((await ledger.breakdown({ sinceMs: 0 })).byArm).toMatchObject([{ key: '["sizes","local"]', localCalls: 2, cloudCalls: 1, failures: 2 }]);
  });

  it('stands in the file as it was read, and its faults are named', () => {
    const { file, warnings } = readModelsFile('experiments:\n  - {name: a, arms: [x, y], until: monday}\n');
    expect(file.experiments).toEqual([{ name: 'a', for: 'all', arms: [{ name: 'x', model: 'x', share: 1 }, { name: 'y', model: 'y', share: 1 }] }]);
    expect(warnings).toEqual([expect.stringContaining('"until"')]);
    expect(readModelsFile(writeModelsFile(file)).file).toEqual(file);
    expect(() => readModelsFile('experiments:\n  - {name: a, arms: [x]}\n')).toThrow(/line 2, experiments\[0\].arms: needs at least two arms/);
    expect(() => readModelsFile('experiments: [{name: a, arms: [x, x]}]')).toThrow(/is there twice/);
    expect(() => readModelsFile('experiments: [{name: a, for: {team: b}, arms: [x, y]}]')).toThrow(/must be all, \{role/);
  });
});

describe('what became of the arms', () => {
  const judged = (arm: string, task: number, ok: boolean, more: Partial<JudgedCall> = {}): JudgedCall => ({ callId: `${arm}-${task}-${ok}`, atMs: 0, model: 'm', modelClass: 'small', signature: new Uint8Array(), prior: 0, runId: arm, taskId: String(task), experiment: { name: 'sizes', arm }, verdict: { ok, by: 'qa' }, ...more });
  const group = (arm: string, calls: number) => ({ key: JSON.stringify(['sizes', arm]), localCalls: calls, cloudCalls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0.2, savedUsd: 0, unpricedCalls: 0, failures: 1, medianDurationMs: 900, p95DurationMs: 1_000 });
  const many = (arm: string, tasks: number, good: number) => Array.from({ length: tasks }, (_, task) => judged(arm, task, task < good));

  it('is their calls, time, cost, and the share of good tasks with a difference a user can trust', () => {
    const figures = experimentFigures([group('b', 40), group('a', 20)], [...many('a', 20, 12), ...many('b', 20, 19), judged('a', 99, true, { experiment: undefined })]);
    expect(figures).toEqual([
      { experiment: 'sizes', arm: 'a', calls: 20, failed: 1, medianDurationMs: 900, costPerCallUsd: 0.01, judged: 20, okShare: 0.6 },
      { experiment: 'sizes', arm: 'b', calls: 40, failed: 1, medianDurationMs: 900, costPerCallUsd: 0.005, judged: 20, okShare: 0.95, difference: { value: expect.closeTo(0.35), from: expect.closeTo(0.086, 2), to: expect.closeTo(0.563, 2), isClear: true } },
    ]);
  });

  it('says nothing clear of a handful of tasks, even where one arm did all well and the other nothing', () => {
    const [, second] = experimentFigures([group('a', 5), group('b', 5)], [...many('a', 5, 0), ...many('b', 5, 5)]);
    expect(second!.difference).toMatchObject({ value: 1, isClear: false });
  });

  it('counts a task once, however many calls it took', () => {
    const calls = Array.from({ length: 10 }, (_, index) => judged('a', 1, false, { callId: `x${index}` }));
    expect(experimentFigures([group('a', 11)], [...calls, judged('a', 2, true)])[0]).toMatchObject({ judged: 2, okShare: 0.5 });
  });

  it('has no share before anybody judged', () => {
    expect(experimentFigures([group('a', 1), group('b', 1)], [])[1]).toMatchObject({ judged: 0, okShare: null });
  });

  it('is told by the calls that are noted', async () => {
    const noted: unknown[] = [];
    const { file } = readModelsFile(FILE);
    const { router } = routerOver([scriptedDriver([SMALL]), scriptedDriver([CLAUDE])], { modelsFile: { read: async () => file, driverFor: () => undefined }, noteCall: (call) => void noted.push(call) });
    await router.complete(taskOf('run-1', { judgedByCaller: true }), never);
    expect(noted).toMatchObject([{ experiment: { name: 'sizes', arm: expect.stringMatching(/local|claude/) } }]);
  });
});
