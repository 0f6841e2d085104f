import { silentLogger } from '../../../kernel';
import { type Approval, type BoardMove, type DecisionWish, GivenUpError, type PlanTask, createBoard, createSteering } from '../../../runs';
import { openLocalRunFiles } from '../../../workspace';
import { approvalsOver } from '../../support/approvals';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../../support/sample-runs';
import { sqliteRuns } from '../../support/sqlite-runs';
import { temporaryFolder } from '../../support/temporary-folder';

const ADA = { name: 'ada', tokenHash: '', addedAtMs: 0 };

/** A run whose task t1 delivered `hello.txt` three times in vain and waits for a person. */
async function stuckRun(...more: PlanTask[]) {
  return await stuckRunOf({}, ...more);
}

/** @param wanted who wants it done, as the run or its plan says */
async function stuckRunOf({ submittedBy, askedBy }: { submittedBy?: string; askedBy?: string }, ...more: PlanTask[]) {
  const stores = sqliteRuns();
  const files = openLocalRunFiles(temporaryFolder());
  const { desk, decisions, approvals, store } = approvalsOver({ ...stores, files });
  const board = createBoard({ ...stores, desk, leaseMs: 30_000 });
  const { run } = await stores.runs.create({ ...sampleRun(), submittedBy });
  await stores.runs.savePlan(await stores.runs.acquire(run.id, 'e1', 30_000), { ...samplePlan(run.id, [sampleTask('t1'), ...more]), askedBy });
  let move = await board.next([run.id], 'e1');
  for (; move.ready.length > 0; move = await board.next([run.id], 'e1')) await deliver(move, false);

  async function deliver({ ready }: BoardMove, passed: boolean): Promise<void> {
    const lease = await stores.runs.acquire(run.id, 'e1', 30_000);
    for (const claim of ready) {
      await stores.runs.saveResult(lease, sampleResult(claim, { artifacts: [{ path: 'hello.txt', content: `attempt ${claim.attempt}` }] }));
      await stores.runs.saveVerdict(lease, sampleVerdict(claim, passed));
    }
  }
  const decide = async (wish: Partial<DecisionWish> & Pick<DecisionWish, 'decision'>, approval?: Pick<Approval, 'id' | 'hash'>) => await decisions.decide({ ...(approval ?? move.needsPerson![0]!.approval!), ...wish }, ADA);
  const statusOf = async (taskId: string) => (await stores.runs.read(run.id)).tasks.find(({ task }) => task.id === taskId)?.status;
  return { ...stores, files, board, runId: run.id, move, deliver, decide, statusOf, approvals, store, desk, steering: createSteering({ ...stores, approvals, desk, log: silentLogger }) };
}

it('asks a person about a task the team cannot finish, with what was found and delivered', async () => {
  const { move, approvals, runId } = await stuckRun();
  const { id } = move.needsPerson![0]!.approval!;
  const { action, title } = await approvals.read(id);
  expect(title).toBe('Task t1 "Task t1" needs a person');
  expect(action).toMatchObject({ kind: 'task', runId, taskId: 't1', details: { findings: ['write the file'], files: ['hello.txt'], then: 'retry' } });
});

