import { HOLD_PAUSED_MS } from '../../agents/controlled-call';
import { answeringModel, scriptedModel, type ScriptedReply } from '../support/scripted-model';
import { delivery } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const WORK = { goal: 'Say hello', role: 'code' } as const;
const ANSWER = { json: delivery(['hello.py', 'print("hello")']) };

/** A model that answers when it is told to, and counts the calls that were cut. */
function slowModel() {
  const calls: Array<(reply: ScriptedReply) => void> = [];
  const waiting: Array<{ times: number; resolve(): void }> = [];
  let cut = 0;
  const model = answeringModel((_, signal) =>
    new Promise<ScriptedReply>((resolve, reject) => {
      calls.push(resolve);
      for (const { resolve: tell } of waiting.filter(({ times }) => calls.length >= times)) tell();
      signal.addEventListener('abort', () => {
        cut += 1;
        reject(new DOMException('cut', 'AbortError'));
      });
    }));
  // The work reads role files from the disk first: turns of the event loop say nothing about how long a busy disk takes.
  const asked = async (times: number): Promise<void> => {
    if (calls.length < times) await new Promise<void>((resolve) => waiting.push({ times, resolve }));
    expect(calls).toHaveLength(times);
  };
  return { model, calls, asked, cut: () => cut, answer: () => calls.at(-1)!(ANSWER) };
}

async function working() {
  const slow = slowModel();
  team = openTestTeam(slow.model);
  const outcome = team.agents.work(WORK, team.call()).then((done) => ({ ...done, failed: undefined }), (failed: unknown) => ({ failed, result: undefined }));
  await slow.asked(1);
  const [run] = await team.runs.list({ limit: 1 });
  return { ...slow, outcome, runId: run!.id };
}

describe('a stop by a person', () => {
  it('cuts the call under way within a second and keeps the execution from going on', async () => {
    const { outcome, runId, cut } = await working();
    await team.controls.stop(runId);
    await team.clock.advanceAndSettle(500);
    expect(cut()).toBe(1);
    expect((await outcome).failed).toMatchObject({ code: 'RUN_STOPPED' });
    expect((await team.runs.read(runId)).run).toMatchObject({ status: 'stopped', error: { code: 'RUN_STOPPED' } });
    await expect(team.board.next([runId], 'execution-1')).rejects.toMatchObject({ code: 'RUN_STOPPED' });
    expect((await team.board.next([runId], 'execution-2')).ready).toMatchObject([{ attempt: 1 }]);
  });

  it('is asked about before a call: nothing is sent any more', async () => {
    const model = scriptedModel([ANSWER]);
    team = openTestTeam(model);
    const { run } = await team.runs.create({ goal: 'Say hello', limits: { privacy: 'internal', budgetUsd: null, deadlineAtMs: null } });
    await team.runs.acquire(run.id, 'execution-1', 30_000);
    await team.controls.stop(run.id);
    await expect(team.agents.plan({ runId: run.id }, team.call())).rejects.toMatchObject({ code: 'RUN_STOPPED' });
    expect(model.requests).toEqual([]);
  });
});

describe('a pause', () => {
  it('cuts the call under way, which is made again when the pause is lifted', async () => {
    const { outcome, calls, asked, cut, answer, runId } = await working();
    await team.controls.pause({ kind: 'run', name: runId });
    await team.clock.advanceAndSettle(500);
    expect(cut()).toBe(1);
    await team.clock.advanceAndSettle(60_000);
    expect(calls).toHaveLength(1);
    await team.controls.resume({ kind: 'run', name: runId });
    await team.clock.advanceAndSettle(500);
    await asked(2);
    answer();
    expect((await outcome).result).toMatchObject({ status: 'done' });
  });

  it('of a role holds that role alone', async () => {
    const { outcome, asked, cut, answer } = await working();
    await team.controls.pause({ kind: 'role', name: 'frontend' });
    await team.clock.advanceAndSettle(2_000);
    expect(cut()).toBe(0);
    await team.controls.pause({ kind: 'role', name: 'code' });
    await team.clock.advanceAndSettle(500);
    expect(cut()).toBe(1);
    await team.controls.resume({ kind: 'role', name: 'code' });
    await team.clock.advanceAndSettle(500);
    await asked(2);
    answer();
    expect((await outcome).result).toMatchObject({ status: 'done' });
  });

  it('ends the execution after ten minutes; the run rests, and says why', async () => {
    const { outcome, runId } = await working();
    await team.controls.pause({ kind: 'all' });
    await team.clock.advanceAndSettle(HOLD_PAUSED_MS + 2_000);
    expect((await outcome).failed).toMatchObject({ code: 'RUN_PAUSED', message: expect.stringContaining('the whole team') });
    expect((await team.runs.read(runId)).run).toMatchObject({ status: 'stopped', error: { code: 'RUN_PAUSED' } });
    expect((await team.runs.read(runId)).tasks[0]).toMatchObject({ status: 'running', attempts: 1, crashes: 0 });
    await expect(team.board.next([runId], 'execution-1')).rejects.toMatchObject({ code: 'RUN_STOPPED' });
  });
});

it.each([[false, 'CANCELLED'], [true, 'HOST_SHUTDOWN']])('a stopped execution says whether n8n shut down (%s): %s', async (isEnding, code) => {
  const slow = slowModel();
  team = openTestTeam(slow.model);
  const stop = new AbortController();
  const outcome = team.agents.work(WORK, team.call({ signal: stop.signal })).catch((error: unknown) => error);
  await slow.asked(1);
  team.host.isEnding = isEnding;
  stop.abort();
  await outcome;
  const [run] = await team.runs.list({ limit: 1 });
  expect(run).toMatchObject({ status: 'stopped', error: { code } });
});
