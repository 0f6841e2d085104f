import { type ApprovalStore, type ApproverStore, AuditChecker } from '../../runs';
import { type FakeClock, fakeClock } from '../support/fake-clock';

const DAY_MS = 24 * 60 * 60_000;

/** How long an audit log keeps its lines, and what a check says of one that was shortened. `open` gives two connections to one empty store. */
export function auditLifetimeContract(name: string, open: (clock: FakeClock) => Array<{ approvals: ApprovalStore; approvers: ApproverStore }>): void {
  describe(`lifetime of the audit log: ${name}`, () => {
    let clock: FakeClock;
    let stores: ReturnType<typeof open>;
    beforeEach(async () => {
      clock = fakeClock();
      stores = open(clock);
      const { approvers } = stores[0]!;
      for (const person of ['Ada', 'Bob', 'Dora']) await approvers.add(person, 'hash');
      await approvers.remove('Dora');
      clock.advance(100 * DAY_MS);
      await approvers.add('Carl', 'hash');
    });
    const sweep = async () => void (await Promise.all(stores.map(({ approvals }) => approvals.expireDue(10))));
    const lines = async () => (await stores[1]!.approvals.audit(0, 1_000)).entries;
    const checked = async (witnesses: ConstructorParameters<typeof AuditChecker>[0] = {}, from = 0) => {
      const { entries, head } = await stores[1]!.approvals.audit(0, 1_000);
      const checker = new AuditChecker({ nowMs: clock.nowMs(), approvers: await stores[1]!.approvers.list(), ...witnesses });
      checker.take(entries.slice(from));
      return checker.result(head);
    };

    it('keeps each line for a year at least', async () => {
      clock.advance(294 * DAY_MS);
      await sweep();
      expect((await lines()).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
      expect(await checked()).toEqual({ ok: true, entries: 5 });
    });

    it('lets old lines go once, though two processes sweep, with a line that says so, and is whole', async () => {
      clock.advance(296 * DAY_MS);
      await sweep();
      await sweep();
      expect((await lines()).map(({ sequence, event, by, facts }) => [sequence, event, by, facts])).toEqual([
        [4, 'approverRemoved', 'command line', { name: 'Dora' }],
        [5, 'approverAdded', 'command line', { name: 'Carl' }],
        [6, 'shortened', 'time', { lines: 3, approvers: ['Ada', 'Bob', 'Dora'] }],
      ]);
      expect(await checked()).toEqual({ ok: true, entries: 3 });
      await stores[0]!.approvers.remove('Carl');
      expect(await checked()).toEqual({ ok: true, entries: 4 });
      const { approvals } = stores[0]!;
      expect(await approvals.audit(0, 2)).toMatchObject({ entries: [{ sequence: 4 }, { sequence: 5 }], last: 5, head: { sequence: 7 } });
      expect(await approvals.audit(5, 2)).toMatchObject({ entries: [{ sequence: 6 }, { sequence: 7 }], last: 7 });
      expect(await approvals.audit(7, 2)).toMatchObject({ entries: [], last: 7 });
    });

    it('goes on letting go, and never forgets who is an approver', async () => {
      for (let year = 1; year <= 3; year++) {
        clock.advance(400 * DAY_MS);
        await sweep();
        await stores[0]!.approvers.add(`Zoe ${year}`, 'hash');
        expect(await checked()).toMatchObject({ ok: true });
      }
      expect((await lines())[0]!.sequence).toBeGreaterThan(6);
      const mallory = { name: 'Mallory', tokenHash: '', addedAtMs: 0 };
      expect(await checked({ approvers: [mallory] })).toMatchObject({ ok: false, problem: 'Mallory is an approver, and no line says so' });
    });

    it('is not whole when younger lines went, or one that was noted down', async () => {
      const [noted] = await lines();
      clock.advance(296 * DAY_MS);
      await sweep();
      expect(await checked({}, 1)).toMatchObject({ ok: false, problem: 'line 1 is missing' });
      expect(await checked({ seen: noted })).toMatchObject({ ok: false, problem: 'line 1, which you noted down, is not kept any more: the log begins with line 4 of 2026-01-01' });
      expect(await checked({ seen: (await lines())[1] })).toMatchObject({ ok: true });
    });
  });
}
