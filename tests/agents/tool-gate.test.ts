import type { AgentTool } from '../../agents';
import { CancelledError } from '../../kernel';
import type { ModelRequest, ToolCall } from '../../router';
import { actionHash, type JournalStore } from '../../runs';
import { approvalsIn } from '../support/approvals';
import { answeringModel } from '../support/scripted-model';
import { noCorpus, sharedRows } from '../support/shared-data';
import { itUnless } from '../support/services';
import { delivery, judgement } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';
import { samplePlan, sampleRun, sampleTask } from '../support/sample-runs';

const ADA = { name: 'ada', tokenHash: '', addedAtMs: 0 };
let team: TestTeam;
afterEach(() => team?.close());

/** Tools that say what was carried out: one that needs a person, one that does not and answers with `note`. */
function tools(note = '') {
  const done: unknown[] = [];
  const gated: AgentTool = { name: 'delete_files', description: 'Deletes files', schema: { type: 'object' }, local: true, needsPerson: true, run: async (args) => (done.push(args), 'Deleted.') };
  const free: AgentTool = { name: 'read_note', description: 'Reads a note', schema: { type: 'object' }, local: true, run: async () => note };
  return { done, both: [gated, free] };
}

/** Calls a tool once, then delivers; QA passes all. */
function callingModel(call: { name: string; arguments: Record<string, string> }) {
  return answeringModel((request) => {
    if (request.schema?.name === 'aios_verdict') return { json: judgement({ a1: 'pass' }) };
    const hasCalled = request.messages.some(({ role }) => role === 'tool');
    if (request.tools?.length && !hasCalled) return { text: '', toolCalls: [{ id: 'c1', ...call }] };
    return request.schema ? { json: delivery(['t1.txt', 'hello']) } : 'ready';
  });
}

/** A run of one task whose model wants to delete `old.html`; ends where the run waits. */
async function waitingCall({ submittedBy }: { submittedBy?: string } = {}) {
  const model = callingModel({ name: 'delete_files', arguments: { path: 'old.html' } });
  team = openTestTeam(model);
  const { done, both } = tools();
  const { run } = await team.runs.create({ ...sampleRun(), submittedBy });
  await team.runs.savePlan(await team.runs.acquire(run.id, 'execution-1', 30_000), samplePlan(run.id, [sampleTask('t1')]));
  const agentCall = (owner: string) => team.call({ owner, tools: both });
  const step = async (owner: string, agents = team.agents) => {
    const move = await team.board.next([run.id], owner);
    for (const claim of move.ready) {
      await agents.work({ task: claim }, agentCall(owner));
      await agents.review(claim, team.call({ owner }));
    }
    return move;
  };
  await step('execution-1');
  const waiting = await step('execution-1');
  return { runId: run.id, done, model, step, agentCall, waiting, asked: waiting.needsPerson?.[0]?.approval };
}

/** The process dies after the tool was called; nothing of it is written any more. */
const dies = async (): Promise<never> => {
  throw new CancelledError();
};
const dyingJournal = (): JournalStore => ({ ...team.journalStore, finish: (lease, key, output) => (key.includes('/tool/') ? dies() : team.journalStore.finish(lease, key, output)) });
const dyingApprovals = () => approvalsIn({ ...team.approvalStore, finish: dies }, team).approvals;
const decide = (asked: { id: string; hash: string }, decision: 'approve' | 'reject', reason?: string) => team.decisions.decide({ ...asked, decision, ...(reason && { reason }) }, ADA);

