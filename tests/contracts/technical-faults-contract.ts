import { type Lease, MAX_ATTEMPTS, MAX_CRASHES, type RunStore } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';

const LEASE_MS = 30_000;

/** What every RunStore must do with attempts that say nothing about the work. */
export function technicalFaultsContract(name: string, open: (clock: FakeClock) => RunStore): void {
  describe(`technical faults: ${name}`, () => {
    let store: RunStore;
    beforeEach(() => {
      store = open(fakeClock());
    });

    async function planned(): Promise<Lease> {
      const { run } = await store.create(sampleRun());
      const lease = await store.acquire(run.id, 'ada', LEASE_MS);
      await store.savePlan(lease, samplePlan(run.id, [sampleTask('t1')]));
      return lease;
    }

    const taskOf = async ({ runId }: Lease) => (await store.read(runId)).tasks[0]!;
    async function attempt(lease: Lease, more = {}): Promise<void> {
      const claim = (await store.claimReady(lease))[0]!;
      await store.saveResult(lease, sampleResult(claim));
      await store.saveVerdict(lease, sampleVerdict(claim, false, more));
    }

    it('counts technical faults apart from what QA refused, up to a bound', async () => {
      const lease = await planned();
      for (let number = 1; number < MAX_CRASHES; number++) {
        const claim = (await store.claimReady(lease))[0]!;
        await store.saveResult(lease, sampleResult(claim, { status: 'stopped' }));
        await store.saveVerdict(lease, sampleVerdict(claim, false, number < MAX_ATTEMPTS ? {} : { fault: 'ended' }));
      }
      const before = await taskOf(lease);
      expect(before).toMatchObject({ status: 'ready', attempts: MAX_CRASHES - 1, faults: MAX_CRASHES - MAX_ATTEMPTS, crashes: 0 });
      await attempt(lease);
      expect(await taskOf(lease)).toMatchObject({ status: 'needsPerson', reason: expect.stringContaining(`QA refused ${MAX_ATTEMPTS} attempts`) });
    });

    it('asks a person about a task whose attempts end by nothing but technical faults', async () => {
      const lease = await planned();
      for (let number = 1; number <= MAX_CRASHES; number++) await attempt(lease, { fault: 'ended', findings: ['no model'] });
      expect(await taskOf(lease)).toMatchObject({ status: 'needsPerson', faults: MAX_CRASHES, reason: `${MAX_CRASHES} attempts ended by a technical fault. Last: no model` });
    });

    it.each(['running', 'delivered'] as const)('takes an attempt up again under its number when it comes back %s and unjudged', async (status) => {
      const lease = await planned();
      const claim = (await store.claimReady(lease))[0]!;
      if (status === 'delivered') await store.saveResult(lease, sampleResult(claim));
      await store.saveVerdict(lease, sampleVerdict(claim, false, { fault: 'unjudged' }));
      expect(await taskOf(lease)).toMatchObject({ status: 'ready', attempts: 1, crashes: 1, faults: 0 });
      expect((await store.claimReady(lease))[0]!.attempt).toBe(1);
      await store.saveResult(lease, sampleResult(claim));
      await store.saveVerdict(lease, sampleVerdict(claim, true));
      expect(await taskOf(lease)).toMatchObject({ status: 'passed', verdict: { passed: true } });
    });
  });
}
