import { armOfKey, BudgetExceededError, windowsAt, type Budget, type Ledger, type LedgerEntry } from '../../router';
import { fakeClock, type FakeClock } from '../support/fake-clock';

const SPENDER = { runId: 'run', taskId: 'task', role: 'Backend', workflow: { id: 'w1', name: 'Sales report' }, project: 'Shop' };
const HOUR_MS = 60 * 60_000;

/** What every ledger must do, whatever it is made of. `open` may be called twice for two processes on one store. */
export function ledgerContract(name: string, openStore: () => { open(clock: FakeClock): Ledger; close(): void }): void {
  describe(`ledger on ${name}`, () => {
    let clock: FakeClock;
    let store: ReturnType<typeof openStore>;
    let ledger: Ledger;
    const entry = (callId: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({ callId, atMs: clock.nowMs(), model: 'anthropic/claude', provider: 'anthropic', local: false, privacy: 'internal', runId: 'run', taskId: 'task', promptTokens: 10, completionTokens: 5, costUsd: 0.25, durationMs: 12.7, outcome: 'ok', ...more });
    const windows = (budgets: Array<Partial<Budget>>, spender = SPENDER) => windowsAt(budgets.map((budget) => ({ scope: 'run', limitUsd: 1, whenUsedUp: 'local', setIn: 'it', ...budget })), spender, clock.nowMs());
    const reserve = (callId: string, estimatedUsd: number, budgets: Array<Partial<Budget>> = [{}]) => ledger.reserve({ callId, estimatedUsd, windows: windows(budgets), ttlMs: 1_000 });

    beforeEach(() => {
      clock = fakeClock();
      store = openStore();
      ledger = store.open(clock);
    });
    afterEach(() => store.close());

    it('adds up calls by run, task and time', async () => {
      await ledger.settle(entry('a'));
      clock.advance(1_000);
      await ledger.settle(entry('b', { local: true, costUsd: 0, taskId: 'other' }));
      await ledger.settle(entry('c', { costUsd: null, runId: 'another' }));
      expect(await ledger.totals({ runId: 'run' })).toEqual({ localCalls: 1, cloudCalls: 1, promptTokens: 20, completionTokens: 10, costUsd: 0.25, unpricedCalls: 0, savedUsd: 0 });
      expect(await ledger.totals({ runId: 'run', taskId: 'task' })).toMatchObject({ cloudCalls: 1, localCalls: 0 });
      expect(await ledger.totals({ sinceMs: clock.nowMs() })).toMatchObject({ localCalls: 1, cloudCalls: 1, unpricedCalls: 1, costUsd: 0 });
      expect(await ledger.totals({ runId: 'nobody' })).toEqual({ localCalls: 0, cloudCalls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0, unpricedCalls: 0, savedUsd: 0 });
    });

    describe('broken down', () => {
      it('groups calls by model, role and UTC day', async () => {
        await ledger.settle(entry('a', { role: 'cto', workflow: 'w1', workflowName: 'Old name', durationMs: 100 }));
        await ledger.settle(entry('b', { model: 'ollama/qwen3:8b', provider: 'ollama', local: true, costUsd: 0, savedUsd: 0.5, role: 'backend', durationMs: 200 }));
        clock.advance(24 * 60 * 60_000);
        await ledger.settle(entry('c', { costUsd: null, workflow: 'w1', workflowName: 'Sales report', durationMs: 300 }));
        const { byModel, byRole, byWorkflow, byDay } = await ledger.breakdown({ sinceMs: 0 });
        expect(byModel).toEqual([
          { key: 'anthropic/claude', localCalls: 0, cloudCalls: 2, promptTokens: 20, completionTokens: 10, costUsd: 0.25, savedUsd: 0, unpricedCalls: 1, failures: 0, medianDurationMs: 100, p95DurationMs: 300 },
          { key: 'ollama/qwen3:8b', localCalls: 1, cloudCalls: 0, promptTokens: 10, completionTokens: 5, costUsd: 0, savedUsd: 0.5, unpricedCalls: 0, failures: 0, medianDurationMs: 200, p95DurationMs: 200 },
        ]);
        expect(byRole.map(({ key, localCalls, cloudCalls }) => [key, localCalls + cloudCalls])).toEqual([['', 1], ['backend', 1], ['cto', 1]]);
        expect(byWorkflow.map(({ key, title, localCalls, cloudCalls }) => [key, title, localCalls + cloudCalls])).toEqual([['w1', expect.stringMatching(/Sales report|Old name/), 2], ['', undefined, 1]]);
        expect(byDay.map(({ key, localCalls, cloudCalls }) => [key, localCalls + cloudCalls])).toEqual([['2026-01-01', 2], ['2026-01-02', 1]]);
      });

      it('groups the calls of an experiment by its arms', async () => {
        await ledger.settle(entry('a', { experiment: { name: 'sizes', arm: 'small' } }));
        await ledger.settle(entry('b', { experiment: { name: 'sizes', arm: 'large' }, outcome: 'REFUSED' }));
        await ledger.settle(entry('c', { experiment: { name: 'sizes', arm: 'small' }, costUsd: 0.5 }));
        await ledger.settle(entry('d'));
        const { byArm } = await ledger.breakdown({ sinceMs: 0 });
        expect(byArm.map(({ key, cloudCalls, failures, costUsd }) => [armOfKey(key), cloudCalls, failures, costUsd])).toEqual([[{ name: 'sizes', arm: 'small' }, 2, 0, 0.75], [{ name: 'sizes', arm: 'large' }, 1, 1, 0.25]]);
      });

      it('counts calls from the moment asked for', async () => {
        await ledger.settle(entry('a'));
        clock.advance(1_000);
        await ledger.settle(entry('b'));
        expect((await ledger.breakdown({ sinceMs: clock.nowMs() })).byModel).toMatchObject([{ cloudCalls: 1 }]);
        expect(await ledger.breakdown({ sinceMs: clock.nowMs() + 1 })).toEqual({ byModel: [], byRole: [], byWorkflow: [], byArm: [], byDay: [] });
      });

      it('misses no call and counts none twice when many began in the same moment', async () => {
        for (let index = 0; index < 2_500; index += 1) await ledger.settle(entry(`call-${index}`));
        expect((await ledger.breakdown({ sinceMs: 0 })).byModel).toMatchObject([{ cloudCalls: 2_500 }]);
      });

      it('takes durations from calls that succeeded, and does not call a cancelled one a failure', async () => {
        for (let index = 1; index <= 20; index += 1) await ledger.settle(entry(`ok-${index}`, { durationMs: index * 10 }));
        await ledger.settle(entry('down', { outcome: 'PROVIDER_DOWN', durationMs: 60_000 }));
        await ledger.settle(entry('stopped', { outcome: 'CANCELLED', durationMs: 60_000 }));
        expect((await ledger.breakdown({ sinceMs: 0 })).byModel).toMatchObject([{ cloudCalls: 22, failures: 1, medianDurationMs: 100, p95DurationMs: 190 }]);
      });

      it('has no duration where no call succeeded', async () => {
        await ledger.settle(entry('down', { outcome: 'PROVIDER_DOWN' }));
        expect((await ledger.breakdown({ sinceMs: 0 })).byModel).toMatchObject([{ failures: 1, medianDurationMs: null, p95DurationMs: null }]);
      });
    });

    it('books a call once, however often it is settled', async () => {
      await ledger.settle(entry('a'));
      await ledger.settle(entry('a'));
      expect((await ledger.totals({ runId: 'run' })).costUsd).toBe(0.25);
    });

    it('keeps what calls have spent and what others have set aside within the budget', async () => {
      await ledger.settle(entry('a'));
      await reserve('b', 0.5);
      await expect(reserve('c', 0.3)).rejects.toThrow(BudgetExceededError);
      await expect(reserve('c', 0.3)).rejects.toMatchObject({ spentUsd: 0.75, limitUsd: 1 });
      await reserve('d', 0.25);
    });

    it('replaces a reservation by what the call really cost', async () => {
      await reserve('a', 0.9);
      await ledger.settle(entry('a', { costUsd: 0.1 }));
      await reserve('b', 0.9);
      await expect(reserve('c', 0.01)).rejects.toThrow(BudgetExceededError);
    });

    it('takes the reservation of a call that is sent twice for one', async () => {
      await reserve('a', 0.6);
      await reserve('a', 0.7);
      await expect(reserve('b', 0.31)).rejects.toMatchObject({ spentUsd: 0.7 });
      await reserve('b', 0.3);
    });

    it('counts calls outside any run', async () => {
      await ledger.settle(entry('a', { runId: undefined, taskId: undefined }));
      await ledger.settle(entry('b'));
      expect(await ledger.totals({})).toMatchObject({ cloudCalls: 2, costUsd: 0.5 });
      expect(await ledger.totals({ runId: 'run' })).toMatchObject({ cloudCalls: 1 });
    });

    it('frees a reservation nobody settles after its time', async () => {
      await reserve('crashed', 1);
      clock.advance(999);
      await expect(reserve('next', 0.5)).rejects.toThrow(BudgetExceededError);
      clock.advance(1);
      await reserve('next', 0.5);
    });

    describe('with several windows', () => {
      const whole = { role: 'backend', workflow: 'w1', project: 'shop' };

      it('sets aside in all of them or in none', async () => {
        await reserve('a', 0.5, [{ limitUsd: 1 }, { scope: 'role', per: 'day', limitUsd: 0.6 }]);
        await expect(reserve('b', 0.2, [{ limitUsd: 1 }, { scope: 'role', per: 'day', limitUsd: 0.6 }])).rejects.toMatchObject({ spentUsd: 0.5, limitUsd: 0.6 });
        await reserve('c', 0.5);
      });

      it.each([
        ['team', 'hour'], ['team', 'day'], ['team', 'month'], ['role', 'day'], ['workflow', 'hour'], ['project', 'month'], ['run', undefined], ['task', undefined], ['task', 'hour'],
      ] as const)('counts what was spent before anybody set a budget: %s per %s', async (scope, per) => {
        await ledger.settle(entry('a', whole));
        await ledger.settle(entry('b', { ...whole, runId: 'other', taskId: 'other', role: 'qa', workflow: 'w2', project: 'Other' }));
        const [window] = windows([{ scope, per }]);
        expect(await ledger.spentUsd([window!])).toEqual([scope === 'team' ? 0.5 : 0.25]);
        await ledger.settle(entry('c', whole));
        expect(await ledger.spentUsd([window!])).toEqual([scope === 'team' ? 0.75 : 0.5]);
      });

      it('begins again with each hour, day and month, and books a call in the window it began in', async () => {
        const periods = [{ scope: 'team', per: 'hour' }, { scope: 'team', per: 'day' }, { scope: 'team', per: 'month' }] as const;
        const spent = async () => await ledger.spentUsd(windows([...periods]));
        const begunAtMs = clock.nowMs();
        expect(await spent()).toEqual([0, 0, 0]);
        clock.advance(HOUR_MS);
        await ledger.settle(entry('a', { atMs: begunAtMs }));
        expect(await spent()).toEqual([0, 0.25, 0.25]);
        clock.advance(24 * HOUR_MS);
        expect(await spent()).toEqual([0, 0, 0.25]);
        clock.advance(31 * 24 * HOUR_MS);
        expect(await spent()).toEqual([0, 0, 0]);
      });

      it('counts a call once, however often it is settled, and names by id and without regard to case', async () => {
        await ledger.spentUsd(windows([{ scope: 'role', per: 'day' }]));
        for (let time = 0; time < 2; time += 1) await ledger.settle(entry('a', { role: ' BACKEND ', workflow: 'w1' }));
        expect(await ledger.spentUsd(windows([{ scope: 'role', per: 'day' }, { scope: 'workflow', name: 'sales REPORT', per: 'day' }, { scope: 'role', name: 'Backend', per: 'day' }]))).toEqual([0.25, 0.25, 0.25]);
        expect(windows([{ scope: 'role', name: 'qa' }, { scope: 'workflow', name: 'Other' }])).toEqual([]);
      });

      it('keeps two limits on the same count, the stricter first', async () => {
        const two: Array<Partial<Budget>> = [{ scope: 'team', per: 'day', limitUsd: 3 }, { scope: 'team', per: 'day', limitUsd: 1, whenUsedUp: 'ask' }];
        await reserve('a', 0.9, two);
        await expect(reserve('b', 0.2, two)).rejects.toMatchObject({ code: 'BUDGET_NEEDS_PERSON', limitUsd: 1, spentUsd: 0.9 });
      });
    });

    it('never lets two processes pass the budget together', async () => {
      const second = store.open(clock);
      const tries = Array.from({ length: 20 }, (_, index) => (index % 2 ? ledger : second).reserve({ callId: `call-${index}`, estimatedUsd: 0.1, windows: windows([{}]), ttlMs: 1_000 }));
      const outcomes = await Promise.allSettled(tries);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    });
  });
}
