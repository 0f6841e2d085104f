import { InvalidInputError, type JsonObject, sha256 } from '../../kernel';
import { ApprovalChangedError, ApprovalInDoubtError, ApprovalNotFoundError, ApprovalNotOpenError, type ApprovalStore, ApproverExistsError, type ApproverStore, AuditChecker, MAX_OPEN_APPROVALS, type NewApproval, NotApprovedError, SelfApprovalError, TooManyApprovalsError, WITHDRAWN_BY_STOP, actionHash, approverOf } from '../../runs';
import { approvalId } from '../../runs/approvals/approval';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { SAME_ARGUMENTS, changedActions, sampleAction } from './changed-actions';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export function sampleApproval(occasion: string, more: Partial<NewApproval> & { kind?: NewApproval['action']['kind']; details?: JsonObject; runId?: string } = {}): NewApproval {
  const { details = { path: 'index.html', do: 'delete' }, kind = 'fileChange', runId, ...rest } = more;
  return { action: { kind, occasion, details, ...(runId !== undefined && { runId }) }, title: `Delete a file (${occasion})`, askedBy: 'carol', ...rest };
}

/** What every ApprovalStore must do. `open` gives two connections to one empty store. */
export function approvalStoreContract(name: string, open: (clock: FakeClock) => Array<{ approvals: ApprovalStore; approvers: ApproverStore }>): void {
  describe(`approval store: ${name}`, () => {
    let clock: FakeClock;
    let store: ApprovalStore;
    let other: ApprovalStore;
    let approvers: ApproverStore;
    beforeEach(() => {
      clock = fakeClock();
      const [one, two] = open(clock);
      [store, approvers] = [one!.approvals, one!.approvers];
      other = two!.approvals;
    });

    const asked = async (occasion = 'o1', more = {}) => (await store.ask(sampleApproval(occasion, more))).approval;
    async function approved(occasion = 'o1', more = {}) {
      const { id, hash } = await asked(occasion, more);
      return await store.decide({ id, hash, decision: 'approve', by: 'ada' });
    }
    async function checked(seen?: { sequence: number; hash: string }) {
      const checker = new AuditChecker({ seen, approvals: await store.list({ limit: 500 }), approvers: await approvers.list() });
      const { entries, head } = await store.audit(0, 1_000);
      checker.take(entries);
      return { result: checker.result(head), entries, head };
    }

    it('keeps the exact action and asks once for it', async () => {
      const { approval, created } = await store.ask(sampleApproval('o1', { details: { b: 1, a: ['ü', null] } }));
      expect(created).toBe(true);
      expect(approval).toMatchObject({ status: 'open', askedBy: 'carol', createdAtMs: clock.nowMs(), action: { version: 1, kind: 'fileChange', details: { a: ['ü', null], b: 1 } } });
      expect(approval.hash).toBe(actionHash(approval.action));
      expect(await other.read(approval.id)).toEqual(approval);
      expect(await other.ask(sampleApproval('o1', { details: { a: ['ü', null], b: 1 }, title: 'In other words' }))).toEqual({ approval, created: false });
      expect((await store.ask(sampleApproval('o2', { details: { b: 1, a: ['ü', null] } }))).created).toBe(true);
    });

    it('opens again what a stop has withdrawn when it is asked for again, to be decided anew, and nothing else', async () => {
      const { id, createdAtMs } = await asked('o1', { runId: 'r1' });
      await store.withdraw(id, WITHDRAWN_BY_STOP);
      clock.advance(8 * DAY_MS);
      const again = await other.ask(sampleApproval('o1', { runId: 'r1' }));
      expect(again).toMatchObject({ created: true, approval: { id, status: 'open', createdAtMs, expiresAtMs: clock.nowMs() + 7 * DAY_MS } });
      expect(await store.list({ status: 'open', limit: 10 })).toEqual([again.approval]);
      expect((await store.ask(sampleApproval('o1', { runId: 'r1' }))).created).toBe(false);
      await store.withdraw(id, 'carol');
      expect(await store.ask(sampleApproval('o1', { runId: 'r1' }))).toMatchObject({ created: false, approval: { status: 'withdrawn' } });
      const { result, entries } = await checked();
      expect([result.ok, entries.map(({ event }) => event)]).toEqual([true, ['asked', 'withdrawn', 'asked', 'withdrawn']]);
    });

    it('lists newest first, by status and run', async () => {
      const first = await asked('o1', { runId: 'r1' });
      clock.advance(1);
      const second = await approved('o2', { runId: 'r2' });
      clock.advance(1);
      const third = await asked('o3', { runId: 'r1' });
      expect((await store.list({ limit: 10 })).map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
      expect((await store.list({ status: 'open', limit: 1 })).map(({ id }) => id)).toEqual([third.id]);
      expect((await store.list({ runId: 'r1', limit: 10 })).map(({ id }) => id)).toEqual([third.id, first.id]);
      expect((await store.list({ runId: 'r2', status: 'open', limit: 10 }))).toEqual([]);
      await expect(store.list({ limit: 501 })).rejects.toThrow(InvalidInputError);
    });

    it('refuses what it does not know', async () => {
      await expect(store.read('nothing')).rejects.toThrow(ApprovalNotFoundError);
      await expect(store.decide({ id: 'nothing', hash: 'x', decision: 'approve', by: 'ada' })).rejects.toThrow(ApprovalNotFoundError);
      await expect(store.claim({ id: 'nothing', hash: 'x', executor: 'e1' })).rejects.toThrow(ApprovalNotFoundError);
    });

    it('takes the first decision and no second, also at once from two processes', async () => {
      for (let round = 0; round < 10; round++) {
        const { id, hash } = await asked(`round ${round}`);
        const tries = await Promise.allSettled([store, other, store, other].map(async (one, index) => await one.decide({ id, hash, decision: index % 2 === 0 ? 'approve' : 'reject', by: `approver ${index}` })));
        expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const lost of tries) if (lost.status === 'rejected') expect(lost.reason).toBeInstanceOf(ApprovalNotOpenError);
      }
    });

    it('refuses a decision on another action than the one there is', async () => {
      const { id } = await asked();
      await expect(store.decide({ id, hash: sha256('what was seen'), decision: 'approve', by: 'ada' })).rejects.toThrow(ApprovalChangedError);
      expect((await store.read(id)).status).toBe('open');
    });

    it('lets nobody approve what he asked for, however he writes his name; he may reject it', async () => {
      const { id, hash } = await asked('o1', { askedBy: 'Carol' });
      await expect(store.decide({ id, hash, decision: 'approve', by: ' cAROL ' })).rejects.toThrow(SelfApprovalError);
      expect((await store.decide({ id, hash, decision: 'reject', by: 'Carol' })).status).toBe('rejected');
    });

    it('lets none of those who want it approve it', async () => {
      const { id, hash } = await asked('o1', { alsoAskedBy: ['dora', 'Emil'] });
      for (const by of ['carol', 'Dora', 'EMIL']) await expect(other.decide({ id, hash, decision: 'approve', by })).rejects.toThrow(SelfApprovalError);
      expect((await other.decide({ id, hash, decision: 'approve', by: 'ada' })).status).toBe('approved');
    });

    it.each([
      ['in composed letters', 'Jose\u0301 Pe\u0301rez', 'José Pérez'],
      ['with other spaces', 'Ann\u00a0 Lee', 'ann lee'],
      ['in wide letters', 'Ｃａｒｏｌ', 'carol'],
      ['with letters nobody sees', 'Ca\u200brol\u2060', 'Carol'],
      ['in capitals that are two letters', 'Groß', 'GROSS'],
      ['as one that no token proves', 'Carol (unproven)', 'carol'],
    ])('knows who asked also when the name is written %s', async (_, askedBy, by) => {
      const { id, hash } = await asked('o1', { askedBy });
      await expect(store.decide({ id, hash, decision: 'approve', by })).rejects.toThrow(SelfApprovalError);
    });

    it('binds a yes to what the approver edited, and to nothing else', async () => {
      const { id, hash, action } = await asked();
      const decided = await store.decide({ id, hash, decision: 'approve', by: 'ada', edited: { path: 'old.html', do: 'delete' }, reason: ' only the old one ' });
      expect(decided).toMatchObject({ status: 'approved', action: { details: { path: 'old.html' } }, asked: { details: { path: 'index.html' } }, decision: { by: 'ada', reason: 'only the old one' } });
      expect(decided.hash).not.toBe(hash);
      await expect(store.claim({ id, hash: actionHash(action), executor: 'e1' })).rejects.toThrow(ApprovalChangedError);
      expect((await store.claim({ id, hash: decided.hash, executor: 'e1' })).status).toBe('executing');
    });

    it('gives no right to an action that was changed after the yes: 500 changes of every shape, none done', async () => {
      let tried = 0;
      for (let occasion = 0; tried < 500; occasion++) {
        const { id, hash, action } = await approved(`o${occasion}`, { action: sampleAction(`o${occasion}`) });
        for (const changed of changedActions(action)) {
          tried++;
          await expect(store.claim({ id, hash: actionHash(changed), executor: 'e1' })).rejects.toThrow(ApprovalChangedError);
          await expect(store.claim({ id: approvalId(changed), hash: actionHash(changed), executor: 'e1' })).rejects.toThrow(ApprovalNotFoundError);
        }
        expect((await store.claim({ id, hash, executor: 'e1' })).action).toEqual(action);
      }
      const { entries } = await store.audit(0, 1_000);
      expect(entries.filter(({ event }) => event === 'claimed')).toHaveLength(entries.filter(({ event }) => event === 'approved').length);
    }, 60_000);

    it.each(SAME_ARGUMENTS)('knows the same action in other writing: %s', async (text) => {
      const { id, action } = await approved('o1', { action: sampleAction('o1') });
      const same = { ...action, details: { arguments: JSON.parse(text), tool: 'delete_files' } };
      expect((await other.claim({ id, hash: actionHash(same), executor: 'e1' })).status).toBe('executing');
    });

    it('gives the right to act once, also when eight ask for it at once', async () => {
      const { id, hash } = await approved();
      const claims = await Promise.allSettled(Array.from({ length: 8 }, async (_, index) => await (index % 2 === 0 ? store : other).claim({ id, hash, executor: `e${index}` })));
      const won = claims.filter((claim) => claim.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const lost of claims) if (lost.status === 'rejected') expect(lost.reason).toBeInstanceOf(ApprovalInDoubtError);
      const executor = won[0]!.value.executor!;
      expect((await other.finish(id, executor)).status).toBe('done');
      expect((await store.finish(id, executor)).status).toBe('done');
      await expect(store.claim({ id, hash, executor })).rejects.toThrow(NotApprovedError);
    });

    it('lets the same executor go on after a crash, and nobody else', async () => {
      const { id, hash } = await approved();
      await store.claim({ id, hash, executor: 'run r1' });
      expect((await other.claim({ id, hash, executor: 'run r1' })).status).toBe('executing');
      await expect(other.claim({ id, hash, executor: 'run r2' })).rejects.toThrow(ApprovalInDoubtError);
      await expect(other.finish(id, 'run r2')).rejects.toThrow(NotApprovedError);
    });

    it.each(['open', 'rejected', 'withdrawn', 'expired'] as const)('gives no right to act on one that is %s', async (status) => {
      const { id, hash } = await asked('o1', { lifetimeMs: MINUTE_MS });
      if (status === 'rejected') await store.decide({ id, hash, decision: 'reject', by: 'ada' });
      if (status === 'withdrawn') await store.withdraw(id, 'carol');
      if (status === 'expired') clock.advance(MINUTE_MS);
      expect((await store.read(id)).status).toBe(status);
      await expect(store.claim({ id, hash, executor: 'e1' })).rejects.toThrow(NotApprovedError);
      if (status !== 'open') await expect(store.decide({ id, hash, decision: 'approve', by: 'ada' })).rejects.toThrow(ApprovalNotOpenError);
    });

    it('ends by itself what nobody decided, and a yes that nobody used', async () => {
      const waiting = await asked('o1', { lifetimeMs: MINUTE_MS });
      const unused = await approved('o2');
      const later = await asked('o3');
      clock.advance(7 * DAY_MS - 1);
      expect((await store.expireDue(10)).map(({ id }) => id)).toEqual([waiting.id]);
      expect(await store.expireDue(10)).toEqual([]);
      expect((await store.read(unused.id)).status).toBe('approved');
      clock.advance(1);
      await expect(store.claim({ id: unused.id, hash: unused.hash, executor: 'e1' })).rejects.toThrow(NotApprovedError);
      expect((await store.list({ status: 'expired', limit: 10 })).map(({ id }) => id).sort()).toEqual([waiting.id, unused.id, later.id].sort());
      expect((await store.expireDue(10))).toHaveLength(2);
    });

    it('bounds time, size and number', async () => {
      await expect(asked('o1', { lifetimeMs: MINUTE_MS - 1 })).rejects.toThrow(InvalidInputError);
      await expect(asked('o1', { lifetimeMs: 14 * DAY_MS + 1 })).rejects.toThrow(InvalidInputError);
      await expect(asked('o1', { details: { text: 'x'.repeat(300_000) } })).rejects.toThrow(InvalidInputError);
      for (let index = 0; index < MAX_OPEN_APPROVALS; index++) await asked(`many ${index}`);
      await expect(asked('one more')).rejects.toThrow(TooManyApprovalsError);
      expect((await store.ask(sampleApproval('many 0'))).created).toBe(false);
    });

    it('counts as open only what still has time', async () => {
      for (let index = 0; index < MAX_OPEN_APPROVALS; index++) await asked(`many ${index}`, { lifetimeMs: MINUTE_MS });
      clock.advance(MINUTE_MS);
      expect((await asked('one more')).status).toBe('open');
    });

    it('writes each change into a log that shows whoever touches it', async () => {
      const { id, hash } = await approved();
      await store.claim({ id, hash, executor: 'e1' });
      await store.finish(id, 'e1');
      const { entries, result, head } = await checked();
      expect(entries.map(({ event, by }) => [event, by])).toEqual([['asked', 'carol'], ['approved', 'ada'], ['claimed', 'e1'], ['done', 'e1']]);
      expect(result).toEqual({ ok: true, entries: 4 });
      const check = (lines: typeof entries, seen?: typeof head) => {
        const checker = new AuditChecker({ seen });
        checker.take(lines);
        return checker.result(head);
      };
      expect(check(entries.with(1, { ...entries[1]!, by: 'mallory' }))).toMatchObject({ ok: false, problem: 'line 2 was changed' });
      expect(check(entries.toSpliced(1, 1))).toMatchObject({ ok: false, problem: 'line 2 is missing' });
      expect(check(entries.slice(0, 3))).toMatchObject({ ok: false, problem: expect.stringContaining('ends at line 3') });
      expect(check(entries, { sequence: 4, hash: head.hash })).toMatchObject({ ok: true });
      expect(check(entries, { sequence: 4, hash: sha256('another log') })).toMatchObject({ ok: false, problem: expect.stringContaining('noted down') });
    });

    it('misses the lines that what is stored must have left, though the end of the log was cut with its head', async () => {
      await approvers.add('Ada', sha256('ada-token'));
      const { id, hash } = await approved();
      await store.claim({ id, hash, executor: 'e1' });
      const done = await store.finish(id, 'e1');
      const { entries } = await checked();
      const cutAfter = (lines: number) => {
        const checker = new AuditChecker({ approvals: [done], approvers: [{ name: 'Ada', tokenHash: '', addedAtMs: 0 }, { name: 'Mallory', tokenHash: '', addedAtMs: 0 }].slice(0, lines === 5 ? 2 : 1) });
        checker.take(entries.slice(0, lines));
        return checker.result(lines === 0 ? { sequence: 0, hash: '0'.repeat(64) } : entries[lines - 1]!);
      };
      const problems = [0, 1, 2, 3, 4, 5].map((lines) => cutAfter(lines)).map((result) => (result.ok ? '' : result.problem));
      expect(problems.map((problem) => problem.replace(id, 'ID'))).toEqual([
        'approval ID was asked, and no line says so', 'approval ID was asked, and no line says so', 'approval ID was approved by ada, and no line says so',
        'approval ID was claimed by e1, and no line says so', 'approval ID was done, and no line says so', 'Mallory is an approver, and no line says so',
      ]);
    });

    it('keeps one whole log when many write at once', async () => {
      await Promise.all(Array.from({ length: 40 }, async (_, index) => await (index % 2 === 0 ? store : other).ask(sampleApproval(`at once ${index}`))));
      expect((await checked()).result).toEqual({ ok: true, entries: 40 });
      expect((await store.audit(38, 10)).entries.map(({ sequence }) => sequence)).toEqual([39, 40]);
      expect((await store.audit(40, 10)).entries).toEqual([]);
    });

    it('knows an approver by the token alone, and each name once', async () => {
      await approvers.add('Ada', sha256('ada-token'));
      await approvers.add('Bob', sha256('bob-token'));
      await expect(approvers.add('ADA', sha256('x'))).rejects.toThrow(ApproverExistsError);
      await approvers.add('Émile', sha256('emile-token'));
      await expect(approvers.add('e\u0301MILE', sha256('x'))).rejects.toThrow(ApproverExistsError);
      expect(await approvers.remove('ÉMILE')).toBe(true);
      const known = await approvers.list();
      expect(known.map(({ name }) => name)).toEqual(['Ada', 'Bob']);
      expect(approverOf('bob-token', known)?.name).toBe('Bob');
      expect(approverOf('nobody', known)).toBeUndefined();
      expect(JSON.stringify(known)).not.toContain('bob-token');
      expect(await approvers.remove('ada')).toBe(true);
      expect(await approvers.remove('ada')).toBe(false);
      const { entries, result } = await checked();
      expect(entries.map(({ event, facts }) => [event, facts.name])).toEqual([['approverAdded', 'Ada'], ['approverAdded', 'Bob'], ['approverAdded', 'Émile'], ['approverRemoved', 'ÉMILE'], ['approverRemoved', 'ada']]);
      expect(result.ok).toBe(true);
    });
  });
}
