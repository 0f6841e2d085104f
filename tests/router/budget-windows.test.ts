import { readModelsFile, type Budget } from '../../router';
import { FINISH, modelOf, requestOf, routerOver, scriptedDriver } from './scripted-driver';

const never = new AbortController().signal;
const LOCAL = modelOf('ollama/qwen3:8b');
const CLOUD = modelOf('anthropic/claude');
const CHEAP = modelOf('openai/mini', { price: { promptUsdPerMTok: 0.1, completionUsdPerMTok: 0.1 }, strength: 0.6 });
const DAY_MS = 24 * 60 * 60_000;
/** What one scripted answer of the cloud model costs. */
const CALL_USD = 0.002;

const daily = (limitUsd: number, more: Partial<Budget> = {}): Budget => ({ scope: 'team', per: 'day', limitUsd, whenUsedUp: 'local', setIn: '"Daily Budget (USD)" in the credential "AIOS Team API"', ...more });
const best = (facts = {}, more = {}) => requestOf({ preset: 'best', ...facts }, more);

function team(budgets: Budget[], models = [LOCAL, CLOUD]) {
  const drivers = models.map((model) => scriptedDriver([model]));
  return { drivers, ...routerOver(drivers, { budgets }) };
}

describe('a budget that is used up', () => {
  it('lets what costs nothing answer, and the decision says which budget, how much of it is spent, and its limit', async () => {
    const { router } = team([daily(0.018)]);
    const models = [];
    for (let call = 0; call < 4; call += 1) models.push((await router.complete(best(), never)).decision);
    expect(models.map(({ model }) => model)).toEqual(['anthropic/claude', 'anthropic/claude', 'ollama/qwen3:8b', 'ollama/qwen3:8b']);
    expect(models[2]!.candidates.find(({ model }) => model === 'anthropic/claude')!.rejected).toBe('the daily budget of the team (2026-01-01 UTC): $0.0040 of $0.0180 spent, about $0.0150 more would pass it');
  });

  it('lets a cheaper model answer that it can still pay', async () => {
    const { router } = team([daily(0.01)], [LOCAL, CLOUD, CHEAP]);
    expect((await router.complete(best(), never)).decision.model).toBe('openai/mini');
  });

  it('fails with its numbers and what can be done, where it is to stop', async () => {
    const { router, drivers } = team([daily(0.01, { whenUsedUp: 'stop' })]);
    await expect(router.complete(best(), never)).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED', kind: 'user', limitUsd: 0.01,
      message: 'The daily budget of the team (2026-01-01 UTC): $0.00 of $0.0100 are spent or set aside, and the next call could pass it.',
      hint: 'Raise "Daily Budget (USD)" in the credential "AIOS Team API", wait until 2026-01-02 00:00 UTC, or let the router prefer local models.',
    });
    expect(drivers.map(({ calls }) => calls.length)).toEqual([0, 0]);
  });

  it('asks for a person, where it is to ask', async () => {
    const { router } = team([daily(0.01, { whenUsedUp: 'ask' })]);
    await expect(router.complete(best(), never)).rejects.toMatchObject({ code: 'BUDGET_NEEDS_PERSON', kind: 'user', message: expect.stringContaining('A person must decide'), hint: expect.stringContaining('run it again') });
  });

  it.each(['stop', 'ask'] as const)('leaves alone what costs nothing anyway, even where it is to %s', async (whenUsedUp) => {
    const { router } = team([daily(0, { whenUsedUp })]);
    expect((await router.complete(requestOf(), never)).decision.model).toBe('ollama/qwen3:8b');
    expect((await router.complete(best({ privacy: 'secret' }), never)).decision.model).toBe('ollama/qwen3:8b');
  });

  it('is fresh again when its window ends', async () => {
    const { router, fake } = team([daily(0.016), { ...daily(0.1), per: 'month' }], [CLOUD]);
    await router.complete(best(), never);
    await expect(router.complete(best(), never)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED', spentUsd: CALL_USD });
    fake.advance(DAY_MS);
    await router.complete(best(), never);
  });

  it('holds whatever else holds: the strictest decides', async () => {
    const { router } = team([daily(1), daily(0.01, { scope: 'role', name: 'Writer', whenUsedUp: 'stop' }), daily(0.01, { scope: 'role', name: 'writer' })]);
    await expect(router.complete(best({ role: 'writer' }), never)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED', message: expect.stringContaining('the role Writer') });
    expect((await router.complete(best({ role: 'qa' }), never)).decision.model).toBe('anthropic/claude');
  });
});

describe('each for itself', () => {
  it.each([
    ['task', { runId: 'r', taskId: 'a' }, { runId: 'r', taskId: 'b' }],
    ['workflow', { workflow: { id: 'w1', name: 'One' } }, { workflow: { id: 'w2', name: 'One' } }],
    ['project', { project: 'Shop' }, { project: 'Garden' }],
    ['role', { role: 'qa' }, { role: 'cto' }],
  ] as const)('%s', async (scope, one, other) => {
    const { router } = team([daily(0.016, { scope })]);
    const modelFor = async (facts: object) => (await router.complete(best(facts), never)).decision.model;
    expect([await modelFor(one), await modelFor(one), await modelFor(other)]).toEqual(['anthropic/claude', 'ollama/qwen3:8b', 'anthropic/claude']);
  });
});

describe('the budget of one call', () => {
  it('keeps the answer short enough for it, and goes elsewhere when even a short one is too dear', async () => {
    const { router, drivers } = team([]);
    expect((await router.complete(best({ callBudgetUsd: 0.08 }), never)).decision.model).toBe('anthropic/claude');
    expect(drivers[1]!.calls[0]!.maxOutputTokens).toBe(2_000);
    expect((await router.complete(best({ callBudgetUsd: 0.01, runId: 'run', budgetUsd: 5 }), never)).decision.model).toBe('ollama/qwen3:8b');
  });

  it('counts the tries before', async () => {
    const empty = { chunks: [FINISH] };
    const cloud = scriptedDriver([CLOUD], [empty, empty]);
    const { router } = routerOver([cloud, scriptedDriver([LOCAL])]);
    const reply = await router.complete(best({ callBudgetUsd: 0.0165 }), never);
    expect(reply.decision.model).toBe('ollama/qwen3:8b');
    expect(cloud.calls).toHaveLength(1);
  });
});

it('takes the budgets of a models file as they stand there when the call begins', async () => {
  const drivers = [scriptedDriver([LOCAL]), scriptedDriver([CLOUD])];
  let text = '';
  const { router } = routerOver(drivers, { modelsFile: { read: async () => readModelsFile(text).file, driverFor: () => undefined } });
  const model = async () => (await router.complete(best({ role: 'writer' }), never)).decision.model;
  expect(await model()).toBe('anthropic/claude');
  text = 'budgets: [{for: {role: writer}, per: day, usd: 0.01}]';
  expect(await model()).toBe('ollama/qwen3:8b');
  text = 'budgets: [{for: {role: writer}, per: day, usd: 0.1}]';
  expect(await model()).toBe('anthropic/claude');
});
