import { DEFAULT_POLICY, approvalPolicySchema, narrowed, ruling } from '../../../runs';
import { approvalsOver } from '../../support/approvals';
import { openLocalRunFiles } from '../../../workspace';
import { sqliteRuns } from '../../support/sqlite-runs';
import { temporaryFolder } from '../../support/temporary-folder';

it.each([
  ['a plan, without a limit', { kind: 'plan', costUsd: 100 }, {}, 'free'],
  ['a plan at the limit', { kind: 'plan', costUsd: 0.1 * 3 }, { planAboveUsd: 0.3 }, 'free'],
  ['a plan above it', { kind: 'plan', costUsd: 0.31 }, { planAboveUsd: 0.3 }, 'person'],
  ['a plan of unknown price', { kind: 'plan', costUsd: null }, { planAboveUsd: 100 }, 'person'],
  ['a file change', { kind: 'fileChange' }, {}, 'person'],
  ['a file change that is listed as low risk', { kind: 'fileChange' }, { autoApprove: ['fileChange'] }, 'auto'],
  ['a skill nobody wants to be asked about', { kind: 'skill' }, { ask: ['plan'] }, 'free'],
  ['a hire, whatever is left out', { kind: 'hire' }, { ask: [] }, 'person'],
  ['a change of the team itself, whatever is left out', { kind: 'selfChange' }, { ask: [] }, 'person'],
  ['a tool call, whatever is left out', { kind: 'toolCall' }, { ask: [] }, 'person'],
] as const)('%s', (_, question, policy, expected) => {
  expect(ruling(approvalPolicySchema.parse(policy), question)).toBe(expected);
});

it.each([[undefined, undefined, null], [undefined, 0.5, 0.5], [0.2, undefined, 0.2], [0.2, 0.5, 0.2], [0.5, 0.2, 0.2], [0.5, -1, -1]])('a limit of the team of %p and of the workflow of %p make %p: the stricter one', (team, workflow, expected) => {
  expect(narrowed(approvalPolicySchema.parse({ planAboveUsd: team }), workflow).planAboveUsd).toBe(expected);
});

it.each([Number.NaN, 'much', null])('a limit of the workflow of %p never takes the place of the team\'s', (workflow) => {
  expect(() => narrowed(approvalPolicySchema.parse({ planAboveUsd: -1 }), workflow as number)).toThrow('must be a number of US dollars');
});

it.each([['hire'], ['selfChange'], ['toolCall'], ['workflow'], ['task']])('no policy approves the kind "%s" by itself', (kind) => {
  expect(approvalPolicySchema.safeParse({ autoApprove: [kind] }).success).toBe(false);
});

it('two processes that ask at once for what the policy approves both go by its one decision', async () => {
  const stores = sqliteRuns();
  const { approvals, store } = approvalsOver({ ...stores, files: openLocalRunFiles(temporaryFolder()), policy: { ...DEFAULT_POLICY, autoApprove: ['fileChange'] } });
  const asked = { action: { kind: 'fileChange' as const, occasion: 'o', details: { path: 'a' } }, title: 'x', askedBy: 'the team' };
  const [one, other] = await Promise.all([approvals.ask(asked), approvals.ask(asked)]);
  expect([one, other]).toMatchObject([{ status: 'approved', decision: { by: 'policy' } }, { status: 'approved', decision: { by: 'policy' } }]);
  expect((await store.audit(0, 10)).entries.map(({ event }) => event)).toEqual(['asked', 'approved']);
});

it('what the policy approves is asked, approved in its name and kept in the log; it is used once like any other', async () => {
  const stores = sqliteRuns();
  const { approvals, store } = approvalsOver({ ...stores, files: openLocalRunFiles(temporaryFolder()), policy: { ...DEFAULT_POLICY, autoApprove: ['fileChange'] } });
  const asked = { action: { kind: 'fileChange' as const, occasion: 'o', details: { path: 'a' } }, title: 'x', askedBy: 'the team' };
  const approval = (await approvals.ask(asked))!;
  let done = 0;
  const act = () => approvals.execute({ id: approval.id, hash: approval.hash, executor: 'e' }, async () => void done++);
  await act();
  await expect(act()).rejects.toMatchObject({ code: 'NOT_APPROVED' });
  expect(done).toBe(1);
  expect((await store.audit(0, 10)).entries.map(({ event, by }) => [event, by])).toEqual([['asked', 'the team'], ['approved', 'policy'], ['claimed', 'e'], ['done', 'e']]);
});
