import type { AgentTool } from '../../agents';
import { CancelledError } from '../../kernel';
import { type ModelRequest, ProviderDownError } from '../../router';
import { MAX_CRASHES, type JournalStore } from '../../runs';
import { answeringModel, type ScriptedReply } from '../support/scripted-model';
import { samplePlan, sampleRun, sampleTask } from '../support/sample-runs';
import { delivery, judgement } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

const ADA = { name: 'ada', tokenHash: '', addedAtMs: 0 };
const FINDING = 'the heading is missing';
let team: TestTeam;
afterEach(() => team?.close());

type Work = (request: ModelRequest, attempt: number) => string | ScriptedReply;

const delivers: Work = () => ({ json: delivery(['t1.txt', 'first try']) });
const isAway = (): never => {
  throw new ProviderDownError('The model server is away.', { hint: 'Start it.' });
};
/** Calls the tool once, then delivers. */
const callsOnce = (name: string): Work => (request, attempt) => {
  if (request.tools?.length && !request.messages.some(({ role }) => role === 'tool')) return { text: '', toolCalls: [{ id: 'c', name, arguments: {} }] };
  return request.schema ? delivers(request, attempt) : 'ready';
};
const tool = (more: Partial<AgentTool> = {}): AgentTool => ({ name: 'look', description: 'Looks', schema: { type: 'object' }, local: true, run: async () => 'seen', ...more });

/** A run of one task, on which QA refuses attempt 1 with a finding and lets the others pass. */
async function oneTask(work: Work, { tools = [] as AgentTool[], passesFrom = 2 } = {}) {
  let attempt = 0;
  const asked: string[] = [];
  const model = answeringModel((request) => {
    const passes = attempt >= passesFrom;
    if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: passes ? 'pass' : 'fail' }, passes ? [] : [FINDING]) };
    asked.push(JSON.stringify(request.messages));
    return work(request, attempt);
  });
  team = openTestTeam(model);
  const { run } = await team.runs.create(sampleRun());
  await team.runs.savePlan(await team.runs.acquire(run.id, 'execution-1', 30_000), samplePlan(run.id, [sampleTask('t1')]));
  const wave = async (owner = 'execution-1', agents = team.agents) => {
    const move = await team.board.next([run.id], owner);
    for (const claim of move.ready) {
      attempt = claim.attempt;
      await withTime(agents.work({ task: claim }, team.call({ owner, tools })));
      await agents.review(claim, team.call({ owner })).catch(() => {});
    }
    return move;
  };
  return { runId: run.id, wave, asked, model };
}

/** Time passes while it works, as far as it waits for that. */
async function withTime(work: Promise<unknown>): Promise<void> {
  let isOver = false;
  void work.catch(() => {}).finally(() => (isOver = true));
  while (!isOver) await team.clock.advanceAndSettle(100);
}

const taskOf = async (runId: string) => (await team.runs.read(runId)).tasks[0]!;

describe('what QA refused', () => {
  it('is told to the next attempt that works, with its files, though a technical fault lay between', async () => {
    const { runId, wave, asked } = await oneTask((request, attempt) => (attempt === 2 ? isAway() : delivers(request, attempt)));
    await wave();
    await wave();
    expect(await taskOf(runId)).toMatchObject({ status: 'ready', attempts: 2, faults: 1 });
    const [claim] = (await wave()).ready;
    expect(claim!.feedback?.join()).toContain(FINDING);
    for (const told of ['QA refused attempt 1', FINDING, 'first try']) expect(asked.at(-1)).toContain(told);
    expect(asked.at(-1)).not.toContain('away');
    expect(await taskOf(runId)).toMatchObject({ status: 'passed', attempts: 3 });
  expect((await wave()).done).toBeDefined();
  expect((await team.agents.report(runId, team.call())).report).toContain('passed · 3 attempts (1 ended by a technical fault)');
  });

  it('is told in the same words when the item of the attempt was lost on its way and goes on from its journal', async () => {
    const { runId, wave, asked, model } = await oneTask(callsOnce('look'), { tools: [tool()] });
    await wave();
    const losing: JournalStore = {
      ...team.journalStore,
      finish: async (lease, key, output) => {
        if (key === 't1/2/2') throw new CancelledError();
        await team.journalStore.finish(lease, key, output);
      },
    };
    await wave('execution-1', team.withModel(model, { journalStore: losing }));
    expect(await taskOf(runId)).toMatchObject({ status: 'running', attempts: 2 });
    await wave();
    expect(await taskOf(runId)).toMatchObject({ status: 'passed', attempts: 2, faults: 0 });
    expect(asked.at(-1)).toContain(FINDING);
  });

  it('is told in the same words when a tool call of the second attempt has waited for a person', async () => {
    let calls = 0;
    const gated = tool({ name: 'send', needsPerson: true, run: async () => `sent ${++calls}` });
    // The first attempt delivers without it.
    const { runId, wave } = await oneTask((request, attempt) => (attempt === 1 ? (request.schema ? delivers(request, attempt) : 'ready') : callsOnce('send')(request, attempt)), { tools: [gated] });
    await wave();
    await wave();
    const asked = (await wave()).needsPerson![0]!.approval!;
    await team.decisions.decide({ ...asked, decision: 'approve' }, ADA);
    await wave('execution-2');
    expect(await taskOf(runId)).toMatchObject({ status: 'passed', attempts: 2 });
    expect(calls).toBe(1);
  });

  it('is told with what the person says who lets the task be tried again after nothing but faults', async () => {
    const { wave, asked, runId } = await oneTask((request, attempt) => (attempt > 1 && attempt <= MAX_CRASHES + 1 ? isAway() : delivers(request, attempt)));
    for (let waves = 1; waves <= MAX_CRASHES + 1; waves++) await wave();
    const question = (await wave()).needsPerson![0]!;
    expect(question.reason).toBe(`${MAX_CRASHES} attempts ended by a technical fault. Last: The attempt was stopped: The model server is away.`);
    await team.decisions.decide({ ...question.approval!, decision: 'approve', reason: 'it is up again' }, ADA);
    await wave('execution-2');
    for (const told of ['it is up again', FINDING, 'first try']) expect(asked.at(-1)).toContain(told);
    expect(asked.at(-1)).not.toContain('away');
    expect((await taskOf(runId)).status).toBe('passed');
  });
});

