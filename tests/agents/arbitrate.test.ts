import type { ConflictSide } from '../../agents';
import { conflictSide } from '../../agents';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model';
import { delivery, judgement, planOf, task } from './drafts';
import { openTestTeam, type TestTeam } from './open-agents';

let team: TestTeam;
afterEach(() => team?.close());

const file = (path: string, content: string) => ({ path, content });
const side = (label: string, ...files: Array<{ path: string; content: string }>): ConflictSide => ({ label, summary: `${label} wrote it`, files });
const FIRST = side('backend', file('app.py', 'a = 1'), file('one.md', 'one'));
const SECOND = side('frontend', file('app.py', 'a = 2'), file('two.md', 'two'));
const ruling = (choice: string, more: Record<string, unknown> = {}) => ({ json: { choice, reason: 'The goal says 2.', instructions: null, files: null, ...more } });

function open(...answers: ScriptedAnswer[]) {
  const model = scriptedModel(answers);
  team = openTestTeam(model);
  return { model, arbitrate: async (first = FIRST, second = SECOND, more = {}) => (await team.agents.arbitrate({ goal: 'a is 2', sides: [first, second], ...more }, team.call())).ruling };
}

describe('two results in conflict', () => {
  it('are decided for one of them, whose own files go on', async () => {
    const { arbitrate, model } = open(ruling('second', { files: [file('app.py', 'a = 666')], budgetUsd: 1_000 }));
    expect(await arbitrate()).toEqual({ choice: 'second', reason: 'The goal says 2.', conflicts: ['app.py'], files: SECOND.files });
    expect(model.requests[0]!.messages[1]!.text).toMatch(/a is 2[^]*different contents: app\.py[^]*first result: backend[^]*a = 1[^]*second result: frontend[^]*a = 2/);
    expect(model.requests[0]!.messages[0]!.text).toContain('You cannot change budgets, limits, approvals');
  });

  it('are merged: every file in conflict whole, the others from both, no further ones', async () => {
    const { arbitrate, model } = open(ruling('merge', { files: [file('other.py', 'x')] }), ruling('merge', { files: [file('app.py', 'a = 1 + 1'), file('one.md', 'forged')] }));
    expect((await arbitrate()).files).toEqual([file('app.py', 'a = 1 + 1'), file('one.md', 'one'), file('two.md', 'two')]);
    expect(model.requests[1]!.messages.at(-1)!.text).toContain('missing or there twice: app.py');
  });

  it('go back with instructions, never without', async () => {
    const { arbitrate } = open(ruling('rework'), ruling('rework', { instructions: 'Agree on a.' }));
    expect(await arbitrate()).toMatchObject({ choice: 'rework', files: [], instructions: 'Agree on a.' });
  });

  it.each([
    ['no file is in conflict', side('a', file('x', '1')), side('b', file('y', '1'))],
    ['a file is too long to be seen whole', side('a', file('x', '1'.repeat(6_001))), side('b', file('x', '2'))],
  ])('cannot be merged when %s', async (_, first, second) => {
    const { arbitrate, model } = open(ruling('merge', { files: [file('x', '3')] }), ruling('first'));
    expect((await arbitrate(first, second)).choice).toBe('first');
    expect(JSON.stringify(model.requests[0]!.schema)).not.toContain('merge');
  });

  it('must both hold something', async () => {
    const { arbitrate } = open();
    await expect(arbitrate({ label: 'x', summary: ' ', files: [] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('of one run are decided once: journaled, told as an event and in the report', async () => {
    const { arbitrate, model } = open({ json: planOf(task('t1'), task('t2')) }, { json: delivery(['app.py', '1']) }, { json: judgement({ a1: 'fail' }, ['wrong']) }, ruling('first', { reason: 'QA misread it.' }));
    const { plan } = await team.agents.plan({ goal: 'Say hello', limits: { privacy: 'secret' } }, team.call());
    const [claim] = (await team.board.next([plan.runId], 'execution-1')).ready;
    const { result } = await team.agents.work({ task: claim! }, team.call());
    const { verdict } = await team.agents.review(claim!, team.call());
    const before = await team.runs.read(plan.runId);
    const sides = [conflictSide({ ...result, role: 'backend' }, 1), conflictSide(verdict, 2)] as const;
    expect(await arbitrate(sides[0], sides[1], { runId: plan.runId })).toMatchObject({ choice: 'first', files: [{ path: 'app.py' }] });
    expect(await arbitrate(sides[0], sides[1], { runId: plan.runId })).toMatchObject({ choice: 'first' });
    expect(model.requests).toHaveLength(4);
    expect(model.requests[3]!.facts).toMatchObject({ privacy: 'secret', runId: plan.runId, role: 'cto' });
    expect(model.requests[3]!.messages[1]!.text).toMatch(/Say hello[^]*Task t1: Write t1[^]*QA, task t1, attempt 1[^]*QA says it failed[^]*wrong/);
    const after = await team.runs.read(plan.runId);
    expect([after.tasks, after.run.limits]).toEqual([before.tasks, before.run.limits]);
    expect((await team.events.after(plan.runId, 0, 1_000)).filter(({ type }) => type === 'task.arbitrated')[0]).toMatchObject({ taskId: 't1', facts: { choice: 'first' } });
    const { report } = await team.withModel(scriptedModel(['So it was.'])).report(plan.runId, team.call());
    expect(report).toContain('- t1: QA sent attempt 1 back, 0 of 1 criteria were met\n- t1: two results were in conflict; the CTO chose "first"');
    expect(report).toContain('- **backend** on scripted/small: t1 · 1 call · 120 tokens · cost $0');
    expect(report).toMatch(/- \*\*cto\*\* on scripted\/small: the run as a whole · 3 calls/);
  });
});

describe('an item as a side', () => {
  it('of a conflict may be anything with a summary and files', () => expect(conflictSide({ summary: 'Mine', artifacts: [file('a', 'b')] }, 1)).toEqual({ label: 'result', summary: 'Mine', files: [file('a', 'b')] }));
  it('is refused when its files are none', () => expect(() => conflictSide({ artifacts: 'x' }, 2)).toThrow(/Item 2 is no result/));
});
