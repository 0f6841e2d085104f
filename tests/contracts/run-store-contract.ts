import { type Lease, LeaseLostError, MAX_ATTEMPTS, MAX_CRASHES, MixedRunsError, NotDeliveredError, type PlanTask, RunBusyError, RunFinishedError, RunNotFoundError, type RunStore, StaleAttemptError, TaskNotFoundError } from '../../runs';
import { InvalidInputError } from '../../kernel';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';

const LEASE_MS = 30_000;

/** What every RunStore must do. `open` gives an empty store. */
export function runStoreContract(name: string, open: (clock: FakeClock) => RunStore): void {
  describe(`run store: ${name}`, () => {
    let clock: FakeClock;
    let store: RunStore;
    beforeEach(() => {
      clock = fakeClock();
      store = open(clock);
    });

    async function planned(...tasks: PlanTask[]): Promise<Lease> {
      const { run } = await store.create(sampleRun());
      const lease = await store.acquire(run.id, 'ada', LEASE_MS);
      await store.savePlan(lease, samplePlan(run.id, tasks));
      return lease;
    }
    const statuses = async (runId: string) => Object.fromEntries((await store.read(runId)).tasks.map(({ task, status }) => [task.id, status]));
    const taskOf = async (runId: string, taskId: string) => (await store.read(runId)).tasks.find(({ task }) => task.id === taskId)!;
    async function attempt(lease: Lease, passed: boolean, more = {}): Promise<void> {
      for (const claim of await store.claimReady(lease)) {
        await store.saveResult(lease, sampleResult(claim));
        await store.saveVerdict(lease, sampleVerdict(claim, passed, more));
      }
    }

    describe('creating and reading', () => {
      it('keeps what was asked for', async () => {
        const { run, created } = await store.create(sampleRun({ title: 'Hello', submittedBy: 'ada', limits: { privacy: 'secret', budgetUsd: 0.5, deadlineAtMs: 123 } }));
        expect(created).toBe(true);
        expect(await store.read(run.id)).toEqual({ run, tasks: [] });
        expect(run).toMatchObject({ title: 'Hello', submittedBy: 'ada', status: 'queued', limits: { privacy: 'secret', budgetUsd: 0.5, deadlineAtMs: 123 }, createdAtMs: clock.nowMs() });
      });

      it("names an untitled run after its goal's first line, cut to 80 characters", async () => {
        const { run } = await store.create(sampleRun({ goal: `  ${'x'.repeat(200)}\nmore` }));
        expect(run.title).toBe(`${'x'.repeat(79)}…`);
      });

      it('answers the same idempotency key with the earlier run', async () => {
        const first = await store.create(sampleRun({ idempotencyKey: 'k' }));
        const second = await store.create(sampleRun({ goal: 'Another goal', idempotencyKey: 'k' }));
        expect(second).toEqual({ run: first.run, created: false });
        expect((await store.create(sampleRun({ idempotencyKey: 'other' }))).created).toBe(true);
      });

      it('lists newest first, by status, within the limit', async () => {
        const ids: string[] = [];
        for (let i = 0; i < 3; i++) {
          ids.unshift((await store.create(sampleRun())).run.id);
          clock.advance(1);
        }
        await store.finish(await store.acquire(ids[1]!, 'ada', LEASE_MS), { status: 'done' });
        expect((await store.list({ limit: 2 })).map(({ id }) => id)).toEqual([ids[0], ids[1]]);
        expect((await store.list({ status: 'queued', limit: 500 })).map(({ id }) => id)).toEqual([ids[0], ids[2]]);
        await expect(store.list({ limit: 0 })).rejects.toThrow(InvalidInputError);
        await expect(store.list({ limit: 501 })).rejects.toThrow(InvalidInputError);
      });

      it('refuses an unknown run', async () => {
        await expect(store.read('nobody')).rejects.toThrow(RunNotFoundError);
        await expect(store.acquire('nobody', 'ada', LEASE_MS)).rejects.toThrow(RunNotFoundError);
        await expect(store.claimReady({ runId: 'nobody', owner: 'ada', fence: 1 })).rejects.toThrow(RunNotFoundError);
      });
    });

    describe('leases', () => {
      it('keeps the fence for the same owner, expired or not', async () => {
        const lease = await planned(sampleTask('t1'));
        await store.claimReady(lease);
        clock.advance(LEASE_MS + 1);
        expect(await store.acquire(lease.runId, 'ada', LEASE_MS)).toEqual(lease);
        expect(await statuses(lease.runId)).toEqual({ t1: 'running' });
      });

      it('refuses another owner until the lease ends, then gives a higher fence and refuses the old one', async () => {
        const ada = await planned(sampleTask('t1'));
        clock.advance(LEASE_MS - 1);
        await expect(store.acquire(ada.runId, 'bob', LEASE_MS)).rejects.toThrow(RunBusyError);
        clock.advance(1);
        const bob = await store.acquire(ada.runId, 'bob', LEASE_MS);
        expect(bob.fence).toBeGreaterThan(ada.fence);
        const claim = (await store.claimReady(bob))[0]!;
        await expect(store.claimReady(ada)).rejects.toThrow(LeaseLostError);
        await expect(store.saveResult(ada, sampleResult(claim))).rejects.toThrow(LeaseLostError);
        await expect(store.saveVerdict(ada, sampleVerdict(claim, true))).rejects.toThrow(LeaseLostError);
        await expect(store.savePlan(ada, samplePlan(ada.runId, []))).rejects.toThrow(LeaseLostError);
        await expect(store.finish(ada, { status: 'done' })).rejects.toThrow(LeaseLostError);
      });

      it('renews the lease of its holder', async () => {
        const lease = await planned(sampleTask('t1'));
        clock.advance(LEASE_MS - 1);
        await store.acquire(lease.runId, 'ada', LEASE_MS);
        clock.advance(LEASE_MS - 1);
        await expect(store.acquire(lease.runId, 'bob', LEASE_MS)).rejects.toThrow(RunBusyError);
      });

      it('renews with its fence, and never takes anew what was given back', async () => {
        const lease = await planned(sampleTask('t1'));
        expect(await store.acquire(lease.runId, 'ada', LEASE_MS, lease.fence)).toEqual(lease);
        await expect(store.acquire(lease.runId, 'bob', LEASE_MS, lease.fence)).rejects.toThrow(LeaseLostError);
        await store.finish(lease, { status: 'stopped' });
        await expect(store.acquire(lease.runId, 'ada', LEASE_MS, lease.fence)).rejects.toThrow(LeaseLostError);
        expect((await store.read(lease.runId)).run.status).toBe('stopped');
      });

      it('counts no crash when the holder gave the run back', async () => {
        const lease = await planned(sampleTask('t1'));
        await store.claimReady(lease);
        await store.finish(lease, { status: 'stopped' });
        const next = await store.acquire(lease.runId, 'bob', LEASE_MS);
        expect(await store.claimReady(next)).toMatchObject([{ attempt: 1 }]);
        expect(await taskOf(lease.runId, 't1')).toMatchObject({ attempts: 1, crashes: 0 });
      });

      it('gives an interrupted attempt to the new owner under its number, one crash more', async () => {
        const ada = await planned(sampleTask('t1'), sampleTask('t2'));
        const [, second] = await store.claimReady(ada);
        await store.saveResult(ada, sampleResult(second!));
        clock.advance(LEASE_MS);
        const bob = await store.acquire(ada.runId, 'bob', LEASE_MS);
        expect(await statuses(ada.runId)).toEqual({ t1: 'ready', t2: 'ready' });
        expect((await store.claimReady(bob)).map(({ taskId, attempt }) => [taskId, attempt])).toEqual([['t1', 1], ['t2', 1]]);
        expect(await taskOf(ada.runId, 't2')).toMatchObject({ attempts: 1, crashes: 1 });
        await store.saveResult(bob, sampleResult(second!, { summary: 'again' }));
        await store.saveVerdict(bob, sampleVerdict(second!, true));
        expect(await taskOf(ada.runId, 't2')).toMatchObject({ status: 'passed', result: { summary: 'again' } });
      });

      it('leaves judged tasks alone when the owner changes', async () => {
        const ada = await planned(sampleTask('t1'));
        await attempt(ada, true);
        clock.advance(LEASE_MS);
        await store.acquire(ada.runId, 'bob', LEASE_MS);
        expect(await taskOf(ada.runId, 't1')).toMatchObject({ status: 'passed', crashes: 0 });
      });

      it('asks a person about a task that ends one execution after the other, and skips it when optional', async () => {
        const lease = await planned(sampleTask('t1'), sampleTask('t2', { optional: true }), sampleTask('t3', { dependsOn: ['t2'] }));
        await store.claimReady(lease);
        for (let crash = 1; crash <= MAX_CRASHES; crash++) {
          clock.advance(LEASE_MS);
          const next = await store.acquire(lease.runId, `owner ${crash}`, LEASE_MS);
          if (crash < MAX_CRASHES) expect(await store.claimReady(next)).toHaveLength(2);
        }
        expect(await statuses(lease.runId)).toEqual({ t1: 'needsPerson', t2: 'skipped', t3: 'ready' });
        expect((await taskOf(lease.runId, 't1')).reason).toContain(String(MAX_CRASHES));
      });

      it('refuses to change a run with the lease of another', async () => {
        const one = await planned(sampleTask('t1'));
        const two = await planned(sampleTask('t1'));
        const claim = (await store.claimReady(two))[0]!;
        await expect(store.saveResult(one, sampleResult(claim))).rejects.toThrow(MixedRunsError);
        await expect(store.saveVerdict(one, sampleVerdict(claim, true))).rejects.toThrow(MixedRunsError);
      });
    });

    describe('plans and tasks', () => {
      it('keeps the first plan and readies what depends on nothing', async () => {
        const lease = await planned(sampleTask('t1'), sampleTask('t2', { dependsOn: ['t1'] }));
        const again = await store.savePlan(lease, samplePlan(lease.runId, [sampleTask('other')]));
        expect(again.run.status).toBe('running');
        expect(again.tasks.map(({ task, status }) => [task.id, status])).toEqual([['t1', 'ready'], ['t2', 'waiting']]);
      });

      it('hands every ready task out once', async () => {
        const lease = await planned(sampleTask('t1'), sampleTask('t2'));
        expect((await store.claimReady(lease)).map(({ taskId }) => taskId)).toEqual(['t1', 't2']);
        expect(await store.claimReady(lease)).toEqual([]);
      });

      it('releases a task when all it depends on has passed or was skipped', async () => {
        const lease = await planned(sampleTask('t1'), sampleTask('t2', { optional: true }), sampleTask('t3', { dependsOn: ['t1', 't2'] }));
        const [first, second] = await store.claimReady(lease);
        await store.saveResult(lease, sampleResult(first!));
        await store.saveVerdict(lease, sampleVerdict(first!, true));
        expect((await statuses(lease.runId)).t3).toBe('waiting');
        await store.saveResult(lease, sampleResult(second!, { status: 'blocked' }));
        await store.saveVerdict(lease, sampleVerdict(second!, false, { needsPerson: 'no access' }));
        expect(await statuses(lease.runId)).toEqual({ t1: 'passed', t2: 'skipped', t3: 'ready' });
      });

      it("sends refused work back with QA's findings and evidence, then asks a person", async () => {
        const lease = await planned(sampleTask('t1'));
        for (let number = 1; number <= MAX_ATTEMPTS; number++) {
          const claim = (await store.claimReady(lease))[0]!;
          expect(claim.attempt).toBe(number);
          expect(claim.feedback).toEqual(number === 1 ? undefined : ['write the file', 'a1 (fail): the file is empty']);
          await store.saveResult(lease, sampleResult(claim));
          await store.saveVerdict(lease, sampleVerdict(claim, false));
        }
        expect(await taskOf(lease.runId, 't1')).toMatchObject({ status: 'needsPerson', attempts: MAX_ATTEMPTS, reason: expect.stringContaining('write the file') });
        expect(await store.claimReady(lease)).toEqual([]);
      });

      it('gives an interrupted second attempt the same feedback again', async () => {
        const ada = await planned(sampleTask('t1'));
        await attempt(ada, false);
        const before = await store.claimReady(ada);
        clock.advance(LEASE_MS);
        expect(await store.claimReady(await store.acquire(ada.runId, 'bob', LEASE_MS))).toEqual(before);
      });

      it('asks a person at once when QA says so', async () => {
        const lease = await planned(sampleTask('t1'));
        await attempt(lease, false, { needsPerson: 'the check could not run' });
        expect(await taskOf(lease.runId, 't1')).toMatchObject({ status: 'needsPerson', reason: 'the check could not run' });
      });

      it('takes the same result and verdict twice without a change', async () => {
        const lease = await planned(sampleTask('t1'));
        const claim = (await store.claimReady(lease))[0]!;
        await store.saveResult(lease, sampleResult(claim));
        await store.saveResult(lease, sampleResult(claim, { summary: 'changed' }));
        await store.saveVerdict(lease, sampleVerdict(claim, false));
        const state = await store.read(lease.runId);
        await store.saveVerdict(lease, sampleVerdict(claim, true));
        await store.saveResult(lease, sampleResult(claim, { summary: 'late' }));
        expect(await store.read(lease.runId)).toEqual(state);
        expect(state.tasks[0]).toMatchObject({ status: 'ready', result: { summary: 'did t1' } });
      });

      it('refuses an attempt that is not the current one, early verdicts and unknown tasks', async () => {
        const lease = await planned(sampleTask('t1'));
        await attempt(lease, false);
        const claim = (await store.claimReady(lease))[0]!;
        for (const attempt of [claim.attempt - 1, claim.attempt + 1]) {
          await expect(store.saveResult(lease, sampleResult({ ...claim, attempt }))).rejects.toThrow(StaleAttemptError);
          await expect(store.saveVerdict(lease, sampleVerdict({ ...claim, attempt }, true))).rejects.toThrow(StaleAttemptError);
        }
        await expect(store.saveVerdict(lease, sampleVerdict(claim, true))).rejects.toThrow(NotDeliveredError);
        await expect(store.saveResult(lease, sampleResult({ ...claim, taskId: 'no' }))).rejects.toThrow(TaskNotFoundError);
        await expect(store.saveVerdict(lease, sampleVerdict({ ...claim, taskId: 'no' }, true))).rejects.toThrow(TaskNotFoundError);
      });
    });

    describe('ending', () => {
      it.each(['done', 'failed'] as const)('keeps a %s run as it ended', async (status) => {
        const lease = await planned(sampleTask('t1'));
        const error = { code: 'X', kind: 'user' as const, message: 'm', hint: 'h' };
        await store.finish(lease, { status, report: 'the report', error });
        const state = await store.read(lease.runId);
        expect(state.run).toMatchObject({ status, report: 'the report', error });
        await store.finish(lease, { status: 'failed', report: 'another' });
        expect(await store.read(lease.runId)).toEqual(state);
        await expect(store.acquire(lease.runId, 'bob', LEASE_MS)).rejects.toThrow(RunFinishedError);
        await expect(store.claimReady(lease)).rejects.toThrow(LeaseLostError);
      });

      it('gives the lease of a stopped run back, and lets the run go on', async () => {
        const lease = await planned(sampleTask('t1'));
        await store.claimReady(lease);
        await store.finish(lease, { status: 'stopped', error: { code: 'CANCELLED', kind: 'user', message: 'm', hint: 'h' } });
        const bob = await store.acquire(lease.runId, 'bob', LEASE_MS);
        const { run } = await store.read(lease.runId);
        expect(run.status).toBe('running');
        expect(run.error).toBeUndefined();
        expect(await store.claimReady(bob)).toMatchObject([{ taskId: 't1', attempt: 1 }]);
      });

      it('gives the lease of a waiting run back, and lets the run go on', async () => {
        const lease = await planned(sampleTask('t1'));
        await store.finish(lease, { status: 'waiting', report: 'so far' });
        const bob = await store.acquire(lease.runId, 'bob', LEASE_MS);
        await store.claimReady(bob);
        expect((await store.read(lease.runId)).run).toMatchObject({ status: 'running', report: 'so far' });
      });
    });
  });
}
