import { randomUUID } from 'node:crypto';
import { silentLogger } from '../../kernel';
import { createRouter, type Budget, type DriverChunk, type Ledger, type ModelDriver, type RequestFacts } from '../../router';
import { fakeClock, type FakeClock } from '../support/fake-clock';
import { modelOf, requestOf } from '../router/scripted-driver';

const never = new AbortController().signal;
const CLOUD = modelOf('anthropic/claude');
const CALLS = 100;

/** What a budget must hold out with any ledger. `open` is called twice, as two processes do. */
export function budgetContract(name: string, openStore: () => { open(clock: FakeClock): Ledger; close(): void }): void {
  describe(`budgets kept by a ledger on ${name}`, () => {
    let store: ReturnType<typeof openStore>;
    beforeEach(() => void (store = openStore()));
    afterEach(() => store.close());

    /** A hundred calls at once, shared out to two routers; each answer is as long as the provider was told it may be. */
    const askAll = async (budgetUsd: number, maxOutputTokens?: number, facts: Partial<RequestFacts> = { runId: 'run', budgetUsd }, budgets: Budget[] = []) => {
      const clock = fakeClock();
      const ledgers = [store.open(clock), store.open(clock)];
      const routers = ledgers.map((ledger) => createRouter({ services: [talkative()], ledger, clock, makeId: randomUUID, log: silentLogger, budgets }));
      const outcomes = await Promise.allSettled(Array.from({ length: CALLS }, (_, index) => routers[index % 2]!.complete(requestOf(facts, { maxOutputTokens }), never)));
      const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as { code?: string }).code] : []));
      return { answered: CALLS - refusals.length, refusals: new Set(refusals), spentUsd: (await ledgers[0]!.totals({})).costUsd };
    };

    it.each([0.1, 0.5, 3])('a hundred calls at once never pass $%d, however long the answers are', async (budgetUsd) => {
      const { answered, refusals, spentUsd } = await askAll(budgetUsd);
      expect(spentUsd).toBeLessThanOrEqual(budgetUsd);
      expect(spentUsd).toBeGreaterThan(budgetUsd * 0.7);
      expect(answered).toBeGreaterThan(3);
      expect(refusals).toEqual(new Set(['BUDGET_EXCEEDED']));
    });

    it.each([
      ['the team, per hour', { scope: 'team', per: 'hour' }],
      ['the team, per month', { scope: 'team', per: 'month' }],
      ['a role, per day', { scope: 'role', name: 'Backend', per: 'day' }],
      ['each workflow, per day', { scope: 'workflow', per: 'day' }],
      ['a project, per day', { scope: 'project', name: 'shop', per: 'day' }],
      ['each task', { scope: 'task' }],
    ] as const)('nor when the limit is for %s', async (_whose, budget) => {
      const facts = { runId: 'run', taskId: 'task', role: 'backend', workflow: { id: 'w1' }, project: 'Shop' };
      const { refusals, spentUsd } = await askAll(0.5, undefined, facts, [{ ...budget, limitUsd: 0.5, whenUsedUp: 'stop', setIn: 'it' }]);
      expect(spentUsd).toBeLessThanOrEqual(0.5);
      expect(spentUsd).toBeGreaterThan(0.35);
      expect(refusals).toEqual(new Set(['BUDGET_EXCEEDED']));
    });

    it('tries a shorter answer before it asks for a person', async () => {
      const { refusals, spentUsd } = await askAll(0.5, undefined, {}, [{ scope: 'team', per: 'day', limitUsd: 0.5, whenUsedUp: 'ask', setIn: 'it' }]);
      expect(spentUsd).toBeLessThanOrEqual(0.5);
      expect(spentUsd).toBeGreaterThan(0.35);
      expect(refusals).toEqual(new Set(['BUDGET_NEEDS_PERSON']));
    });

    it('nor any of six that hold at once', async () => {
      const facts = { runId: 'run', taskId: 'task', role: 'backend', workflow: { id: 'w1' }, project: 'Shop', budgetUsd: 2 };
      const budgets = (['team', 'project', 'workflow', 'role', 'task'] as const).map((scope, index): Budget => ({ scope, per: 'day', limitUsd: 1 - index / 10, whenUsedUp: 'local', setIn: 'it' }));
      const { refusals, spentUsd } = await askAll(2, undefined, facts, budgets);
      expect(spentUsd).toBeLessThanOrEqual(0.6);
      expect(spentUsd).toBeGreaterThan(0.4);
      expect(refusals).toEqual(new Set(['BUDGET_EXCEEDED']));
    });

    it('a limit the caller sets is the one that is set aside', async () => {
      const { answered, spentUsd } = await askAll(0.5, 1_000);
      expect(spentUsd).toBeLessThanOrEqual(0.5);
      expect(answered).toBe(49);
    });
  });
}

/** Writes until its limit, and without one for very long. */
function talkative(): ModelDriver {
  return {
    provider: 'anthropic',
    local: false,
    listModels: async () => [CLOUD],
    async *stream(call): AsyncGenerator<DriverChunk> {
      await new Promise((resolve) => setImmediate(resolve));
      yield { type: 'text', text: 'and so on' };
      yield { type: 'finish', reason: 'length', usage: { promptTokens: 10, completionTokens: call.maxOutputTokens ?? 100_000 } };
    },
  };
}
