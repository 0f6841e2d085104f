import { sha256, silentLogger } from '../../kernel';
import { type ApprovalStore, type ApproverStore, createSteering } from '../../runs';
import { createApprovalsApi } from '../../team/approvals-api';
import { memoryRequestLimiter } from '../../team/drivers/request-limiter';
import { openLocalRunFiles } from '../../workspace';
import { approvalsIn } from '../support/approvals';
import type { FakeClock } from '../support/fake-clock';
import { sampleRun } from '../support/sample-runs';
import { sqliteRuns } from '../support/sqlite-runs';
import { temporaryFolder } from '../support/temporary-folder';

const API_TOKEN = 'the-task-token';
const TASK = { files: ['index.html'], then: 'retry', hint: '' };
const KINDS = [['plan', {}], ['task', TASK], ['toolCall', {}], ['fileChange', {}], ['skill', {}], ['hire', {}], ['selfChange', {}]] as const;

/** What must hold for a decision over HTTP, whatever the approvals are kept in. `open` gives two connections to one empty store. */
export function approvalHttpContract(name: string, open: (clock: FakeClock) => Array<{ approvals: ApprovalStore; approvers: ApproverStore }>): void {
  describe(`decisions over HTTP: ${name}`, () => {
    async function openTeam() {
      const stores = sqliteRuns();
      const [one, two] = open(stores.clock);
      for (const person of ['Ada', 'Bob']) await one!.approvers.add(person, sha256(`token-of-${person}`));
      const desks = [one!, two!].map(({ approvals: store, approvers }) => ({ ...approvalsIn(store, { ...stores, files: openLocalRunFiles(temporaryFolder()) }), approvers }));
      const limiter = memoryRequestLimiter(1_000);
      const apis = desks.map((desk) => createApprovalsApi({ ...stores, ...desk, steering: createSteering({ ...stores, ...desk, log: silentLogger }), apiToken: API_TOKEN, limiter, decisionLimiter: limiter, log: silentLogger }));
      const { approvals } = desks[0]!;
      const { run } = await stores.runs.create(sampleRun({ submittedBy: 'ada' }));
      const ask = async (occasion: string, more: { kind?: 'plan' | 'task' | 'toolCall' | 'fileChange' | 'skill' | 'hire' | 'selfChange'; details?: object; lifetimeMs?: number } = {}) => {
        const { kind = 'toolCall', details = { tool: 'delete_files' }, ...rest } = more;
        return (await approvals.ask({ action: { kind, occasion, runId: run.id, details: details as never }, title: 'x', ...rest }, { askAboveUsd: -1 }))!;
      };
      const decide = async ({ id, hash }: { id: string; hash: string }, token: string, more: { decision?: string; edited?: unknown; process?: 0 | 1 } = {}) => {
        const { process = 0, decision = 'approve', ...rest } = more;
        const answer = await apis[process]!.decide({
          route: 'decideApproval', authorization: `Bearer ${token}`, idempotencyKey: undefined, contentType: 'application/json', body: Buffer.from(JSON.stringify({ id, hash, decision, ...rest })), query: {}, baseUrl: '',
          limits: { maxBudgetUsd: null, minPrivacy: 'internal' }, workflowId: undefined, remoteAddress: '127.0.0.1',
        }).catch((error: { code: string }) => ({ status: 0, code: error.code, body: '' }));
        return 'code' in answer ? answer.code : answer.status;
      };
      return { clock: stores.clock, approvals, ask, decide };
    }

    it.each(KINDS)('takes no yes from whoever submitted the run, to a %s', async (kind, details) => {
      const { ask, decide, approvals } = await openTeam();
      const asked = await ask('o', { kind, details });
      const wishes = kind === 'task' ? ['retry', 'accept', 'skip'].map((then) => ({ then })) : [undefined];
      for (const edited of wishes) expect(await decide(asked, 'token-of-Ada', { ...(edited && { edited }) })).toBe('SELF_APPROVAL');
      expect((await approvals.read(asked.id)).status).toBe('open');
      expect(await decide(asked, 'token-of-Bob')).toBe(200);
    });

    it('takes none with the task token, none twice, none late', async () => {
      const { ask, decide, clock } = await openTeam();
      const [twice, late] = [await ask('o1'), await ask('o2', { lifetimeMs: 60_000 })];
      expect(await decide(twice, API_TOKEN)).toBe(403);
      expect(await decide(twice, 'token-of-nobody')).toBe(401);
      expect(await decide(twice, 'token-of-Bob')).toBe(200);
      for (const decision of ['approve', 'reject']) expect(await decide(twice, 'token-of-Bob', { decision, process: 1 })).toBe('APPROVAL_NOT_OPEN');
      clock.advance(60_000);
      expect(await decide(late, 'token-of-Bob')).toBe('APPROVAL_NOT_OPEN');
    });

    it('takes one of eight at once, over two processes', async () => {
      const { ask, decide } = await openTeam();
      const asked = await ask('o');
      const answers = await Promise.all(Array.from({ length: 8 }, async (_, index) => await decide(asked, 'token-of-Bob', { decision: index < 4 ? 'approve' : 'reject', process: (index % 2) as 0 | 1 })));
      expect(answers.sort()).toEqual([200, ...Array.from({ length: 7 }, () => 'APPROVAL_NOT_OPEN')]);
    });

    it('does what was decided once, though it died between the decision and the deed', async () => {
      const { ask, decide, approvals } = await openTeam();
      const asked = await ask('o');
      await decide(asked, 'token-of-Bob');
      let deeds = 0;
      const claim = { id: asked.id, hash: asked.hash };
      const attempt = async (executor: string, fails = false) =>
        await approvals.execute({ ...claim, executor }, async () => {
          deeds += fails ? 0 : 1;
          if (fails) throw new RangeError('died');
        });
      await expect(attempt('run r1', true)).rejects.toThrow('died');
      await expect(attempt('run r2')).rejects.toMatchObject({ code: 'APPROVAL_IN_DOUBT' });
      await attempt('run r1');
      for (const executor of ['run r1', 'run r2']) await expect(attempt(executor)).rejects.toMatchObject({ code: 'NOT_APPROVED' });
      expect(deeds).toBe(1);
    });
  });
}
