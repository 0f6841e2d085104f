import type { AgentTool } from '../../agents';
import { CancelledError } from '../../kernel';
import type { JournalStore } from '../../runs';
import { scriptedModel } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const CALL = { toolCalls: [{ id: 'c1', name: 'post', arguments: { text: 'hello' } }] };

/** A sink that honours keys, and the tool that reaches it. */
function sink(repeat?: AgentTool['repeat']) {
  const calls: string[] = [];
  const happened = new Set<string>();
  const tool: AgentTool = {
    name: 'post', description: 'posts', schema: { type: 'object', properties: {} }, local: true, ...(repeat && { repeat }),
    run: async (_, __, key) => {
      calls.push(key);
      happened.add(repeat === 'byKey' ? key : `call ${calls.length}`);
      return 'posted';
    },
  };
  return { tool, calls, happened };
}

/** The process dies between a tool's effect and its journal entry; nothing is written any more. */
function dyingAtTool(): JournalStore {
  let isDead = false;
  return {
    find: (runId, key) => team.journalStore.find(runId, key),
    begin: async (lease, key, hash, tries) => {
      if (isDead) throw new CancelledError();
      await team.journalStore.begin(lease, key, hash, tries);
    },
    finish: async (lease, key, output) => {
      isDead ||= key.includes('/tool/');
      if (isDead) throw new CancelledError();
      await team.journalStore.finish(lease, key, output);
    },
  };
}

async function crashInTool(tool: AgentTool, answers: Parameters<typeof scriptedModel>[0]) {
  team = openTestTeam(scriptedModel([{ json: planOf(task('t1')) }]));
  const { plan } = await team.agents.plan({ goal: 'Say hello' }, team.call());
  const [claim] = (await team.board.next([plan.runId], 'execution-1')).ready;
  const model = scriptedModel(answers);
  await expect(team.withModel(model, { journalStore: dyingAtTool() }).work({ task: claim! }, team.call({ tools: [tool] }))).rejects.toMatchObject({ code: 'CANCELLED' });
  team.clock.advance(31_000);
  const [again] = (await team.board.next([plan.runId], 'execution-2')).ready;
  return { agents: team.withModel(model), again: again!, call: team.call({ owner: 'execution-2', tools: [tool] }), runId: plan.runId };
}

it('an effect with an idempotency key happens once: the call is made again with the same key', async () => {
  const { tool, calls, happened } = sink('byKey');
  const { agents, again, call } = await crashInTool(tool, [CALL, { text: 'ready' }, { json: delivery(['t1.txt', 'hello']) }]);
  expect((await agents.work({ task: again }, call)).result).toMatchObject({ status: 'done' });
  expect(calls).toHaveLength(2);
  expect(new Set(calls).size).toBe(1);
  expect([...happened]).toHaveLength(1);
});

it('an effect without one is not made again by itself: a person is asked whether it has happened', async () => {
  const { tool, calls } = sink();
  const { agents, again, call, runId } = await crashInTool(tool, [CALL, { json: judgement({ a1: 'pass' }) }]);
  await expect(agents.work({ task: again }, call)).rejects.toMatchObject({ code: 'EFFECT_UNKNOWN' });
  expect((await agents.review(again, call)).verdict.needsPerson).toContain('nobody knows whether it has happened');
  expect((await team.board.next([runId], 'execution-2')).needsPerson).toMatchObject([{ taskId: 't1', reason: expect.stringContaining('t1/1/1/tool/0') }]);
  expect(calls).toHaveLength(1);
});

it('a tool whose author lets it be called twice is called again', async () => {
  const { tool, calls } = sink('freely');
  const { agents, again, call } = await crashInTool(tool, [CALL, { text: 'ready' }, { json: delivery(['t1.txt', 'hello']) }]);
  expect((await agents.work({ task: again }, call)).result).toMatchObject({ status: 'done' });
  expect(calls).toHaveLength(2);
});

it('a plan whose call n8n died in twice waits for a person, who may start it again', async () => {
  team = openTestTeam(scriptedModel([{ json: planOf(task('t1')) }]));
  const { run } = await team.runs.create({ goal: 'Say hello', limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null } });
  const lease = await team.runs.acquire(run.id, 'execution-1', 30_000);
  // As two processes leave it that die between the model's answer and its entry.
  const cutTwice: JournalStore = { ...team.journalStore, find: async () => ({ state: 'open', inputHash: 'h', tries: 2 }) };
  await expect(team.withModel(scriptedModel([]), { journalStore: cutTwice }).plan({ runId: run.id }, team.call({ owner: lease.owner }))).rejects.toMatchObject({ code: 'STEP_CUT_TWICE' });
  expect((await team.runs.read(run.id)).run).toMatchObject({ status: 'waiting', error: { code: 'STEP_CUT_TWICE' } });
  expect((await team.agents.plan({ runId: run.id }, team.call({ owner: 'execution-2' }))).plan.tasks).toHaveLength(1);
});

it('a tool call that a pause held back, and that was never made, is no unknown effect', async () => {
  const { tool, calls } = sink();
  team = openTestTeam(scriptedModel([{ json: planOf(task('t1')) }, CALL, { text: 'ready' }, { json: delivery(['t1.txt', 'hello']) }]));
  const { plan } = await team.agents.plan({ goal: 'Say hello' }, team.call());
  const [claim] = (await team.board.next([plan.runId], 'execution-1')).ready;
  const stop = new AbortController();
  let tellPaused = (): void => {};
  const paused = new Promise<void>((resolve) => (tellPaused = resolve));
  const asked = team.withModel({ complete: async (request, signal) => {
    const reply = await scriptedModel([CALL]).complete(request, signal);
    await team.controls.pause({ kind: 'all' });
    tellPaused();
    return reply;
  } }).work({ task: claim! }, team.call({ tools: [tool], signal: stop.signal })).catch((error: unknown) => error);
  await paused;
  await team.clock.advanceAndSettle(5_000);
  stop.abort();
  expect(await asked).toMatchObject({ code: 'CANCELLED' });
  expect(calls).toEqual([]);
  await team.controls.resume({ kind: 'all' });
  const [again] = (await team.board.next([plan.runId], 'execution-2')).ready;
  const next = team.withModel(scriptedModel([{ text: 'ready' }, { json: delivery(['t1.txt', 'hello']) }]));
  expect((await next.work({ task: again! }, team.call({ owner: 'execution-2', tools: [tool] }))).result).toMatchObject({ status: 'done' });
  expect(calls).toHaveLength(1);
});

it('an effect that a later attempt asks for again has the same key; one asked for twice within an attempt has two', async () => {
  team = openTestTeam(scriptedModel([{ json: planOf(task('t1')) }]));
  const { plan } = await team.agents.plan({ goal: 'Say hello' }, team.call());
  const { tool, calls } = sink('byKey');
  const answers = [CALL, CALL, { text: 'ready' }, { json: delivery(['t1.txt', 'hello']) }, { json: judgement({ a1: 'fail' }) }, CALL, { text: 'ready' }, { json: delivery(['t1.txt', 'hello']) }];
  const agents = team.withModel(scriptedModel(answers));
  const call = team.call({ tools: [tool] });
  const claimed = async () => (await team.board.next([plan.runId], call.owner)).ready[0]!;
  const first = await claimed();
  await agents.work({ task: first }, call);
  await agents.review(first, call);
  await agents.work({ task: await claimed() }, call);
  expect(calls).toEqual([calls[0], expect.not.stringMatching(`^${calls[0]}$`), calls[0]]);
});