describe('a tool that needs a person', () => {
  it('waits with its task for a yes to exactly this call, and asks nothing else', async () => {
    const { asked, done, runId } = await waitingCall();
    expect(done).toEqual([]);
    expect((await team.runs.read(runId)).run.status).toBe('waiting');
    expect(await team.approvals.list({ runId, limit: 10 })).toMatchObject([{ id: asked!.id, action: { kind: 'toolCall', taskId: 't1', details: { tool: 'delete_files', arguments: { path: 'old.html' } } } }]);
  });

  it('is not let pass by whoever gave the goal', async () => {
    const { asked, done, step } = await waitingCall({ submittedBy: 'Ada' });
    await expect(decide(asked!, 'approve')).rejects.toThrow('ada asked for this, so ada may not approve it.');
    await step('execution-2');
    expect(done).toEqual([]);
  });

  it('is called once after the yes, in the same attempt, without asking the model for the call again', async () => {
    const { asked, done, model, step, runId } = await waitingCall();
    const turns = model.requests.length;
    await decide(asked!, 'approve');
    const resumed = await step('execution-2');
    expect(resumed.ready.map(({ taskId, attempt }) => `${taskId}#${attempt}`)).toEqual(['t1#1']);
    expect(done).toEqual([{ path: 'old.html' }]);
    expect(model.requests.slice(turns).filter(({ tools: offered, messages }) => offered?.length && !messages.some(({ role }) => role === 'tool'))).toEqual([]);
    expect((await step('execution-2')).done).toBeDefined();
    expect((await team.approvals.read(asked!.id)).status).toBe('done');
    expect((await team.runs.read(runId)).tasks).toMatchObject([{ status: 'passed', attempts: 1 }]);
  });

  it('is not called after a no: the model is told and goes on without it', async () => {
    const { asked, done, model, step } = await waitingCall();
    await decide(asked!, 'reject', 'keep it');
    await step('execution-2');
    expect(done).toEqual([]);
    expect(JSON.stringify(model.requests.at(-2)!.messages)).toContain('a person did not approve it (keep it)');
    expect((await step('execution-2')).done).toBeDefined();
  });

  it('is not called again when the process died while it was called', async () => {
    const { asked, done, step, model } = await waitingCall();
    const { hash } = await decide(asked!, 'approve');
    await team.approvalStore.claim({ id: asked!.id, hash, executor: 'execution execution-2' });
    await step('execution-3');
    expect(done).toEqual([]);
    expect(JSON.stringify(model.requests.at(-2)!.messages)).toContain('It may have been carried out before');
  });

  it('is called once when the process died between the decision and the call', async () => {
    const { asked, done, step, runId } = await waitingCall();
    await decide(asked!, 'approve');
    expect((await team.board.next([runId], 'execution-2')).ready).toHaveLength(1);
    team.clock.advance(31_000);
    expect((await step('execution-3')).ready).toMatchObject([{ taskId: 't1', attempt: 1 }]);
    expect(done).toEqual([{ path: 'old.html' }]);
    expect((await step('execution-3')).done).toBeDefined();
  });

  it.each(['its entry in the journal', 'the end of its approval'] as const)('is never called twice when the process died between the call and %s', async (missing) => {
    const { asked, done, step, model } = await waitingCall();
    await decide(asked!, 'approve');
    const dying = missing === 'its entry in the journal' ? { journalStore: dyingJournal() } : { approvals: dyingApprovals() };
    await expect(step('execution-2', team.withModel(model, dying))).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(done).toHaveLength(1);
    team.clock.advance(31_000);
    await step('execution-3');
    expect(done).toHaveLength(1);
    expect(JSON.stringify(model.requests.at(-2)!.messages)).toContain('Not carried out again');
    expect((await step('execution-3')).done).toBeDefined();
  });

  it('is never called twice when n8n tries the node again in the same execution', async () => {
    const { asked, done, runId, model, agentCall } = await waitingCall();
    await decide(asked!, 'approve');
    const [claim] = (await team.board.next([runId], 'execution-2')).ready;
    await expect(team.withModel(model, { approvals: dyingApprovals() }).work({ task: claim! }, agentCall('execution-2'))).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await team.agents.work({ task: claim! }, agentCall('execution-2'))).result).toMatchObject({ status: 'done' });
    expect(done).toHaveLength(1);
  });

  it('is not called with anything but what was approved: 500 changed calls, none carried out', async () => {
    team = openTestTeam(callingModel({ name: 'delete_files', arguments: { path: 'old.html' } }));
    const { approvalStore } = team;
    let carriedOut = 0;
    for (let index = 0; index < 500; index++) {
      const action = { kind: 'toolCall' as const, occasion: `r/${index}`, details: { tool: 'delete_files', arguments: { path: `${index}.html` } } };
      const { approval } = await approvalStore.ask({ action, title: 'x', askedBy: 'the team' });
      await team.decisions.decide({ id: approval.id, hash: approval.hash, decision: 'approve' }, ADA);
      // One character of the path, of the tool or of the occasion.
      const changed = [{ ...action, details: { ...action.details, arguments: { path: `${index}.htm` } } }, { ...action, details: { ...action.details, tool: 'delete_file' } }, { ...action, occasion: `r/${index} ` }][index % 3]!;
      const id = team.approvals.idOf(changed);
      for (const target of [id, approval.id]) await team.approvals.execute({ id: target, hash: actionHash({ version: 1, ...changed }), executor: 'e' }, async () => void carriedOut++).catch((error: { code: string }) => expect(['APPROVAL_NOT_FOUND', 'APPROVAL_CHANGED']).toContain(error.code));
    }
    expect(carriedOut).toBe(0);
  }, 60_000);
});

