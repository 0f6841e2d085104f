import { makeId, silentLogger } from '../../kernel';
import { type RecallTallies, createMemory, emptyRecallTally, openSqliteMemory } from '../../memory';
import { openSqlite } from '../../storage';
import { type FakeClock, fakeClock } from '../support/fake-clock';

const DAY_MS = 24 * 3_600_000;
const NOON_MS = Date.UTC(2026, 10, 21, 12);

/** What every RecallTallies must count. `open` gives two of the same, empty store. */
export function recallTallyContract(name: string, open: (clock: FakeClock) => [RecallTallies, RecallTallies]): void {
  describe(`recall tallies: ${name}`, () => {
    let clock: FakeClock;
    let [tallies, other] = [] as unknown as [RecallTallies, RecallTallies];
    beforeEach(() => {
      clock = fakeClock(NOON_MS);
      [tallies, other] = open(clock);
    });
    const memoryWith = (down = false) => {
      const store = openSqliteMemory({ database: openSqlite(':memory:'), clock });
      const failing: RecallTallies = { ...tallies, add: async () => await Promise.reject(new Error('the disk is full')) };
      return createMemory({ store, tallies: down ? failing : tallies, clock, makeId, log: silentLogger, embedder: async () => undefined, estimateTokens: (text) => text.length });
    };
    const { signal } = new AbortController();

    it('counts nothing in an empty store', async () => expect(await tallies.tally({ sinceMs: 0 })).toEqual(emptyRecallTally()));

    it('adds up what two processes count', async () => {
      await Promise.all([tallies.add({ byAgents: 1, byAgentsFound: 1 }), other.add({ byAgents: 1, byAgentsFound: 0 }), other.add({ givenPassed: 3 }), tallies.add({})]);
      for (const store of [tallies, other]) expect(await store.tally({ sinceMs: 0 })).toEqual({ ...emptyRecallTally(), byAgents: 2, byAgentsFound: 1, givenPassed: 3 });
    });

    it('tells whole days of UTC apart', async () => {
      await tallies.add({ byOthers: 1 });
      clock.advance(DAY_MS);
      await tallies.add({ byOthers: 10 });
      clock.advance(DAY_MS / 4);
      expect((await tallies.tally({ sinceMs: 0 })).byOthers).toBe(11);
      expect((await tallies.tally({ sinceMs: NOON_MS + 1 })).byOthers).toBe(11);
      expect((await tallies.tally({ sinceMs: NOON_MS + DAY_MS / 2 })).byOthers).toBe(10);
      expect((await tallies.tally({ sinceMs: NOON_MS + 2 * DAY_MS })).byOthers).toBe(0);
    });

    it('forgets in the end', async () => {
      await tallies.add({ byOthers: 1 });
      clock.advance(800 * DAY_MS);
      await tallies.add({ byOthers: 10 });
      expect((await tallies.tally({ sinceMs: 0 })).byOthers).toBe(10);
    });

    it('counts each recall by who asked and whether it found something, and what was given by how the work ended', async () => {
      const memory = memoryWith();
      const [{ id } = { id: '' }] = await memory.remember([{ text: 'The library opens at nine.', kind: 'fact', scope: { level: 'team' } }], signal);
      await memory.recall({ query: 'When does the library open?', askedBy: 'agent' }, signal);
      await memory.recall({ query: 'swimming pool', askedBy: 'agent' }, signal);
      await memory.assemble({ query: 'library' }, signal);
      await memory.noteOutcome([id], 'passed');
      await memory.noteOutcome([id, id], 'failed');
      expect(await other.tally({ sinceMs: 0 })).toEqual({ byAgents: 2, byAgentsFound: 1, byOthers: 1, byOthersFound: 1, givenPassed: 1, givenFailed: 2 });
    });

    it('costs nobody his answer when it fails', async () => {
      const memory = memoryWith(true);
      await memory.remember([{ text: 'The library opens at nine.', kind: 'fact', scope: { level: 'team' } }], signal);
      expect((await memory.recall({ query: 'library' }, signal)).items).toHaveLength(1);
      await memory.noteOutcome([makeId()], 'passed');
    });
  });
}
