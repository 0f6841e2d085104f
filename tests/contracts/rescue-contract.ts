import { errorFacts } from '../../kernel';
import { HostShutdownError, type JournalStore, MAX_RESTARTS_IN_VAIN, type RescueStore, type RunStore } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleRun, sampleTask } from '../support/sample-runs';

const LEASE_MS = 30_000;

export interface RescueStores {
  runs: RunStore;
  journal: JournalStore;
  /** Two openings of the same store, as two processes have them. */
  rescues: [RescueStore, RescueStore];
}

/** What every RescueStore must do. `open` gives an empty store. */
export function rescueContract(name: string, open: (clock: FakeClock) => RescueStores): void {
  describe(`rescue store: ${name}`, () => {
    let clock: FakeClock;
    let stores: RescueStores;
    let rescue: RescueStore;
    beforeEach(() => {
      clock = fakeClock();
      stores = open(clock);
      rescue = stores.rescues[0];
    });

    async function running(owner = 'ada') {
      const { run } = await stores.runs.create(sampleRun({ workflowId: 'w1' }));
      const lease = await stores.runs.acquire(run.id, owner, LEASE_MS);
      await stores.runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1')]));
      return lease;
    }
    const kinds = async (...runIds: string[]) => await Promise.all(runIds.map(async (id) => (await rescue.rescue(id)).kind));

    it('gives the turn to sweep to one at a time, and to the next one when it is over', async () => {
      const asked = await Promise.all(Array.from({ length: 6 }, (_, index) => stores.rescues[index % 2]!.takeTurn(10_000)));
      expect(asked.filter(Boolean)).toHaveLength(1);
      clock.advance(9_999);
      expect(await rescue.takeTurn(10_000)).toBe(false);
      clock.advance(1);
      expect(await stores.rescues[1].takeTurn(10_000)).toBe(true);
    });

    it('finds a run whose holder is gone, and leaves one that is held', async () => {
      const lease = await running();
      clock.advance(LEASE_MS - 1);
      expect(await rescue.findDead(10)).toEqual([]);
      expect(await kinds(lease.runId)).toEqual(['left']);
      clock.advance(1);
      expect(await rescue.findDead(10)).toEqual([lease.runId]);
      expect(await rescue.rescue(lease.runId)).toMatchObject({ kind: 'restart', restarts: 1, run: { id: lease.runId, workflowId: 'w1' } });
    });

    it('finds a run that was created and never begun, after half a minute, and one that died while it was planned, at once', async () => {
      const { run } = await stores.runs.create(sampleRun({ workflowId: 'w1' }));
      expect(await rescue.findDead(10)).toEqual([]);
      clock.advance(30_000);
      const { run: planning } = await stores.runs.create(sampleRun({ workflowId: 'w1' }));
      await stores.runs.acquire(planning.id, 'ada', 1_000);
      clock.advance(1_000);
      expect(await rescue.findDead(10)).toEqual([run.id, planning.id]);
      expect(await rescue.findDead(1)).toEqual([run.id]);
      expect(await rescue.findDead(1, ({ id }) => id !== run.id)).toEqual([planning.id]);
    });

    it('starts what died, and lets others sweep, within seconds also when the clock is set back by an hour', async () => {
      const back = () => clock.advance(-60 * 60_000);
      const lease = await running();
      clock.advance(1);
      const { run: queued } = await stores.runs.create(sampleRun({ workflowId: 'w1' }));
      expect(await rescue.takeTurn(10_000)).toBe(true);
      back();
      expect(await rescue.takeTurn(10_000)).toBe(true);
      expect(await rescue.takeTurn(10_000)).toBe(false);
      expect(await rescue.findDead(10)).toEqual([lease.runId, queued.id]);
      expect(await kinds(lease.runId, queued.id)).toEqual(['restart', 'restart']);
      // Its rest after the restart is over as well.
      back();
      expect(await kinds(lease.runId)).toEqual(['restart']);
      expect(await kinds(lease.runId)).toEqual(['left']);
    });

    it('lets whoever lives keep his run when the clock is set back, and refuses the others', async () => {
      const lease = await running();
      clock.advance(-60 * 60_000);
      await stores.runs.acquire(lease.runId, 'ada', LEASE_MS, lease.fence);
      await expect(stores.runs.acquire(lease.runId, 'bob', LEASE_MS)).rejects.toMatchObject({ code: 'RUN_BUSY' });
      expect(await kinds(lease.runId)).toEqual(['left']);
      clock.advance(LEASE_MS);
      expect(await stores.runs.acquire(lease.runId, 'bob', LEASE_MS)).toMatchObject({ fence: lease.fence + 1 });
      await expect(stores.runs.claimReady(lease)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    });

    it('starts again what the shutdown of n8n stopped, and never what a person stopped', async () => {
      const [byShutdown, byPerson] = [await running(), await running()];
      await stores.runs.finish(byShutdown, { status: 'stopped', error: errorFacts(new HostShutdownError()) });
      await stores.runs.finish(byPerson, { status: 'stopped', error: { code: 'CANCELLED', kind: 'user', message: 'm', hint: 'h' } });
      clock.advance(LEASE_MS * 100);
      expect(await rescue.findDead(10)).toEqual([byShutdown.runId]);
      expect(await kinds(byShutdown.runId, byPerson.runId)).toEqual(['restart', 'left']);
    });

    it('leaves ended and waiting runs alone', async () => {
      const leases = [await running(), await running(), await running()];
      for (const [index, status] of (['done', 'failed', 'waiting'] as const).entries()) await stores.runs.finish(leases[index]!, { status });
      clock.advance(LEASE_MS * 100);
      expect(await rescue.findDead(10)).toEqual([]);
      expect(await kinds(...leases.map(({ runId }) => runId))).toEqual(['left', 'left', 'left']);
    });

    it('finds a waiting run whose holder died as he took it up again, and leaves it once it waits in order', async () => {
      const lease = await running();
      await stores.runs.finish(lease, { status: 'waiting' });
      const second = await stores.runs.acquire(lease.runId, 'bob', LEASE_MS);
      expect(await rescue.findDead(10)).toEqual([]);
      clock.advance(LEASE_MS);
      expect(await rescue.findDead(10)).toEqual([lease.runId]);
      await stores.runs.finish(second, { status: 'waiting' });
      expect(await rescue.findDead(10)).toEqual([]);
    });

    it('starts a waiting run with an answer once, not while it is held, nor one that waits with an error or no workflow carries', async () => {
      const [answered, held, failed] = [await running(), await running(), await running()];
      for (const lease of [answered, held]) await stores.runs.finish(lease, { status: 'waiting' });
      await stores.runs.finish(failed, { status: 'waiting', error: { code: 'STEP_CUT_TWICE', kind: 'user', message: 'm', hint: 'h' } });
      await stores.runs.acquire(held.runId, 'bob', LEASE_MS);
      const outcomes = await Promise.all([0, 1, 0, 1].map((index) => stores.rescues[index]!.goOn(answered.runId)));
      expect(outcomes.filter(({ kind }) => kind === 'restart')).toHaveLength(1);
      const { run } = await stores.runs.create(sampleRun());
      await stores.runs.finish(await stores.runs.acquire(run.id, 'ada', LEASE_MS), { status: 'waiting' });
      for (const id of [held.runId, failed.runId, run.id]) expect(await rescue.goOn(id)).toEqual({ kind: 'left' });
    });

    it('finds all that waits for an answer, oldest first and in pages, and not what waits with an error', async () => {
      const waiting = async (error?: { code: string; kind: 'user'; message: string; hint: string }) => {
        const lease = await running();
        await stores.runs.finish(lease, { status: 'waiting', error });
        return lease.runId;
      };
      const first = [await waiting(), await waiting(), await waiting()].sort();
      clock.advance(1);
      await waiting({ code: 'STEP_CUT_TWICE', kind: 'user', message: 'm', hint: 'h' });
      clock.advance(1);
      const last = await waiting();
      await running();
      const pages: string[][] = [];
      for (let page = await rescue.findWaiting(2); page.length > 0; page = await rescue.findWaiting(2, page.at(-1))) pages.push(page.map(({ id }) => id));
      expect(pages).toEqual([first.slice(0, 2), [first[2], last]]);
      expect((await rescue.findWaiting(500)).map(({ id }) => id)).toEqual([...first, last]);
    });

    it('tells one of several sweepers to start a run', async () => {
      const { runId } = await running();
      clock.advance(LEASE_MS);
      const outcomes = await Promise.all(Array.from({ length: 6 }, (_, index) => stores.rescues[index % 2]!.rescue(runId)));
      expect(outcomes.filter(({ kind }) => kind === 'restart')).toHaveLength(1);
    });

    it('waits longer after each restart in vain, then asks a person with a reason', async () => {
      const { runId } = await running();
      clock.advance(LEASE_MS);
      const waitsMs: number[] = [];
      for (let restart = 1; restart <= MAX_RESTARTS_IN_VAIN; restart++) {
        expect(await rescue.rescue(runId)).toMatchObject({ kind: 'restart', restarts: restart });
        waitsMs.push(await waitUntilDead(runId));
      }
      expect(waitsMs).toEqual([15_000, 15_000, 30_000, 60_000, 120_000]);
      expect(await rescue.rescue(runId)).toMatchObject({ kind: 'givenUp' });
      expect((await stores.runs.read(runId)).run).toMatchObject({ status: 'waiting', error: { code: 'RESTARTED_IN_VAIN', message: expect.stringContaining(String(MAX_RESTARTS_IN_VAIN)) } });
      expect(await rescue.findDead(10)).toEqual([]);
    });

    it('counts from one again when a step was finished in between', async () => {
      const { runId } = await running();
      for (let crash = 1; crash <= MAX_RESTARTS_IN_VAIN + 3; crash++) {
        clock.advance(LEASE_MS * 10);
        expect(await rescue.rescue(runId)).toMatchObject({ kind: 'restart', restarts: 1 });
        const lease = await stores.runs.acquire(runId, `owner ${crash}`, LEASE_MS);
        await stores.journal.begin(lease, `t1/1/${crash}`, 'h');
        await stores.journal.finish(lease, `t1/1/${crash}`, 'done');
      }
    });

    it('starts nothing that no workflow carries, and says so when nobody has worked on it for two minutes', async () => {
      const { run } = await stores.runs.create(sampleRun());
      const lease = await stores.runs.acquire(run.id, 'ada', LEASE_MS);
      await stores.runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1')]));
      clock.advance(LEASE_MS + 119_000);
      expect(await rescue.findDead(10)).toEqual([]);
      clock.advance(1_000);
      expect(await kinds(run.id)).toEqual(['abandoned']);
      expect((await stores.runs.read(run.id)).run).toMatchObject({ status: 'stopped', error: { code: 'RUN_ABANDONED' } });
      await stores.runs.acquire(run.id, 'bob', LEASE_MS);
      expect((await stores.runs.read(run.id)).run).toMatchObject({ status: 'running' });
    });

    /** @returns how long the run rests before it may be started again, to a second */
    async function waitUntilDead(runId: string): Promise<number> {
      for (let waitedMs = 0; ; waitedMs += 1_000) {
        if ((await rescue.findDead(10)).includes(runId)) return waitedMs;
        clock.advance(1_000);
      }
    }
  });
}
