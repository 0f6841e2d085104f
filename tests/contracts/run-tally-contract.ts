import { MAX_ATTEMPTS, type PlanTask, type RunStore, type RunTallies, emptyTally } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';

/** What every RunTallies must count. `open` gives an empty store and what counts it. */
export function runTallyContract(name: string, open: (clock: FakeClock) => { runs: RunStore; tallies: RunTallies }): void {
  describe(`run tallies: ${name}`, () => {
    let clock: FakeClock;
    let store: ReturnType<typeof open>;
    beforeEach(() => {
      clock = fakeClock();
      store = open(clock);
    });

    async function planned(...tasks: PlanTask[]) {
      const { run } = await store.runs.create(sampleRun());
      const lease = await store.runs.acquire(run.id, 'ada', 30_000);
      await store.runs.savePlan(lease, samplePlan(run.id, tasks));
      return lease;
    }
    async function judge(lease: Awaited<ReturnType<typeof planned>>, passes: (taskId: string, attempt: number) => boolean) {
      for (const claim of await store.runs.claimReady(lease)) {
        await store.runs.saveResult(lease, sampleResult(claim));
        await store.runs.saveVerdict(lease, sampleVerdict(claim, passes(claim.taskId, claim.attempt)));
      }
    }

    it('counts nothing in an empty store', async () => expect(await store.tallies.tally({ sinceMs: 0 })).toEqual(emptyTally()));

    it('counts runs by where they stand', async () => {
      await store.runs.create(sampleRun());
      await planned(sampleTask('t1'));
      for (const status of ['waiting', 'done', 'failed', 'stopped', 'done'] as const) await store.runs.finish(await planned(sampleTask('t1')), { status });
      expect((await store.tallies.tally({ sinceMs: 0 })).runs).toEqual({ queued: 1, running: 1, waiting: 1, done: 2, failed: 1, stopped: 1 });
    });

    it('tells tasks passed the first time from those that needed rework, a person, or were skipped', async () => {
      const lease = await planned(sampleTask('first'), sampleTask('second'), sampleTask('never'), sampleTask('optional', { optional: true }), sampleTask('after', { dependsOn: ['never'] }));
      for (let round = 1; round <= MAX_ATTEMPTS; round += 1) await judge(lease, (taskId, attempt) => taskId === 'first' || (taskId === 'second' && attempt === 2));
      expect((await store.tallies.tally({ sinceMs: 0 })).tasks).toEqual({ passedFirstTime: 1, passedAfterRework: 1, needsPerson: 1, skipped: 1, open: 1 });
    });

    it('counts a run from the moment of its creation', async () => {
      await planned(sampleTask('t1'));
      clock.advance(1_000);
      await planned(sampleTask('t1'), sampleTask('t2'));
      expect(await store.tallies.tally({ sinceMs: clock.nowMs() })).toMatchObject({ runs: { running: 1 }, tasks: { open: 2 } });
      expect(await store.tallies.tally({ sinceMs: clock.nowMs() + 1 })).toEqual(emptyTally());
    });
  });
}
