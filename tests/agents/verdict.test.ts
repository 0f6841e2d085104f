import { boundedFiles } from '../../agents/bounded-text';
import { combinedVerdict, verdictWithoutWork } from '../../agents/verdict';
import type { PlanTask, Result } from '../../runs';

const task: PlanTask = {
  id: 't1', title: 't', role: 'code', instructions: 'i', dependsOn: [], deliverables: [], privacy: 'internal', optional: false,
  acceptance: [{ id: 'a1', text: 'one', check: { kind: 'bash', path: 'a.sh', required: true } }, { id: 'a2', text: 'two' }],
};
const result = (more: Partial<Result> = {}): Result => ({
  runId: 'r', taskId: 't1', attempt: 1, status: 'stopped', reason: 'why', summary: 's', artifacts: [], usage: { promptTokens: 0, completionTokens: 0, costUsd: 0, localCalls: 0, cloudCalls: 0 }, ...more,
});
const error = (code: string, kind: 'user' | 'temporary') => ({ code, kind, message: 'It went wrong.', hint: 'Mend it.' });

describe('verdict', () => {
  it.each([
    ['MODEL_AUTH', 'user', true],
    ['PROVIDER_DOWN', 'temporary', false],
    // The next attempt has journal keys of its own, so it can succeed.
    ['STEP_INPUT_CHANGED', 'user', false],
  ] as const)('on an attempt that ended with %s (%s): person needed %s', (code, kind, needsPerson) => {
    const verdict = verdictWithoutWork(result({ error: error(code, kind) }), task);
    expect(verdict.passed).toBe(false);
    expect(verdict.needsPerson !== undefined).toBe(needsPerson);
    expect(verdict.findings).toEqual(['The attempt was stopped: why']);
    expect(verdict.criteria.map((criterion) => criterion.state)).toEqual(['notRun', 'notRun']);
  });

  it('sends work that fails anyway back, before a person is asked about a check that could not run', () => {
    const checks = new Map([['a1', { state: 'notRun' as const, evidence: 'no sandbox' }]]);
    const failing = combinedVerdict(result({ status: 'done' }), task, checks, { judgements: new Map([['a2', { state: 'fail', evidence: 'bad' }]]), findings: ['mend two'] });
    expect(failing).toMatchObject({ passed: false, findings: ['mend two'] });
    expect(failing.needsPerson).toBeUndefined();
    const passing = combinedVerdict(result({ status: 'done' }), task, checks, { judgements: new Map([['a2', { state: 'pass', evidence: 'good' }]]), findings: [] });
    expect(passing).toMatchObject({ passed: false, needsPerson: expect.stringContaining('a1: no sandbox') });
  });

  it('never passes a criterion nobody has judged', () => {
    const verdict = combinedVerdict(result({ status: 'done' }), task, new Map([['a1', { state: 'pass' as const, evidence: 'ran' }]]), { judgements: new Map(), findings: [] });
    expect(verdict).toMatchObject({ passed: false, criteria: [{ state: 'pass' }, { state: 'fail', evidence: 'Nobody has judged it.' }] });
  });
});

it('names files that no longer fit a prompt instead of dropping them', () => {
  const shown = boundedFiles([{ path: 'a', content: 'x'.repeat(500) }, { path: 'b', content: 'y'.repeat(500) }, { path: 'c', content: '' }], { perFile: 400, all: 450 });
  expect(shown).toContain('[cut here: 100 of 500 characters are not shown]');
  expect(shown).toContain('--- b (500 characters, not shown)');
  expect(shown).toContain('--- c\n');
});