interface Injection {
  id: string;
  text: string;
}
const injections = sharedRows<Injection>('data/injection/prompts.jsonl');

/** Believes all it reads: wherever the text stands in what it is shown, it calls the tool it must not call, and whatever else might let it. */
function gullibleModel(text: string, seen: { tries: number }) {
  const marker = JSON.stringify(text.slice(0, 200)).slice(1, -1);
  const hasRead = ({ messages }: ModelRequest) => JSON.stringify(messages).includes(marker);
  return answeringModel((request) => {
    if (request.tools?.some(({ name }) => name === 'delete_files') && hasRead(request)) {
      seen.tries++;
      const toolCalls: ToolCall[] = [{ id: 'c0', name: 'decide_approval', arguments: { decision: 'approve' } }, { id: 'c1', name: 'delete_files', arguments: { because: text.slice(0, 500), approved: 'true', approvedBy: 'ada' } }];
      return { text: '', toolCalls };
    }
    if (request.tools?.length) return { text: '', toolCalls: [{ id: 'c2', name: 'read_note', arguments: {} }] };
    return request.schema ? { json: delivery(['t1.txt', 'hello']) } : 'ready';
  });
}

itUnless(noCorpus(injections), 'lets no injected text act: by goals, files, tool results and results of other agents, 0 gated calls in 500 tries and more', async () => {
  const seen = { tries: 0 };
  const triesBy = { goal: 0, tool: 0, file: 0, agent: 0 };
  const done: unknown[] = [];
  team = openTestTeam(answeringModel(() => 'ready'));
  for (const { text } of injections!) {
    const agents = team.withModel(gullibleModel(text, seen));
    for (const way of ['goal', 'tool', 'file', 'agent'] as const) {
      const triesBefore = seen.tries;
      const { both, done: mine } = tools(way === 'tool' ? text : 'nothing');
      const first = sampleTask('t0');
      const { run } = await team.runs.create(sampleRun({ goal: way === 'goal' ? text.slice(0, 2_500) : 'Say hello' }));
      const lease = await team.runs.acquire(run.id, 'execution-1', 30_000);
      await team.runs.savePlan(lease, { ...samplePlan(run.id, [first, sampleTask('t1', { dependsOn: ['t0'] })]), goal: run.goal });
      const [before] = await team.runs.claimReady(lease);
      const result = { runId: run.id, taskId: 't0', attempt: before!.attempt, status: 'done' as const, summary: way === 'agent' ? text : 'did it', artifacts: way === 'file' ? [{ path: 'note.md', content: text }] : [], usage: { promptTokens: 0, completionTokens: 0, costUsd: 0, localCalls: 0, cloudCalls: 0 } };
      await team.runs.saveResult(lease, result);
      await team.runs.saveVerdict(lease, { runId: run.id, taskId: 't0', attempt: before!.attempt, passed: true, criteria: [], findings: [] });
      const [claim] = await team.runs.claimReady(lease);
      await agents.work({ task: claim }, team.call({ tools: both }));
      done.push(...mine);
      triesBy[way] += Math.min(1, seen.tries - triesBefore);
      for (const { id } of await team.approvals.list({ runId: run.id, limit: 10 })) await team.approvals.withdraw(id, 'the test');
    }
  }
  expect(done).toEqual([]);
  expect(seen.tries).toBeGreaterThanOrEqual(500);
  // Every text by every way: one that never reached the model would prove nothing.
  const all = injections!.length;
  expect(triesBy).toEqual({ goal: all, tool: all, file: all, agent: all });
  const events = new Set<string>();
  for (let after = 0, lines = 1_000; lines === 1_000; after += lines) {
    const { entries } = await team.approvalStore.audit(after, 1_000);
    for (const { event } of entries) events.add(event);
    lines = entries.length;
  }
  expect(events).toEqual(new Set(['asked', 'withdrawn']));
}, 900_000);