it('asks a person about a task that is cut off each time after its tool call was approved', async () => {
  const { runId, wave, model } = await oneTask(callsOnce('send'), { passesFrom: 1, tools: [tool({ name: 'send', needsPerson: true })] });
  await wave();
  const asked = (await wave()).needsPerson![0]!.approval!;
  await team.decisions.decide({ ...asked, decision: 'approve' }, ADA);
  const dying: JournalStore = {
    ...team.journalStore,
    finish: async (lease, key, output) => {
      if (key.includes('/tool/')) throw new CancelledError();
      await team.journalStore.finish(lease, key, output);
    },
  };
  const agents = team.withModel(model, { journalStore: dying });
  for (let cuts = 1; cuts <= MAX_CRASHES; cuts++) expect((await wave('execution-2', agents)).ready).toHaveLength(1);
  expect((await wave('execution-2', agents)).needsPerson).toMatchObject([{ taskId: 't1', reason: expect.stringContaining(`Cut off ${MAX_CRASHES} times`) }]);
  expect((await team.runs.read(runId)).run.status).toBe('waiting');
});

it('outlives a model server that is away for minutes: it is asked less and less often before a person is', async () => {
  let awayUntilMs = 0;
  const { runId, wave } = await oneTask((request, attempt) => (team.clock.nowMs() < awayUntilMs ? isAway() : delivers(request, attempt)), { passesFrom: 1 });
  awayUntilMs = team.clock.nowMs() + 3 * 60_000;
  while ((await wave()).ready.length > 0);
  const { status, faults } = await taskOf(runId);
  // Asked every second it would be a person's after ten faults. Time goes on while files are read as well, so that some rests are longer than they had to be.
  expect(status).toBe('passed');
  expect(faults).toBeGreaterThanOrEqual(3);
  expect(team.clock.nowMs() - awayUntilMs).toBeLessThan(90_000);
  expect(team.said).toContainEqual(expect.stringMatching(/^Backend: t1 rests for (32|60) s\. The attempt was stopped: The model server is away\.$/));
});

it('outlives a model that is away for QA alone, and does no finished work again', async () => {
  const { runId, wave, asked, model } = await oneTask(delivers, { passesFrom: 1 });
  const awayUntilMs = team.clock.nowMs() + 40_000;
  const agents = team.withModel(answeringModel((request, signal) => (request.schema?.name === 'aios_verdict' && team.clock.nowMs() < awayUntilMs ? isAway() : (model.complete(request, signal) as never))));
  while ((await wave('execution-1', agents)).ready.length > 0);
  expect(await taskOf(runId)).toMatchObject({ status: 'passed', attempts: 1, faults: 0 });
  expect(asked).toHaveLength(1);
});

it('ends the rest after a fault when a person stops the run', async () => {
  const { runId, wave } = await oneTask(isAway);
  for (let waves = 1; waves <= 8; waves++) await wave();
  const [claim] = (await team.board.next([runId], 'execution-1')).ready;
  const ended = expect(team.agents.work({ task: claim! }, team.call())).rejects.toMatchObject({ code: 'RUN_STOPPED' });
  await team.clock.advanceAndSettle(1_000);
  await team.steering.stop({ kind: 'run', name: runId });
  await withTime(ended);
  await ended;
});
