import { makeId, silentLogger } from '../../kernel';
import { type Embedder, type Memory, type MemoryStore, type Remembrance, createMemory } from '../../memory';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { sampleMemory, sampleVector } from '../support/sample-memories';
import { retold } from '../support/retold-memories';
import type { OpenMemoryStores } from './memory-store-contract';

const DAY_MS = 24 * 3_600_000;
const { signal } = new AbortController();
const fact = (text: string, more: Partial<Remembrance> = {}): Remembrance => ({ text, kind: 'fact', scope: { level: 'team' }, ...more });

/** What remembering does on every MemoryStore. */
export function rememberingContract(name: string, open: OpenMemoryStores): void {
  describe(`remembering: ${name}`, () => {
    let clock: FakeClock;
    let store: MemoryStore;
    let memory: Memory;
    let other: Memory;
    let model: Embedder | undefined;
    beforeEach(async () => {
      clock = fakeClock();
      model = undefined;
      const stores = await open(clock);
      [store] = stores;
      [memory, other] = stores.map((each) => createMemory({ store: each, embedder: async () => await Promise.resolve(model), estimateTokens: (text) => text.length / 4, clock, makeId, log: silentLogger })) as [Memory, Memory];
    });
    const texts = async (): Promise<string[]> => (await store.list({}, 500)).map(({ text }) => text).sort();

    it('never lets one fact take the place of another, however alike they look', async () => {
      for (const { first, second } of retold.apart) {
        await memory.remember([fact(first)], signal);
        await memory.remember([fact(second)], signal);
      }
      expect(await texts()).toEqual([...new Set(retold.apart.flatMap(({ first, second }) => [first, second]))].sort());
    });

    it('renews what is said again in the same words, whatever its look', async () => {
      for (const { first, second } of retold.same) {
        await memory.remember([fact(first)], signal);
        await memory.remember([fact(second)], signal);
      }
      expect(await texts()).toEqual(retold.same.map(({ second }) => second.normalize('NFC').trim()).sort());
    });

    it('renews what is said again with few words more, in a long text', async () => {
      for (const { first, second } of retold.fuller) {
        await memory.remember([fact(first)], signal);
        expect((await memory.remember([fact(second)], signal))[0]).toHaveProperty('mergedInto');
      }
      expect(new Set(await texts())).toEqual(new Set(retold.fuller.map(({ second }) => second)));
    });

    it('keeps what is said in other words as well: a word more may be a "not", a date more is another fact', async () => {
      for (const { first, second } of retold.reworded) {
        await memory.remember([fact(first)], signal);
        await memory.remember([fact(second)], signal);
      }
      expect(await texts()).toHaveLength(new Set(retold.reworded.flatMap(({ first, second }) => [first, second])).size);
    });

    it('keeps once what many remember at the same moment, in one process and in two, as long as the longest of them wanted', async () => {
      const told = await Promise.all(Array.from({ length: 12 }, async (_, number) => await (number % 2 ? memory : other).remember([fact('The key lies in the left drawer.', number === 5 ? {} : { keptMs: 60_000 })], signal)));
      expect((await store.list({}, 500)).map(({ text, expiresAtMs }) => ({ text, expiresAtMs }))).toEqual([{ text: 'The key lies in the left drawer.', expiresAtMs: null }]);
      expect(told.flat().filter(({ mergedInto }) => mergedInto === undefined).length).toBeLessThan(12);
    });

    it('brings no double back that somebody has merged away while it was being renewed', async () => {
      const [first, double] = [sampleMemory('The key lies in the left drawer.', { id: '00000000-0000-7000-8000-000000000001', model: null }), sampleMemory('The key lies in the left drawer.', { model: null })];
      await store.put([double]);
      const { nearDuplicates } = store;
      store.nearDuplicates = async (...given) => {
        store.nearDuplicates = nearDuplicates;
        const found = await nearDuplicates(...given);
        await store.put([first]);
        await store.remove({ ids: [double.item.id] });
        return found;
      };
      expect(await memory.remember([fact('The key lies in the left drawer.')], signal)).toEqual([expect.objectContaining({ id: first.item.id, mergedInto: first.item.id })]);
      expect((await store.list({}, 500)).map(({ id }) => id)).toEqual([first.item.id]);
    });

    it('keeps what somebody renews while upkeep merges it, though he merged away the one that was to stay', async () => {
      const doubles = ['1', '2'].map((end) => sampleMemory('The key lies in the left drawer.', { id: `00000000-0000-7000-8000-00000000000${end}`, model: null, createdAtMs: clock.nowMs() }));
      await store.put(doubles);
      clock.advance(DAY_MS);
      const { remove } = store;
      store.remove = async (filter) => {
        store.remove = remove;
        const [gone] = doubles.filter(({ item }) => filter.ids?.includes(item.id));
        await store.put([{ ...gone!, item: { ...gone!.item, createdAtMs: clock.nowMs() }, renews: true }]);
        await store.remove({ ids: doubles.filter((double) => double !== gone).map(({ item }) => item.id) });
        return await remove(filter);
      };
      expect(await memory.consolidate({}, signal)).toMatchObject({ merged: 0 });
      expect(await texts()).toEqual(['The key lies in the left drawer.']);
    });

    it('keeps once what stands twice in one batch, but each part of a document', async () => {
      const told = await memory.remember([fact('The key lies in the left drawer.'), fact('the key lies in the left drawer')], signal);
      // The smaller id stays, and two of one moment are in no order.
      expect(new Set(told.map(({ id }) => id)).size).toBe(1);
      expect(told.filter(({ mergedInto }) => mergedInto !== undefined)).toHaveLength(1);
      await memory.remember([0, 1, 2].map((part) => fact('See the next page.', { provenance: { source: 'list.pdf', part } })), signal);
      expect(await store.count({})).toBe(4);
    });

    it('asks a model for a text it cannot read less and less often, and another model at once', async () => {
      const asked: string[] = [];
      const failing = (name: string): Embedder => ({ model: name, local: true, embed: async (given) => (asked.push(...given.filter((text) => text.includes('BAD'))), given.some((text) => text.includes('BAD')) ? await Promise.reject(new TypeError('500')) : await Promise.resolve(given.map((text) => sampleVector(text).values))) });
      const timesAsked = async (): Promise<number> => {
        asked.length = 0;
        await memory.consolidate({}, signal);
        return asked.length;
      };
      model = failing('picky');
      expect(await memory.remember([fact('BAD text')], signal)).toEqual([expect.objectContaining({ notEmbedded: 'the embedding model cannot read it' })]);
      expect(await timesAsked()).toBe(0);
      expect(await memory.consolidate({}, signal)).toMatchObject({ embedded: 0, withoutVector: 1, unreadable: 1 });
      clock.advance(DAY_MS);
      expect(await timesAsked()).toBeGreaterThan(0);
      clock.advance(DAY_MS);
      expect(await timesAsked()).toBe(0);
      clock.advance(DAY_MS);
      expect(await timesAsked()).toBeGreaterThan(0);
      model = failing('picky too');
      expect(await timesAsked()).toBeGreaterThan(0);
      model = { ...failing('reads all'), embed: async (given) => await Promise.resolve(given.map((text) => sampleVector(text).values)) };
      expect(await memory.consolidate({}, signal)).toMatchObject({ embedded: 1, withoutVector: 0 });
    });

    it.each([Number.NaN, 0, -1, 1.5, null as never])('refuses to keep itself at %p items, and forgets nothing', async (cap) => {
      await memory.remember([fact('The key lies in the left drawer.')], signal);
      await expect(memory.consolidate({ most: cap }, signal)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await expect(memory.consolidate({ mostPerScope: cap }, signal)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await expect(memory.forget({}, cap)).rejects.toMatchObject({ code: 'MEMORY_FORGET_COUNT' });
      expect(await store.count({})).toBe(1);
    });

    it.each([5, null, undefined, {}])('takes %p for no text', async (text) => {
      await expect(memory.remember([fact(text as never)], signal)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('finds the one that says the same among many that differ in a number alone', async () => {
      const order = (number: number) => fact(`Order ${number} of the customer in Graz was sent on Monday by the courier from the store in the south${'\0'}with two boxes of paper, one lamp and the printed invoice.`);
      await memory.remember(Array.from({ length: 60 }, (_, number) => order(number)), signal);
      clock.advance(1_000);
      expect((await memory.remember([order(0)], signal))[0]).toHaveProperty('mergedInto');
      expect(await store.count({})).toBe(60);
    });
  });
}
