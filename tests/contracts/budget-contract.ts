import { randomUUID } from 'node:crypto';
import { silentLogger } from '../../kernel';
import { createRouter, type DriverChunk, type Ledger, type ModelDriver } from '../../router';
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
    const askAll = async (budgetUsd: number, maxOutputTokens?: number) => {
      const clock = fakeClock();
      const ledgers = [store.open(clock), store.open(clock)];
      const routers = ledgers.map((ledger) => createRouter({ services: [talkative()], ledger, clock, makeId: randomUUID, log: silentLogger }));
      const outcomes = await Promise.allSettled(Array.from({ length: CALLS }, (_, index) => routers[index % 2]!.complete(requestOf({ runId: 'run', budgetUsd }, { maxOutputTokens }), never)));
      const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as { code?: string }).code] : []));
      return { answered: CALLS - refusals.length, refusals: new Set(refusals), spentUsd: (await ledgers[0]!.totals({ runId: 'run' })).costUsd };
    };

    it.each([0.1, 0.5, 3])('a hundred calls at once never pass $%d, however long the answers are', async (budgetUsd) => {
      const { answered, refusals, spentUsd } = await askAll(budgetUsd);
      expect(spentUsd).toBeLessThanOrEqual(budgetUsd);
      expect(spentUsd).toBeGreaterThan(budgetUsd * 0.7);
      expect(answered).toBeGreaterThan(3);
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
