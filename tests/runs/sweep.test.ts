import { errorFacts, makeId, silentLogger } from '../../kernel';
import { createSweeper, MAX_RESTARTS_IN_VAIN, MAX_RESTARTS_PER_SWEEP, openSqliteControls, openSqliteEventLog, openSqliteRescueStore, openSqliteRunStore, RunPausedError, SWEEP_TURN_MS, WAITING_LOOKED_AT } from '../../runs';
import { openSqlite } from '../../storage';
import { openLocalRunFiles } from '../../workspace';
import { approvalsOver } from '../support/approvals';
import { fakeClock } from '../support/fake-clock';
import { samplePlan, sampleRun, sampleTask } from '../support/sample-runs';
import { temporaryFolder } from '../support/temporary-folder';

const LEASE_MS = 30_000;

function open() {
  const clock = fakeClock();
  const database = openSqlite(':memory:');
  const runs = openSqliteRunStore({ database, clock, makeId });
  const controls = openSqliteControls({ database, clock });
  const events = openSqliteEventLog({ database, clock });
  const { approvals, decisions, desk } = approvalsOver({ database, clock, runs, events, files: openLocalRunFiles(temporaryFolder()) });
  const sweeper = createSweeper({ rescues: openSqliteRescueStore({ database, clock }), controls, runs, approvals, desk, events, clock, log: silentLogger });
  const dead = async (more: { project?: string; role?: string } = {}) => {
    clock.advance(1);
    const { run } = await runs.create(sampleRun({ workflowId: 'w1', project: more.project }));
    const lease = await runs.acquire(run.id, 'ada', 1);
    await runs.savePlan(lease, samplePlan(run.id, [sampleTask('t1', { role: more.role ?? 'backend' })]));
    return lease;
  };
  /** A run whose plan waits for a person; `answered`: he has said yes, and nobody has heard it. */
  const waiting = async (answered = false) => {
    clock.advance(1);
    const { run } = await runs.create(sampleRun({ workflowId: 'w1' }));
    if (answered) {
      const { id, hash } = (await approvals.ask({ action: { kind: 'plan', occasion: run.id, runId: run.id, details: {} }, title: 'this plan?' }, { costUsd: 2, askAboveUsd: 1 }))!;
      await decisions.decide({ id, hash, decision: 'approve' }, { name: 'ada', tokenHash: '', addedAtMs: 0 });
    }
    await runs.finish(await runs.acquire(run.id, 'ada', LEASE_MS), { status: 'waiting' });
    return run.id;
  };
  const swept = async () => {
    clock.advance(SWEEP_TURN_MS);
    return (await sweeper.sweep()).restarts.map(({ run }) => run.id);
  };
  return { clock, runs, controls, events, sweeper, dead, waiting, swept };
}

it('starts what died, says so in its events, and not again right away', async () => {
  const { sweeper, events, clock, dead } = open();
  const { runId } = await dead();
  clock.advance(LEASE_MS);
  expect(await sweeper.sweep()).toMatchObject({ swept: true, restarts: [{ run: { id: runId, workflowId: 'w1' }, restarts: 1 }], givenUp: [] });
  expect(await events.after(runId, 0, 10)).toMatchObject([{ type: 'run.restarted', facts: { restarts: 1, was: 'running' } }]);
  expect(await sweeper.sweep()).toEqual({ swept: false, restarts: [], givenUp: [] });
  clock.advance(SWEEP_TURN_MS);
  expect(await sweeper.sweep()).toMatchObject({ swept: true, restarts: [] });
});

it('starts a bounded number at once, the oldest first, and the rest with the next sweep', async () => {
  const { dead, swept, clock } = open();
  const ids: string[] = [];
  for (let number = 0; number < MAX_RESTARTS_PER_SWEEP + 3; number++) ids.push((await dead()).runId);
  clock.advance(LEASE_MS);
  expect(await swept()).toEqual(ids.slice(0, MAX_RESTARTS_PER_SWEEP));
  expect(await swept()).toEqual(expect.arrayContaining(ids.slice(MAX_RESTARTS_PER_SWEEP)));
});

it('gives a run that is started in vain to a person, with an event', async () => {
  const { dead, swept, sweeper, clock, events } = open();
  const { runId } = await dead();
  for (let restart = 1; restart <= MAX_RESTARTS_IN_VAIN; restart++) {
    clock.advance(60 * 60_000);
    expect(await swept()).toEqual([runId]);
  }
  clock.advance(60 * 60_000);
  expect((await sweeper.sweep()).givenUp).toMatchObject([{ id: runId, status: 'waiting', error: { code: 'RESTARTED_IN_VAIN' } }]);
  expect((await events.after(runId, 0, 20)).at(-1)).toMatchObject({ type: 'run.finished', facts: { status: 'waiting' } });
});

it('leaves paused runs alone until the pause is lifted', async () => {
  const { dead, swept, controls, clock } = open();
  const [shop, blog] = [await dead({ project: 'shop' }), await dead({ project: 'blog' })];
  await controls.pause({ kind: 'project', name: 'shop' });
  clock.advance(LEASE_MS);
  expect(await swept()).toEqual([blog.runId]);
  await controls.resume({ kind: 'project', name: 'shop' });
  expect(await swept()).toContain(shop.runId);
});

it('starts a dead run though hundreds of older ones rest in a paused project', async () => {
  const { dead, swept, controls, clock } = open();
  for (let number = 0; number < 250; number++) await dead({ project: 'shop' });
  const last = await dead({ project: 'blog' });
  await controls.pause({ kind: 'project', name: 'shop' });
  clock.advance(LEASE_MS);
  expect(await swept()).toEqual([last.runId]);
});

it('comes to every answer though more runs wait than one sweep looks at, and begins with the oldest again', async () => {
  const { waiting, swept, clock } = open();
  const oldest = await waiting(true);
  for (let number = 2; number <= WAITING_LOOKED_AT; number++) await waiting();
  const newest = await waiting(true);
  clock.advance(60_000);
  expect(await swept()).toEqual([oldest]);
  expect(await swept()).toEqual([newest]);
  clock.advance(60_000);
  // Nobody has taken it up since it was started.
  expect(await swept()).toEqual([oldest]);
});

it('starts a run that rested because a role was paused, when that is lifted; the pause of a role keeps no other run down', async () => {
  const { dead, swept, controls, runs, clock } = open();
  const resting = await dead({ role: 'frontend' });
  const crashed = await dead({ role: 'frontend' });
  await controls.pause({ kind: 'role', name: 'frontend' });
  await runs.finish(resting, { status: 'stopped', error: errorFacts(new RunPausedError(resting.runId, 'the role "frontend"')) });
  clock.advance(LEASE_MS);
  expect(await swept()).toEqual([crashed.runId]);
  await controls.resume({ kind: 'role', name: 'frontend' });
  expect(await swept()).toContain(resting.runId);
});
