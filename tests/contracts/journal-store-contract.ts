import { type JournalStore, type Lease, LeaseLostError, type RunStore, StepNotBegunError } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { sampleRun } from '../support/sample-runs';

/** What every JournalStore must do. `open` gives a journal and the run store that hands out its leases. */
export function journalStoreContract(name: string, open: (clock: FakeClock) => { journal: JournalStore; runs: RunStore }): void {
  describe(`journal store: ${name}`, () => {
    let clock: FakeClock;
    let journal: JournalStore;
    let runs: RunStore;
    let lease: Lease;
    beforeEach(async () => {
      clock = fakeClock();
      ({ journal, runs } = open(clock));
      lease = await runs.acquire((await runs.create(sampleRun())).run.id, 'ada', 1_000);
    });

    it('tells absent, open and finished steps apart', async () => {
      expect(await journal.find(lease.runId, 'plan')).toEqual({ state: 'absent' });
      await journal.begin(lease, 'plan', 'h1');
      expect(await journal.find(lease.runId, 'plan')).toEqual({ state: 'open', inputHash: 'h1', tries: 1 });
      await journal.finish(lease, 'plan', { text: 'ünï', list: [1, null, true] });
      expect(await journal.find(lease.runId, 'plan')).toEqual({ state: 'finished', inputHash: 'h1', output: { text: 'ünï', list: [1, null, true] } });
    });

    it('keeps a null output apart from no output', async () => {
      await journal.begin(lease, 'k', 'h');
      await journal.finish(lease, 'k', null);
      expect(await journal.find(lease.runId, 'k')).toEqual({ state: 'finished', inputHash: 'h', output: null });
    });

    it('begins an open step anew, and never a finished one', async () => {
      await journal.begin(lease, 'k', 'h1');
      await journal.begin(lease, 'k', 'h2');
      expect(await journal.find(lease.runId, 'k')).toEqual({ state: 'open', inputHash: 'h2', tries: 1 });
      await journal.finish(lease, 'k', 'first');
      await journal.begin(lease, 'k', 'h3');
      await journal.finish(lease, 'k', 'second');
      expect(await journal.find(lease.runId, 'k')).toEqual({ state: 'finished', inputHash: 'h2', output: 'first' });
    });

    it('keeps how often a step was tried', async () => {
      await journal.begin(lease, 'k', 'h');
      await journal.begin(lease, 'k', 'h', 2);
      expect(await journal.find(lease.runId, 'k')).toEqual({ state: 'open', inputHash: 'h', tries: 2 });
      await journal.begin(lease, 'k', 'h', 0);
      expect(await journal.find(lease.runId, 'k')).toMatchObject({ tries: 0 });
    });

    it('keeps the steps of runs apart', async () => {
      const other = await runs.acquire((await runs.create(sampleRun())).run.id, 'ada', 1_000);
      await journal.begin(lease, 'k', 'h');
      expect(await journal.find(other.runId, 'k')).toEqual({ state: 'absent' });
    });

    it('refuses to finish what was not begun', async () => {
      await expect(journal.finish(lease, 'k', 1)).rejects.toThrow(StepNotBegunError);
    });

    it('refuses whoever lost the lease', async () => {
      await journal.begin(lease, 'k', 'h');
      clock.advance(1_000);
      await runs.acquire(lease.runId, 'bob', 1_000);
      await expect(journal.begin(lease, 'other', 'h')).rejects.toThrow(LeaseLostError);
      await expect(journal.finish(lease, 'k', 1)).rejects.toThrow(LeaseLostError);
      expect(await journal.find(lease.runId, 'k')).toEqual({ state: 'open', inputHash: 'h', tries: 1 });
    });
  });
}
