import type { RunStore } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';

const LEASE_MS = 30_000;

/** What every RunStore must do when several call at once. `open` gives two openings of one empty store, as two processes have them. */
export function runStoreRaceContract(name: string, open: (clock: FakeClock) => [RunStore, RunStore]): void {
  describe(`run store with two users: ${name}`, () => {
    let one: RunStore;
    let other: RunStore;
    beforeEach(() => {
      [one, other] = open(fakeClock());
    });
    const both = <T>(work: (store: RunStore, index: number) => Promise<T>) => Promise.allSettled(Array.from({ length: 10 }, (_, index) => work(index % 2 ? one : other, index)));
    const fulfilled = <T>(outcomes: Array<PromiseSettledResult<T>>) => outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));

    async function planned(taskIds: string[]) {
      const { run } = await one.create(sampleRun());
      const lease = await one.acquire(run.id, 'ada', LEASE_MS);
      await one.savePlan(lease, samplePlan(run.id, taskIds.map((id) => sampleTask(id))));
      return lease;
    }

    it('makes one run of many requests with one idempotency key', async () => {
      const outcomes = fulfilled(await both((store) => store.create(sampleRun({ idempotencyKey: 'k' }))));
      expect(outcomes).toHaveLength(10);
      expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(outcomes.map(({ run }) => run.id)).size).toBe(1);
      expect(await one.list({ limit: 10 })).toHaveLength(1);
    });

    it('gives a run to one owner', async () => {
      const { run } = await one.create(sampleRun());
      const outcomes = await both((store, index) => store.acquire(run.id, `owner ${index}`, LEASE_MS));
      expect(fulfilled(outcomes)).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'RUN_BUSY' });
    });

    it('hands every task out once', async () => {
      const lease = await planned(['t1', 't2', 't3']);
      const claims = fulfilled(await both((store) => store.claimReady(lease))).flat();
      expect(claims.map(({ taskId }) => taskId).sort()).toEqual(['t1', 't2', 't3']);
    });

    it('keeps all that is delivered and judged at the same time', async () => {
      const ids = Array.from({ length: 10 }, (_, index) => `t${index}`);
      const lease = await planned(ids);
      const claims = await one.claimReady(lease);
      await both(async (store, index) => {
        await store.saveResult(lease, sampleResult(claims[index]!));
        await store.saveVerdict(lease, sampleVerdict(claims[index]!, true));
      });
      const { tasks } = await other.read(lease.runId);
      expect(tasks.map(({ status, result }) => [status, result?.summary])).toEqual(ids.map((id) => ['passed', `did ${id}`]));
    });

    it('lets no late write of an old owner through', async () => {
      const lease = await planned(['t1']);
      const [claim] = await one.claimReady(lease);
      await one.finish(lease, { status: 'stopped' });
      const next = await other.acquire(lease.runId, 'bob', LEASE_MS);
      expect(next.fence).toBeGreaterThan(lease.fence);
      const late = await both((store) => store.saveResult(lease, sampleResult(claim!)));
      expect(fulfilled(late)).toEqual([]);
      expect((await one.read(lease.runId)).tasks[0]!.status).toBe('ready');
    });
  });
}
