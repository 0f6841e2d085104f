import { type ControlStore, RunFinishedError, RunNotFoundError, RunStoppedError, LeaseLostError, type RunStore } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask } from '../support/sample-runs';

const LEASE_MS = 30_000;
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

/** What every ControlStore must do. `open` gives an empty store. */
export function controlsContract(name: string, open: (clock: FakeClock) => { runs: RunStore; controls: ControlStore }): void {
  describe(`controls: ${name}`, () => {
    let clock: FakeClock;
    let runs: RunStore;
    let controls: ControlStore;
    beforeEach(() => {
      clock = fakeClock();
      ({ runs, controls } = open(clock));
    });

    async function running(project?: string) {
      const { run } = await runs.create(sampleRun({ project }));
      const lease = await runs.acquire(run.id, 'ada', LEASE_MS);
      await runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1')]));
      return lease;
    }

    it('pauses a run, a role, a project or all, and nothing else', async () => {
      const lease = await running('shop');
      const other = await running('blog');
      const at = async (role?: string) => (await controls.standing(lease, role)).kind;
      expect(await at()).toBe('going');
      await controls.pause({ kind: 'role', name: 'frontend' });
      await controls.pause({ kind: 'project', name: 'blog' });
      await controls.pause({ kind: 'run', name: 'another' });
      expect([await at('backend'), await at('frontend'), (await controls.standing(other)).kind]).toEqual(['going', 'paused', 'paused']);
      await controls.pause({ kind: 'run', name: lease.runId });
      expect(await controls.standing(lease)).toEqual({ kind: 'paused', scope: { kind: 'run', name: lease.runId } });
      expect(await controls.resume({ kind: 'run', name: lease.runId })).toBe(true);
      await controls.pause({ kind: 'all' });
      expect(await controls.standing(lease)).toEqual({ kind: 'paused', scope: { kind: 'all' } });
      expect([await controls.resume({ kind: 'all' }), await controls.resume({ kind: 'all' })]).toEqual([true, false]);
      expect(await at('backend')).toBe('going');
    });

    it('lists what is paused, oldest first, a second pause changing nothing', async () => {
      await controls.pause({ kind: 'all' });
      const sinceMs = clock.nowMs();
      clock.advance(1_000);
      await controls.pause({ kind: 'role', name: 'a:b' });
      await controls.pause({ kind: 'all' });
      expect(await controls.pauses()).toEqual([{ scope: { kind: 'all' }, sinceMs }, { scope: { kind: 'role', name: 'a:b' }, sinceMs: sinceMs + 1_000 }]);
    });

    it('forgets a pause after a year, that of a run with the run', async () => {
      await controls.pause({ kind: 'all' });
      await controls.pause({ kind: 'run', name: 'r' });
      clock.advance(YEAR_MS - 1);
      expect((await controls.pauses()).map(({ scope }) => scope)).toEqual([{ kind: 'all' }]);
      clock.advance(1);
      expect(await controls.pauses()).toEqual([]);
    });

    it('a stop takes the run from whoever has it, for good, and another execution may go on with it', async () => {
      const lease = await running();
      const [claim] = await runs.claimReady(lease);
      expect(await controls.stop(lease.runId)).toMatchObject({ id: lease.runId, status: 'stopped', error: { code: 'RUN_STOPPED' } });
      expect(await controls.standing(lease)).toEqual({ kind: 'stopped' });
      await expect(runs.saveResult(lease, sampleResult(claim!))).rejects.toThrow(LeaseLostError);
      await expect(runs.acquire(lease.runId, 'ada', LEASE_MS)).rejects.toThrow(RunStoppedError);
      await expect(runs.acquire(lease.runId, 'ada', LEASE_MS, lease.fence)).rejects.toThrow(RunStoppedError);
      const bob = await runs.acquire(lease.runId, 'bob', LEASE_MS);
      expect(await controls.standing(bob)).toEqual({ kind: 'going' });
      expect(await controls.standing(lease)).toEqual({ kind: 'stopped' });
      expect(await runs.claimReady(bob)).toMatchObject([{ taskId: 't1', attempt: 1 }]);
      expect((await runs.read(lease.runId)).tasks[0]).toMatchObject({ crashes: 0 });
    });

    it('keeps a run that was stopped while nobody had it from whoever stands in a queue for it, until a person resumes it', async () => {
      const { run } = await runs.create(sampleRun());
      await controls.stop(run.id);
      await expect(runs.acquire(run.id, 'queued', LEASE_MS)).rejects.toThrow(RunStoppedError);
      expect((await runs.read(run.id)).run.status).toBe('stopped');
      await controls.reopen(run.id);
      expect(await runs.acquire(run.id, 'queued', LEASE_MS)).toMatchObject({ fence: 1 });
      await controls.reopen(run.id);
      // The same when its holder has died, and a sweeper may have started it again.
      clock.advance(LEASE_MS);
      await controls.stop(run.id);
      await expect(runs.acquire(run.id, 'restarted', LEASE_MS)).rejects.toThrow(RunStoppedError);
      await controls.reopen(run.id);
      await expect(runs.acquire(run.id, 'queued', LEASE_MS)).rejects.toThrow(RunStoppedError);
      expect(await runs.acquire(run.id, 'restarted', LEASE_MS)).toMatchObject({ fence: 2 });
      await expect(controls.reopen('nobody')).rejects.toThrow(RunNotFoundError);
    });

    it('refuses the run to every execution that was stopped on it, also when others have had it since', async () => {
      const { runId } = await running();
      await controls.stop(runId);
      await runs.acquire(runId, 'bob', LEASE_MS);
      await controls.stop(runId);
      const carol = await runs.acquire(runId, 'carol', LEASE_MS);
      await runs.finish(carol, { status: 'waiting' });
      for (const owner of ['ada', 'bob']) await expect(runs.acquire(runId, owner, LEASE_MS)).rejects.toThrow(RunStoppedError);
      expect(await runs.acquire(runId, 'carol', LEASE_MS)).toMatchObject({ owner: 'carol' });
    });

    it('stops a run nobody holds, keeps an ended one as it ended, and knows no other', async () => {
      const { run } = await runs.create(sampleRun());
      expect(await controls.stop(run.id)).toMatchObject({ status: 'stopped' });
      await controls.reopen(run.id);
      const lease = await runs.acquire(run.id, 'ada', LEASE_MS);
      await runs.finish(lease, { status: 'done' });
      await expect(controls.stop(run.id)).rejects.toThrow(RunFinishedError);
      await expect(controls.stop('nobody')).rejects.toThrow(RunNotFoundError);
    });

    it('a stop by the holder counts only while he holds the run', async () => {
      const lease = await running();
      const error = { code: 'HOST_SHUTDOWN', kind: 'temporary' as const, message: 'm', hint: 'h' };
      clock.advance(LEASE_MS);
      const bob = await runs.acquire(lease.runId, 'bob', LEASE_MS);
      await expect(controls.stop(lease.runId, { error, lease })).rejects.toThrow(LeaseLostError);
      expect(await controls.stop(lease.runId, { error, lease: bob })).toMatchObject({ status: 'stopped', error });
    });

    it('tells a slow worker that another one has his run', async () => {
      const lease = await running();
      clock.advance(LEASE_MS);
      await runs.acquire(lease.runId, 'bob', LEASE_MS);
      expect(await controls.standing(lease)).toEqual({ kind: 'lost' });
      expect(await controls.standing({ ...lease, runId: 'nobody' })).toEqual({ kind: 'lost' });
    });
  });
}