it('keeps no file that a person accepted when another execution has taken the run meanwhile', async () => {
  const { clock, runs, files, runId, decide, desk } = await stuckRun();
  await decide({ decision: 'approve', edited: { then: 'accept' } });
  const late = await runs.acquire(runId, 'e2', 30_000);
  clock.advance(30_000);
  await runs.acquire(runId, 'e3', 30_000);
  await expect(desk.settle(late)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(await files.list(runId)).toEqual([]);
  // The one that has it does what was decided.
  await desk.settle(await runs.acquire(runId, 'e3', 30_000));
  expect((await files.list(runId)).map(({ path }) => path)).toEqual(['hello.txt']);
});

it('asks again about a task whose run was stopped while it waited and is started again', async () => {
  const { board, runId, move, steering, store, runs } = await stuckRun();
  const { id } = move.needsPerson![0]!.approval!;
  expect((await steering.stop({ kind: 'role', name: 'backend' })).map((run) => run.id)).toEqual([runId]);
  expect([(await store.read(id)).status, (await runs.read(runId)).run.status]).toEqual(['withdrawn', 'stopped']);
  await steering.resume({ kind: 'run', name: runId });
  expect((await board.next([runId], 'e2')).needsPerson).toMatchObject([{ taskId: 't1', approval: { id } }]);
  expect([(await store.read(id)).status, (await runs.read(runId)).run.status]).toEqual(['open', 'waiting']);
});

describe.each([['over HTTP', { submittedBy: 'Ada' }], ['by a node', { askedBy: 'ADA ' }], ['over HTTP, with another name in the node', { submittedBy: 'ada', askedBy: 'carol' }]])('a task of a run that ada submitted %s', (_, wanted) => {
  it.each([undefined, 'retry', 'accept', 'skip'] as const)('is not decided by her (%s)', async (then) => {
    const { decide, statusOf, runs, runId } = await stuckRunOf(wanted);
    await expect(decide({ decision: 'approve', ...(then && { edited: { then } }) })).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
    expect(await statusOf('t1')).toBe('needsPerson');
    expect((await runs.read(runId)).run.status).toBe('waiting');
  });
});

it('waits on while nobody has decided, however often the pipeline is started', async () => {
  const { board, runId, move, runs } = await stuckRun();
  const again = await board.next([runId], 'e2');
  expect(again.needsPerson![0]!.approval).toEqual(move.needsPerson![0]!.approval);
  expect((await runs.read(runId)).run.status).toBe('waiting');
});

it('tries the task again with the hint of the person, and goes on', async () => {
  const { board, runId, decide, deliver, statusOf, store } = await stuckRun(sampleTask('t2', { dependsOn: ['t1'] }));
  const decided = await decide({ decision: 'approve', edited: { then: 'retry', hint: 'Say it in French' } });
  const again = await board.next([runId], 'e1');
  expect(again.ready.map(({ taskId, attempt }) => `${taskId}#${attempt}`)).toEqual(['t1#4']);
  expect(again.ready[0]!.feedback).toEqual(expect.arrayContaining(['A person (ada) says: Say it in French', 'write the file']));
  expect((await store.read(decided.id)).status).toBe('done');
  await deliver(again, true);
  expect((await board.next([runId], 'e1')).ready.map(({ taskId }) => taskId)).toEqual(['t2']);
  expect(await statusOf('t1')).toBe('passed');
});

it('asks anew when the next attempt fails as well', async () => {
  const { board, runId, decide, deliver, move } = await stuckRun();
  await decide({ decision: 'approve' });
  await deliver(await board.next([runId], 'e1'), false);
  const stuck = await board.next([runId], 'e1');
  expect(stuck.needsPerson![0]!.approval!.id).not.toBe(move.needsPerson![0]!.approval!.id);
});

it('accepts what was delivered as it is: its files count, and what waits for it goes on', async () => {
  const { board, runId, decide, statusOf, files } = await stuckRun(sampleTask('t2', { dependsOn: ['t1'] }));
  await decide({ decision: 'approve', edited: { then: 'accept' }, reason: 'good enough' });
  expect((await board.next([runId], 'e2')).ready.map(({ taskId }) => taskId)).toEqual(['t2']);
  expect(await statusOf('t1')).toBe('passed');
  expect(String(await files.read(runId, 'hello.txt'))).toBe('attempt 3');
});

it('goes on without the task when the person says so', async () => {
  const { board, runId, decide } = await stuckRun();
  await decide({ decision: 'approve', edited: { then: 'skip' } });
  expect((await board.next([runId], 'e2')).done).toMatchObject({ skipped: ['t1'], results: [] });
});

it('gives the run up when the person rejects while others still work on it', async () => {
  const { board, runId, decide, runs } = await stuckRun();
  await decide({ decision: 'reject', reason: 'not worth it' });
  await expect(board.next([runId], 'e2')).rejects.toThrow(GivenUpError);
  expect((await runs.read(runId)).run).toMatchObject({ status: 'failed', error: { code: 'GIVEN_UP', message: 'Task t1 "Task t1" was given up: ada said no: not worth it.' } });
});

it.each([
  [{ then: 'delete everything' }, 'then'],
  [{ then: 'retry', hint: 'x', alsoDo: 'rm' }, 'alsoDo'],
  ['retry', 'expected object'],
])('refuses the edit %j and leaves the question open', async (edited, message) => {
  const { decide, move, approvals } = await stuckRun();
  await expect(decide({ decision: 'approve', edited })).rejects.toThrow(message);
  expect((await approvals.read(move.needsPerson![0]!.approval!.id)).status).toBe('open');
});

it('does what was decided once, though the process died between the decision and the deed', async () => {
  const { board, runId, decide, runs, store } = await stuckRun();
  const { id, hash } = await decide({ decision: 'approve' });
  // Claimed, then dead: the next execution of the same run takes it up.
  await store.claim({ id, hash, executor: `run ${runId}` });
  const again = await board.next([runId], 'e2');
  expect(again.ready.map(({ taskId, attempt }) => `${taskId}#${attempt}`)).toEqual(['t1#4']);
  expect((await store.read(id)).status).toBe('done');
  const lease = await runs.acquire(runId, 'e2', 30_000);
  await runs.saveResult(lease, sampleResult(again.ready[0]!));
  await runs.saveVerdict(lease, sampleVerdict(again.ready[0]!, false));
  expect((await board.next([runId], 'e2')).ready).toEqual([]);
});

it('loses no decision that comes between the question and the waiting', async () => {
  const stores = sqliteRuns();
  const { desk, decisions } = approvalsOver({ ...stores, files: openLocalRunFiles(temporaryFolder()) });
  const { run } = await stores.runs.create(sampleRun());
  const lease = await stores.runs.acquire(run.id, 'e1', 30_000);
  await stores.runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1')]));
  const [claim] = await stores.runs.claimReady(lease);
  await stores.runs.saveResult(lease, sampleResult(claim!));
  await stores.runs.saveVerdict(lease, sampleVerdict(claim!, false, { needsPerson: 'a required check could not run' }));
  // Decided at the very moment the run is marked as waiting, when nobody would start it again.
  const finish: typeof stores.runs.finish = async (held, outcome) => {
    const asked = await desk.ask(await stores.runs.read(run.id));
    for (const { id, hash, status } of asked) if (status === 'open') await decisions.decide({ id, hash, decision: 'approve' }, ADA);
    await stores.runs.finish(held, outcome);
  };
  const board = createBoard({ runs: { ...stores.runs, finish }, events: stores.events, desk, leaseMs: 30_000 });
  const move = await board.next([run.id], 'e1');
  expect(move.ready.map(({ taskId, attempt }) => `${taskId}#${attempt}`)).toEqual(['t1#2']);
});
