import { silentLogger } from '../../kernel';
import { type ApprovalStore, type ControlStore, type EventLog, MAX_RESTARTS_IN_VAIN, type RescueStore, type RunStore, SWEEP_TURN_MS, createBoard, createSweeper } from '../../runs';
import { openLocalRunFiles } from '../../workspace';
import { approvalsIn } from '../support/approvals';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';
import { temporaryFolder } from '../support/temporary-folder';

const ADA = { name: 'ada', tokenHash: '', addedAtMs: 0 };
const LEASE_MS = 20_000;
const DAY_MS = 24 * 60 * 60_000;
const GRACE_MS = 30_000;

export interface SweepStores {
  runs: RunStore;
  rescues: RescueStore;
  controls: ControlStore;
  events: EventLog;
  approvals: ApprovalStore;
}

/** What a sweep does for runs that wait for a person. `open` gives empty stores. */
export function sweepAnswersContract(name: string, open: (clock: FakeClock) => SweepStores): void {
  describe(`answers and the sweep: ${name}`, () => {
    function team() {
      const clock = fakeClock();
      const { approvals: store, ...stores } = open(clock);
      const { approvals, decisions, desk } = approvalsIn(store, { ...stores, files: openLocalRunFiles(temporaryFolder()) });
      const board = createBoard({ ...stores, desk, leaseMs: LEASE_MS });
      const sweeper = createSweeper({ ...stores, approvals, desk, clock, log: silentLogger });
      const swept = async () => {
        clock.advance(SWEEP_TURN_MS);
        return await sweeper.sweep();
      };
      const restarted = async () => (await swept()).restarts.map(({ run }) => run.id);
      /** A run whose task was refused for good; it is not yet marked as waiting. */
      const stuck = async (more: { error?: string } = {}) => {
        const { run } = await stores.runs.create(sampleRun({ workflowId: 'w1' }));
        const lease = await stores.runs.acquire(run.id, 'e1', LEASE_MS);
        await stores.runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1')]));
        const [claim] = await stores.runs.claimReady(lease);
        await stores.runs.saveResult(lease, sampleResult(claim!, more.error === undefined ? {} : { status: 'blocked', error: { code: more.error, kind: 'user', message: 'm', hint: 'h' } }));
        await stores.runs.saveVerdict(lease, sampleVerdict(claim!, false, { needsPerson: 'it cannot be checked' }));
        return run.id;
      };
      const waiting = async () => {
        const runId = await stuck();
        const { needsPerson } = await board.next([runId], 'e1');
        return { runId, asked: needsPerson![0]!.approval! };
      };
      const waitingCall = async () => {
        const runId = await stuck({ error: 'WAITS_FOR_APPROVAL' });
        const asked = (await approvals.ask({ action: { kind: 'toolCall', occasion: `${runId}/t1/1/1/tool/0`, runId, taskId: 't1', details: { tool: 'delete' } }, title: 'delete?', askedBy: 'the team' }))!;
        await board.next([runId], 'e1');
        return { runId, asked };
      };
      const decide = async ({ id, hash }: { id: string; hash: string }, decision: 'approve' | 'reject' = 'approve') => await decisions.decide({ id, hash, decision }, ADA);
      return { ...stores, clock, approvals, store, board, desk, swept, restarted, stuck, waiting, waitingCall, decide };
    }

    it('starts a waiting run whose decision started nothing, once, after half a minute', async () => {
      const { clock, waiting, decide, restarted, board } = team();
      const { runId, asked } = await waiting();
      clock.advance(DAY_MS);
      expect(await restarted()).toEqual([]);
      await decide(asked);
      expect(await restarted()).toEqual([]);
      clock.advance(GRACE_MS);
      expect(await restarted()).toEqual([runId]);
      expect(await restarted()).toEqual([]);
      expect((await board.next([runId], 'e2')).ready.map(({ attempt }) => attempt)).toEqual([2]);
      expect(await restarted()).toEqual([]);
    });

    it('starts a run that died between the question and the waiting, decided or not, and it asks the same once', async () => {
      const { clock, stuck, desk, runs, decide, restarted, board } = team();
      const [decided, undecided] = [await stuck(), await stuck()];
      const [[one], [other]] = [await desk.ask(await runs.read(decided)), await desk.ask(await runs.read(undecided))];
      await decide(one!);
      clock.advance(LEASE_MS);
      expect((await restarted()).sort()).toEqual([decided, undecided].sort());
      expect((await board.next([decided], 'e2')).ready).toHaveLength(1);
      expect((await board.next([undecided], 'e3')).needsPerson).toMatchObject([{ approval: { id: other!.id } }]);
    });

    it('goes on with a tool call that nobody decided in time, and ends a run whose task nobody decided about', async () => {
      const { clock, waiting, waitingCall, runs, restarted, board } = team();
      const [{ runId: task }, { runId: call }] = [await waiting(), await waitingCall()];
      clock.advance(7 * DAY_MS);
      expect(await restarted()).toEqual([call]);
      expect((await runs.read(task)).run).toMatchObject({ status: 'failed', error: { code: 'GIVEN_UP', message: expect.stringContaining('nobody decided in time') } });
      expect((await board.next([call], 'e2')).ready).toMatchObject([{ taskId: 't1', attempt: 1 }]);
    });

    it('ends a run whose no was written down and went no further', async () => {
      const { clock, waiting, decide, runs, restarted } = team();
      const { runId, asked } = await waiting();
      await decide(asked, 'reject');
      clock.advance(GRACE_MS);
      expect(await restarted()).toEqual([]);
      expect((await runs.read(runId)).run).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('ada said no') } });
    });

    it('leaves one alone that is paused, until that is lifted', async () => {
      const { clock, waiting, decide, controls, restarted } = team();
      const { runId, asked } = await waiting();
      await decide(asked);
      await controls.pause({ kind: 'run', name: runId });
      clock.advance(GRACE_MS);
      expect(await restarted()).toEqual([]);
      await controls.resume({ kind: 'run', name: runId });
      expect(await restarted()).toEqual([runId]);
    });

    it('gives up after five starts in vain, with a reason, and never starts it by itself again', async () => {
      const { clock, waiting, decide, restarted, swept } = team();
      const { runId, asked } = await waiting();
      await decide(asked);
      for (let restart = 1; restart <= MAX_RESTARTS_IN_VAIN; restart++) {
        clock.advance(60 * 60_000);
        expect(await restarted()).toEqual([runId]);
      }
      clock.advance(60 * 60_000);
      expect((await swept()).givenUp).toMatchObject([{ id: runId, status: 'waiting', error: { code: 'RESTARTED_IN_VAIN' } }]);
      clock.advance(60 * 60_000);
      expect(await swept()).toMatchObject({ restarts: [], givenUp: [] });
    });

    it('starts a run again whose board died after it had used the answer', async () => {
      const { clock, waiting, decide, restarted, desk, runs, store } = team();
      const { runId, asked } = await waiting();
      await decide(asked);
      await desk.settle(await runs.acquire(runId, 'e2', LEASE_MS));
      expect((await store.read(asked.id)).status).toBe('done');
      expect((await runs.read(runId)).run.status).toBe('waiting');
      clock.advance(LEASE_MS);
      expect(await restarted()).toEqual([runId]);
    });

    it('asks nothing else when a tool call is decided between the question and the waiting', async () => {
      const { stuck, approvals, board, desk, decide, runs } = team();
      const runId = await stuck({ error: 'WAITS_FOR_APPROVAL' });
      const asked = (await approvals.ask({ action: { kind: 'toolCall', occasion: `${runId}/t1/1/1/tool/0`, runId, taskId: 't1', details: { tool: 'delete' } }, title: 'delete?', askedBy: 'the team' }))!;
      await desk.settle(await runs.acquire(runId, 'e1', LEASE_MS));
      await decide(asked);
      expect(await desk.isWaitedFor(await desk.ask(await runs.read(runId)))).toBe(false);
      expect((await board.next([runId], 'e1')).ready).toMatchObject([{ taskId: 't1', attempt: 1 }]);
      expect(await approvals.list({ runId, limit: 10 })).toHaveLength(1);
    });
  });
}
