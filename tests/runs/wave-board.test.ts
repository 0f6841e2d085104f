import { InvalidInputError } from '../../kernel';
import { type BoardMove, createBoard, MAX_CRASHES, MixedRunsError, type PlanTask, RunBusyError, RunFinishedError, RunNotFoundError } from '../../runs';
import { openLocalRunFiles } from '../../workspace';
import { approvalsOver } from '../support/approvals';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';
import { sqliteRuns } from '../support/sqlite-runs';
import { temporaryFolder } from '../support/temporary-folder';

const LEASE_MS = 30_000;

function boardOver() {
  const stores = sqliteRuns();
  const desk = approvalsOver({ ...stores, files: openLocalRunFiles(temporaryFolder()) }).desk;
  const board = createBoard({ ...stores, desk, leaseMs: LEASE_MS });
  async function planned(...tasks: PlanTask[]): Promise<string> {
    const { run } = await stores.runs.create(sampleRun());
    await stores.runs.savePlan(await stores.runs.acquire(run.id, 'e1', LEASE_MS), samplePlan(run.id, tasks));
    return run.id;
  }
  /** The wave comes back: each task with the verdict given for its id; a task without one failed on the way. */
  async function bringBack(move: BoardMove, verdicts: Record<string, boolean>): Promise<void> {
    const lease = await stores.runs.acquire(move.run.id, 'e1', LEASE_MS);
    for (const claim of move.ready.filter(({ taskId }) => taskId in verdicts)) {
      await stores.runs.saveResult(lease, sampleResult(claim));
      await stores.runs.saveVerdict(lease, sampleVerdict(claim, verdicts[claim.taskId]!));
    }
  }
  const eventTypes = async (runId: string) => (await stores.events.after(runId, 0, 1_000)).map(({ type, taskId }) => [type, taskId].join(' ').trim());
  return { ...stores, board, planned, bringBack, eventTypes };
}
const idsOf = (move: BoardMove) => move.ready.map(({ taskId, attempt }) => `${taskId}#${attempt}`);

it('releases tasks wave by wave and ends with all results', async () => {
  const { board, planned, bringBack, eventTypes } = boardOver();
  const runId = await planned(sampleTask('t1'), sampleTask('t2'), sampleTask('t3', { dependsOn: ['t1', 't2'] }));
  const first = await board.next([runId], 'e1');
  expect(idsOf(first)).toEqual(['t1#1', 't2#1']);
  await bringBack(first, { t1: true, t2: false });

  const second = await board.next([runId, runId], 'e1');
  expect(idsOf(second)).toEqual(['t2#2']);
  expect(second.ready[0]!.feedback).toContain('write the file');
  await bringBack(second, { t2: true });

  const third = await board.next([runId], 'e1');
  await bringBack(third, { t3: true });
  const end = await board.next([runId], 'e1');
  expect(end).toMatchObject({ ready: [], run: { status: 'running' } });
  expect(end.done!.results.map(({ taskId, attempt }) => `${taskId}#${attempt}`)).toEqual(['t1#1', 't2#2', 't3#1']);
  expect(end.done!.verdicts.every(({ passed }) => passed)).toBe(true);
  expect(end.done!.skipped).toEqual([]);
  expect(end.needsPerson).toBeUndefined();
  expect(await eventTypes(runId)).toEqual(['task.started t1', 'task.started t2', 'task.started t2', 'task.started t3']);
});

it('tries a task again whose item failed, and asks a person in the end; the rest goes on', async () => {
  const { board, planned, bringBack, runs, eventTypes } = boardOver();
  const runId = await planned(sampleTask('t1'), sampleTask('t2'), sampleTask('t3', { dependsOn: ['t1'] }), sampleTask('t4', { dependsOn: ['t2'] }));
  const seen: string[][] = [];
  let move = await board.next([runId], 'e1');
  while (move.ready.length > 0) {
    seen.push(idsOf(move));
    await bringBack(move, { t2: true, t4: true });
    move = await board.next([runId], 'e1');
  }
  // The same attempt: nobody has judged it, and what it has done is in the journal.
  expect(seen).toEqual([['t1#1', 't2#1'], ['t1#1', 't4#1'], ...Array.from({ length: MAX_CRASHES - 2 }, () => ['t1#1'])]);
  expect(move.needsPerson).toMatchObject([{ taskId: 't1', title: 'Task t1', reason: expect.stringMatching(/^Cut off 10 times\. Last: Attempt 1 came back without a result/), approval: { title: 'Task t1 "Task t1" needs a person' } }]);
  expect(move.done).toBeUndefined();
  expect((await runs.read(runId)).run.status).toBe('waiting');
  expect(move.run.status).toBe('waiting');
  expect((await eventTypes(runId)).slice(-4)).toEqual(['task.failed t1', 'task.needsPerson t1', 'approval.asked t1', 'run.finished']);
});

it('says when QA was left out', async () => {
  const { board, planned, runs } = boardOver();
  const runId = await planned(sampleTask('t1'));
  let move = await board.next([runId], 'e1');
  for (; move.ready.length > 0; move = await board.next([runId], 'e1')) await runs.saveResult(await runs.acquire(runId, 'e1', LEASE_MS), sampleResult(move.ready[0]!));
  expect(move.needsPerson![0]!.reason).toContain('without a verdict');
});

it('finishes without an optional task that failed', async () => {
  const { board, planned, bringBack, eventTypes } = boardOver();
  const runId = await planned(sampleTask('t1', { optional: true }), sampleTask('t2'), sampleTask('t3', { dependsOn: ['t1'] }));
  let move = await board.next([runId], 'e1');
  for (; move.ready.length > 0; move = await board.next([runId], 'e1')) await bringBack(move, { t2: true, t3: true });
  expect(move.done).toMatchObject({ skipped: ['t1'], results: [{ taskId: 't2' }, { taskId: 't3' }] });
  expect(await eventTypes(runId)).toContain('task.skipped t1');
});

it('goes on after a crash with the same attempts', async () => {
  const { board, planned, clock } = boardOver();
  const runId = await planned(sampleTask('t1'), sampleTask('t2'));
  await board.next([runId], 'e1');
  await expect(board.next([runId], 'e2')).rejects.toThrow(RunBusyError);
  clock.advance(LEASE_MS);
  expect(idsOf(await board.next([runId], 'e2'))).toEqual(['t1#1', 't2#1']);
});

it('refuses mixed runs, no run, an unknown run, a run without plan and an ended one', async () => {
  const { board, runs } = boardOver();
  const { run } = await runs.create(sampleRun());
  await expect(board.next(['a', 'b', 'a'], 'e1')).rejects.toThrow(MixedRunsError);
  await expect(board.next([], 'e1')).rejects.toThrow(InvalidInputError);
  await expect(board.next([''], 'e1')).rejects.toThrow(InvalidInputError);
  await expect(board.next(['nobody'], 'e1')).rejects.toThrow(RunNotFoundError);
  await expect(board.next([run.id], 'e1')).rejects.toThrow(InvalidInputError);
  await runs.finish(await runs.acquire(run.id, 'e1', LEASE_MS), { status: 'failed' });
  await expect(board.next([run.id], 'e1')).rejects.toThrow(RunFinishedError);
});
