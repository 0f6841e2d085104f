import { BudgetExceededError, ProviderDownError } from '../../router';
import { FINISH, modelOf, requestOf, routerOver, scriptedDriver, type Move } from './scripted-driver';

const never = new AbortController().signal;
const down = () => new ProviderDownError('down', { hint: 'a hint' });
const LOCAL = modelOf('ollama/qwen3:8b');
const CLOUD = modelOf('anthropic/claude');

describe('budgets', () => {
  it('uses what is free when the next paid call could pass the budget', async () => {
    const cloud = scriptedDriver([CLOUD]);
    const { router } = routerOver([scriptedDriver([LOCAL]), cloud]);
    const reply = await router.complete(requestOf({ runId: 'run', budgetUsd: 0.0001, preset: 'best' }), never);
    expect(reply.decision).toMatchObject({ model: 'ollama/qwen3:8b', candidates: expect.arrayContaining([expect.objectContaining({ model: 'anthropic/claude', rejected: expect.stringContaining('budget') })]) });
    expect(cloud.calls).toHaveLength(0);
  });

  it('refuses when nothing is free', async () => {
    const { router } = routerOver([scriptedDriver([CLOUD])]);
    await expect(router.complete(requestOf({ runId: 'run', budgetUsd: 0.001 }), never)).rejects.toBeInstanceOf(BudgetExceededError);
  });

  it.each([NaN, -1, 'abc', '', null])('asks nobody where a budget is %j: it would hold nothing back', async (given) => {
    const cloud = scriptedDriver([CLOUD]);
    const { router } = routerOver([cloud]);
    const failure = { code: 'INVALID_INPUT', message: expect.stringContaining(`is "${String(given)}"; it must be a number of US dollars`) };
    await expect(router.complete(requestOf({ callBudgetUsd: given as number }), never)).rejects.toMatchObject(failure);
    await expect(router.complete(requestOf({ runId: 'run', budgetUsd: given as number }), never)).rejects.toMatchObject(failure);
    expect(cloud.calls).toHaveLength(0);
  });

  it('counts what the run has spent', async () => {
    const { router } = routerOver([scriptedDriver([CLOUD])]);
    const request = () => router.complete(requestOf({ runId: 'run', budgetUsd: 0.018 }), never);
    await request();
    await request();
    await expect(request()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED', spentUsd: 0.004 });
  });

  it('counts a cut answer as much as was set aside for it, if it only thought', async () => {
    const cut: Move = { chunks: [{ type: 'progress' }], then: down() };
    const { router, ledger } = routerOver([scriptedDriver([CLOUD], [cut, cut])]);
    const budgetUsd = 0.04;
    await expect(router.complete(requestOf({ runId: 'run', budgetUsd }), never)).rejects.toBeInstanceOf(ProviderDownError);
    const { costUsd, unpricedCalls } = await ledger.totals({ runId: 'run' });
    expect(costUsd).toBeGreaterThan(0.03);
    expect(unpricedCalls).toBe(0);
    await expect(router.complete(requestOf({ runId: 'run', budgetUsd }), never)).rejects.toBeInstanceOf(BudgetExceededError);
  });

  it('books an empty answer at what it cost', async () => {
    const empty: Move = { chunks: [FINISH] };
    const { router, ledger } = routerOver([scriptedDriver([CLOUD], [empty, empty])]);
    await expect(router.complete(requestOf({ runId: 'run' }), never)).rejects.toMatchObject({ code: 'EMPTY_ANSWER' });
    expect(await ledger.totals({ runId: 'run' })).toMatchObject({ cloudCalls: 2, costUsd: 0.004, promptTokens: 2_000, unpricedCalls: 0 });
  });

  it.each([
    ['a quarter of what is left', 0.4, undefined, 10_000],
    ['16,000 tokens where there is plenty', 50, undefined, 16_000],
    ['the caller\'s own limit', 50, 300, 300],
    ['an answer of the usual length where little is left', 0.02, undefined, 1_500],
  ])('tells the provider how long the answer may be: %s', async (_what, budgetUsd, maxOutputTokens, expected) => {
    const cloud = scriptedDriver([CLOUD]);
    await routerOver([cloud]).router.complete(requestOf({ runId: 'run', budgetUsd }, { maxOutputTokens }), never);
    expect(cloud.calls[0]!.maxOutputTokens).toBe(expected);
  });

  it('asks for no longer answer than there is room beside the prompt', async () => {
    const cloud = scriptedDriver([modelOf('anthropic/small', { contextTokens: 4_000 })]);
    await routerOver([cloud]).router.complete(requestOf({ runId: 'run', budgetUsd: 50 }), never);
    expect(cloud.calls[0]!.maxOutputTokens).toBeGreaterThan(3_900);
    expect(cloud.calls[0]!.maxOutputTokens).toBeLessThan(4_000);
  });

  it('limits no answer where no budget is set, and none that is free', async () => {
    const services = [scriptedDriver([CLOUD]), scriptedDriver([LOCAL])] as const;
    await routerOver([services[0]]).router.complete(requestOf({ runId: 'run' }), never);
    await routerOver([services[1]]).router.complete(requestOf({ runId: 'run', budgetUsd: 1 }), never);
    expect(services.map(({ calls }) => calls[0]!.maxOutputTokens)).toEqual([undefined, undefined]);
  });

  it('takes no model of unknown price where there is a budget', async () => {
    const { router } = routerOver([scriptedDriver([modelOf('anthropic/new', { price: null })])]);
    await expect(router.complete(requestOf({ budgetUsd: 100 }), never)).rejects.toMatchObject({ code: 'NO_MODEL', hint: expect.stringContaining('price into the models file') });
  });
});
