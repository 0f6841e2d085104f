import { makeId } from '../../kernel';
import type { RunStore } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleRun, sampleTask } from '../support/sample-runs';

const LEASE_MS = 30_000;

/** How every RunStore forgets a person. `open` gives an empty store. */
export function runPersonContract(name: string, open: (clock: FakeClock) => RunStore): void {
  describe(`run store forgetting a person: ${name}`, () => {
    let store: RunStore;
    beforeEach(() => void (store = open(fakeClock())));

    async function run(submittedBy: string | undefined, status: 'done' | 'failed' | 'stopped' | undefined, askedBy?: string): Promise<string> {
      const { run: { id } } = await store.create(sampleRun({ submittedBy, idempotencyKey: makeId() }));
      const lease = await store.acquire(id, 'ada', LEASE_MS);
      await store.savePlan(lease, { ...samplePlan(id, [sampleTask('t1')]), ...(askedBy && { askedBy }) });
      if (status) await store.finish(lease, { status });
      return id;
    }
    const namesIn = async (id: string) => {
      const { run: { submittedBy, plan } } = await store.read(id);
      return [submittedBy, plan?.askedBy];
    };

    it('forgets who submitted or wanted a run that is over, proven or not, and nobody else', async () => {
      const [done, unproven, asked, bobs] = [await run('Bob', 'done'), await run('bob (unproven)', 'failed'), await run(undefined, 'done', 'bob'), await run('Bobby', 'done', 'ada')];
      expect(await store.countOfPerson('bob')).toBe(3);
      expect(await store.forgetPerson('bob')).toBe(3);
      expect(await Promise.all([done, unproven, asked, bobs].map(namesIn))).toEqual([['(erased)', undefined], ['(erased)', undefined], [undefined, '(erased)'], ['Bobby', 'ada']]);
      expect([await store.countOfPerson('bob'), await store.forgetPerson('bob')]).toEqual([0, 0]);
    });

    it('changes nothing else of the run', async () => {
      const id = await run('bob', 'done', 'bob');
      const { run: before, tasks } = await store.read(id);
      await store.forgetPerson('bob');
      expect(await store.read(id)).toEqual({ run: { ...before, submittedBy: '(erased)', plan: { ...before.plan, askedBy: '(erased)' } }, tasks });
    });

    it('keeps the name while a run can go on: who wanted it may not approve what it asks', async () => {
      const [running, stopped] = [await run('bob', undefined), await run('bob', 'stopped')];
      expect([await store.countOfPerson('bob'), await store.forgetPerson('bob')]).toEqual([0, 0]);
      expect([(await namesIn(running))[0], (await namesIn(stopped))[0]]).toEqual(['bob', 'bob']);
    });

    it('finds him among many', async () => {
      for (let number = 0; number < 230; number++) await store.finish(await store.acquire((await store.create(sampleRun({ submittedBy: number % 23 === 0 ? 'bob' : `p${number}`, idempotencyKey: makeId() }))).run.id, 'ada', LEASE_MS), { status: 'done' });
      expect(await store.forgetPerson('bob')).toBe(10);
    });
  });
}
