import { type RunStore, TaskNotFoundError, type Verdict } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';

type Then = NonNullable<Verdict['person']>['then'];

/** What every RunStore does with a person's verdict. */
export function personVerdictContract(name: string, open: (clock: FakeClock) => RunStore): void {
  describe(`a person's verdict: ${name}`, () => {
    /** t1 needs a person in its first attempt; t2 waits for it. */
    async function stuck() {
      const store = open(fakeClock());
      const { run } = await store.create(sampleRun());
      const lease = await store.acquire(run.id, 'ada', 30_000);
      await store.savePlan(lease, samplePlan(run.id, [sampleTask('t1'), sampleTask('t2', { dependsOn: ['t1'] })]));
      const [claim] = await store.claimReady(lease);
      await store.saveResult(lease, sampleResult(claim!));
      await store.saveVerdict(lease, sampleVerdict(claim!, false, { needsPerson: 'a check could not run' }));
      const decide = async (then: Then, attempt = 1) => await store.saveVerdict(lease, { ...sampleVerdict({ runId: run.id, taskId: 't1', attempt }, then === 'accept'), findings: ['A person (ada) says: go on'], person: { name: 'ada', then } });
      const statuses = async () => (await store.read(run.id)).tasks.map(({ status, attempts }) => `${status} ${attempts}`);
      return { store, lease, claim: claim!, decide, statuses };
    }

    it.each([
      ['retry', ['ready 1', 'waiting 0'], ['t1#2']],
      ['resume', ['ready 1', 'waiting 0'], ['t1#1']],
      ['accept', ['passed 1', 'ready 0'], ['t2#1']],
      ['skip', ['skipped 1', 'ready 0'], ['t2#1']],
    ] as const)('%s', async (then, after, claimed) => {
      const { store, lease, decide, statuses } = await stuck();
      await decide(then);
      expect(await statuses()).toEqual(after);
      // Sent twice, done once.
      await decide(then);
      expect(await statuses()).toEqual(after);
      expect((await store.claimReady(lease)).map(({ taskId, attempt }) => `${taskId}#${attempt}`)).toEqual(claimed);
    });

    it('tells the next attempt what the person said', async () => {
      const { store, lease, decide } = await stuck();
      await decide('retry');
      expect((await store.claimReady(lease))[0]!.feedback).toContain('A person (ada) says: go on');
    });

    it('changes nothing on a task that needs no person, nor on another attempt', async () => {
      const { store, lease, decide, statuses } = await stuck();
      await expect(decide('accept', 2)).rejects.toMatchObject({ code: 'STALE_ATTEMPT' });
      await decide('retry');
      const [again] = await store.claimReady(lease);
      await decide('accept', again!.attempt);
      expect(await statuses()).toEqual(['running 2', 'waiting 0']);
      await expect(store.saveVerdict(lease, { ...sampleVerdict({ ...again!, taskId: 't9' }, true), person: { name: 'ada', then: 'accept' } })).rejects.toThrow(TaskNotFoundError);
    });
  });
}
