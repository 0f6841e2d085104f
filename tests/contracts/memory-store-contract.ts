import { makeId } from '../../kernel';
import { DimensionMismatchError, type MemoryItem, type MemoryStore } from '../../memory';
import { bandsOf } from '../../memory/near-duplicates';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { SAMPLE_MODEL, sampleMemory, sampleVector } from '../support/sample-memories';
import { memorySearchContract } from './memory-search-contract';

const HOUR_MS = 3_600_000;

/** Two connections to one empty store. */
export type OpenMemoryStores = (clock: FakeClock) => Promise<[MemoryStore, MemoryStore]>;

/** What every MemoryStore must do. */
export function memoryStoreContract(name: string, open: OpenMemoryStores): void {
  describe(`memory store: ${name}`, () => {
    let clock: FakeClock;
    let store: MemoryStore;
    let other: MemoryStore;
    beforeEach(async () => {
      clock = fakeClock();
      [store, other] = await open(clock);
    });
    const all = async (from: MemoryStore = store): Promise<MemoryItem[]> => await from.list({}, 500);
    const texts = async (filter: Parameters<MemoryStore['list']>[0]) => (await store.list(filter, 500)).map(({ text }) => text).sort();

    it('keeps an item with all that belongs to it', async () => {
      const memory = sampleMemory('The customer wants invoices as PDF.', {
        kind: 'trace', scope: { level: 'project', of: 'shop' }, privacy: 'public', createdAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + HOUR_MS, outcomes: { passed: 3, failed: 1 },
        provenance: { runId: 'r1', taskId: 't1', role: 'backend', project: 'shop', user: 'ada', workflowId: 'w1', source: 'https://example.com/a?b=c', part: 7 },
      });
      await store.put([memory]);
      expect(await all()).toEqual([memory.item]);
      expect(await all(other)).toEqual([memory.item]);
    });

    it('replaces an item whose id is known, its words and its vector too', async () => {
      const id = makeId();
      await store.put([sampleMemory('Deploy on Mondays', { id })]);
      await store.put([sampleMemory('Backups run at night', { id })]);
      expect(await texts({})).toEqual(['Backups run at night']);
      expect(await store.search({ text: 'Mondays', filter: {}, limit: 5 })).toEqual([]);
      expect((await store.search({ text: 'Backups', vector: sampleVector('Backups run at night'), filter: {}, limit: 5 }))[0]).toMatchObject({ similarity: expect.closeTo(1, 4), lexical: true });
    });

    it('keeps what was learnt of an item that is renewed, whoever learns something at the same moment', async () => {
      const first = sampleMemory('Deploy on Mondays', { expiresAtMs: clock.nowMs() + HOUR_MS });
      await store.put([first]);
      const renewal = { ...sampleMemory('deploy on Mondays', { id: first.item.id, model: 'a new one', provenance: { runId: 'r2' } }), renews: true };
      await Promise.all([...Array.from({ length: 6 }, async () => await other.noteOutcome([first.item.id], 'passed')), store.put([renewal]), store.noteOutcome([first.item.id], 'failed'), store.put([renewal])]);
      expect(await all()).toEqual([{ ...renewal.item, outcomes: { passed: 6, failed: 1 } }]);
      expect((await store.search({ text: '', vector: sampleVector('deploy on Mondays', 'a new one'), filter: {}, limit: 5 }))[0]).toMatchObject({ similarity: expect.closeTo(1, 4) });
      await store.remove({});
      await store.put([renewal]);
      expect(await all(other)).toEqual([renewal.item]);
    });

    it.each([null, 3])('makes no life shorter by renewing, whoever made it longer in the meantime: %p hours', async (hours) => {
      const until = (more: number | null): number | null => (more === null ? null : clock.nowMs() + more * HOUR_MS);
      const memory = sampleMemory('Deploy on Mondays', { expiresAtMs: until(1), model: null });
      const renewal = (more: number | null) => ({ ...memory, item: { ...memory.item, expiresAtMs: until(more) }, renews: true });
      await store.put([memory]);
      await other.put([renewal(hours)]);
      await store.put([renewal(2)]);
      expect(await all()).toEqual([renewal(hours).item]);
    });

    it('finds by every condition, and by several at once', async () => {
      const ids = [makeId(), makeId()];
      await store.put([
        sampleMemory('a', { id: ids[0], kind: 'chat', scope: { level: 'user', of: 'ada' }, privacy: 'public', createdAtMs: 1_000, provenance: { user: 'ada', runId: 'r1', project: 'p1', role: 'qa', source: 's1' } }),
        sampleMemory('b', { id: ids[1], kind: 'trace', scope: { level: 'role', of: 'ada' }, privacy: 'secret', createdAtMs: 2_000, provenance: { user: 'bob', runId: 'r2', project: 'p2', role: 'cto', source: 's2' } }),
        sampleMemory('c', { kind: 'trace', createdAtMs: 3_000, model: null }),
      ]);
      expect(await texts({})).toEqual(['a', 'b', 'c']);
      expect(await texts({ ids: [ids[0]!, makeId(), 'no UUID'] })).toEqual(['a']);
      expect(await texts({ kinds: ['trace', 'fact'] })).toEqual(['b', 'c']);
      expect(await texts({ scopes: [{ level: 'role', of: 'ada' }, { level: 'team' }] })).toEqual(['b', 'c']);
      expect(await texts({ privacy: ['public', 'internal'] })).toEqual(['a', 'c']);
      expect(await texts({ user: 'ada' })).toEqual(['a']);
      expect(await texts({ runId: 'r2' })).toEqual(['b']);
      expect(await texts({ project: 'p1' })).toEqual(['a']);
      expect(await texts({ role: 'cto' })).toEqual(['b']);
      expect(await texts({ source: 's2' })).toEqual(['b']);
      expect(await texts({ createdAfterMs: 1_000, createdBeforeMs: 3_000 })).toEqual(['b']);
      expect(await texts({ withoutVectorOf: SAMPLE_MODEL })).toEqual(['c']);
      expect(await texts({ withoutVectorOf: 'another' })).toEqual(['a', 'b', 'c']);
      expect(await texts({ kinds: ['trace'], user: 'ada' })).toEqual([]);
      expect(await texts({ kinds: ['trace', 'trace'], scopes: [{ level: 'role', of: 'ada' }, { level: 'role', of: 'ada' }], ids: [ids[1]!, ids[1]!] })).toEqual(['b']);
      expect(await texts({ kinds: [] })).toEqual([]);
      expect(await texts({ ids: [] })).toEqual([]);
    });

    it('forgets what has expired for every method, and removes it when told', async () => {
      const memory = sampleMemory('Gone in an hour', { expiresAtMs: clock.nowMs() + HOUR_MS });
      await store.put([memory, sampleMemory('Stays')]);
      expect(await store.count({})).toBe(2);
      clock.advance(HOUR_MS);
      expect(await store.count({})).toBe(1);
      expect(await texts({})).toEqual(['Stays']);
      expect((await store.search({ text: 'gone hour', vector: sampleVector('Gone in an hour'), filter: {}, limit: 5 })).map(({ item }) => item.text)).toEqual(['Stays']);
      expect(await store.nearDuplicates(memory.item, memory.bands)).toEqual([]);
      expect((await store.sizes()).items).toBe(1);
      expect(await store.remove({})).toBe(1);
      expect(await store.removeExpired()).toBe(1);
      expect(await store.removeExpired()).toBe(0);
    });

    it('pages through a list, newest first, even when the last item of a page goes', async () => {
      const made = Array.from({ length: 23 }, (_, number) => sampleMemory(`note ${number}`, { createdAtMs: 1_000 + Math.floor(number / 6), model: null }));
      await store.put(made);
      const seen: MemoryItem[] = [];
      for (let page = await store.list({}, 5); page.length > 0; page = await store.list({}, 5, seen.at(-1))) {
        seen.push(...page);
        await other.remove({ ids: [page.at(-1)!.id] });
      }
      const expected = made.map(({ item }) => item).sort((one, two) => two.createdAtMs - one.createdAtMs || (one.id < two.id ? -1 : 1));
      expect(seen.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    });

    it('removes as many as it counted, and nothing else', async () => {
      await store.put([sampleMemory('one', { provenance: { user: 'ada' } }), sampleMemory('two', { provenance: { user: 'ada' } }), sampleMemory('three')]);
      const counted = await store.count({ user: 'ada' });
      expect(counted).toBe(2);
      expect(await store.remove({ user: 'ada' })).toBe(counted);
      expect(await store.count({ user: 'ada' })).toBe(0);
      expect(await texts({})).toEqual(['three']);
      expect(await store.search({ text: 'two', filter: {}, limit: 5 })).toEqual([]);
    });

    it('knows near-duplicates of the same kind and scope', async () => {
      const text = 'The staging server is deployed every Monday morning by the pipeline of the web team after the tests have passed';
      const [first, again] = [sampleMemory(text, { createdAtMs: 1 }), sampleMemory(`${text}.`, { createdAtMs: 2 })];
      await store.put([first, again, sampleMemory(text, { kind: 'trace' }), sampleMemory(text, { scope: { level: 'user', of: 'ada' } }), sampleMemory('Something else altogether, about invoices')]);
      const found = await store.nearDuplicates({ kind: 'fact', scope: { level: 'team' } }, bandsOf(first.item));
      expect(found.map(({ id }) => id)).toEqual([again.item.id, first.item.id]);
      expect(await store.nearDuplicates({ kind: 'fact', scope: { level: 'team' } }, [])).toEqual([]);
    });

    it('counts outcomes, of known items alone', async () => {
      const [one, two] = [sampleMemory('one'), sampleMemory('two')];
      await store.put([one, two]);
      await Promise.all([store.noteOutcome([one.item.id, two.item.id], 'passed'), store.noteOutcome([one.item.id, makeId(), 'no UUID'], 'failed'), store.noteOutcome([one.item.id], 'passed'), store.noteOutcome([], 'passed')]);
      const outcomes = new Map((await all(other)).map((item) => [item.text, item.outcomes]));
      expect(outcomes).toEqual(new Map([['one', { passed: 2, failed: 1 }], ['two', { passed: 1, failed: 0 }]]));
    });

    it('loses no outcome when two processes note several at once', async () => {
      const one = sampleMemory('one');
      await store.put([one]);
      const outcomes = ['passed', 'failed', 'passed', 'passed', 'failed'] as const;
      await Promise.all(outcomes.flatMap((outcome) => [store.noteOutcome([one.item.id], outcome), other.noteOutcome([one.item.id], outcome)]));
      expect((await all())[0]!.outcomes).toEqual({ passed: 6, failed: 4 });
    });

    it('tells its sizes', async () => {
      expect(await store.sizes()).toEqual({ items: 0, bytes: 0, byKind: { chat: 0, scratch: 0, trace: 0, fact: 0 }, byModel: [], byScope: [] });
      await store.put([sampleMemory('ääh'), sampleMemory('bb', { kind: 'trace' }), sampleMemory('c', { model: 'other', scope: { level: 'user', of: 'ada' } }), sampleMemory('d', { model: null })]);
      expect(await store.sizes()).toEqual({
        items: 4, bytes: 9, byKind: { chat: 0, scratch: 0, trace: 1, fact: 3 },
        byModel: [{ model: 'other', dimension: 64, items: 1 }, { model: SAMPLE_MODEL, dimension: 64, items: 2 }],
        byScope: [{ scope: { level: 'team' }, items: 3 }, { scope: { level: 'user', of: 'ada' }, items: 1 }],
      });
    });

    it('names a vector of another length, and writes nothing of its batch', async () => {
      await store.put([sampleMemory('one')]);
      const wrong = { ...sampleMemory('two'), vector: { model: SAMPLE_MODEL, values: new Float32Array(8).fill(Math.SQRT1_2 / 2) } };
      await expect(store.put([sampleMemory('three'), wrong])).rejects.toThrow(DimensionMismatchError);
      await expect(other.put([wrong])).rejects.toThrow(`The embedding model "${SAMPLE_MODEL}" gave 8 numbers; the memory keeps 64`);
      await expect(other.search({ text: 'x', vector: wrong.vector, filter: {}, limit: 3 })).rejects.toThrow(DimensionMismatchError);
      await expect(store.addVectors([{ id: makeId(), vector: wrong.vector }, { id: (await all())[0]!.id, vector: wrong.vector }])).rejects.toThrow(DimensionMismatchError);
      expect(await texts({})).toEqual(['one']);
    });

    it('takes vectors later, and none for what is gone', async () => {
      const [late, gone] = [sampleMemory('Release notes are written by hand', { model: null, outcomes: { passed: 2, failed: 0 } }), sampleMemory('gone', { model: null })];
      await store.put([late, gone]);
      await store.search({ text: '', vector: sampleVector('release'), filter: {}, limit: 5 });
      await other.remove({ ids: [gone.item.id] });
      expect(await other.addVectors([late, gone].map(({ item }) => ({ id: item.id, vector: sampleVector(item.text) })))).toBe(1);
      expect(await texts({})).toEqual([late.item.text]);
      const [hit] = await store.search({ text: '', vector: sampleVector('release notes'), filter: {}, limit: 5 });
      expect(hit).toMatchObject({ item: late.item, similarity: expect.any(Number) });
      expect(await store.count({ withoutVectorOf: SAMPLE_MODEL })).toBe(0);
    });

    it('leaves a text that a model failed on alone for a day, then for two, and lets another model try', async () => {
      const [bad, fine] = [sampleMemory('bad', { model: null }), sampleMemory('fine', { model: null })];
      await store.put([bad, fine]);
      await store.noteUnreadable([bad.item.id, makeId(), 'no UUID'], SAMPLE_MODEL);
      await store.noteUnreadable([], SAMPLE_MODEL);
      expect(await texts({ dueForVectorOf: SAMPLE_MODEL })).toEqual(['fine']);
      expect(await other.count({ withoutVectorOf: SAMPLE_MODEL })).toBe(2);
      expect(await texts({ dueForVectorOf: 'another' })).toEqual(['bad', 'fine']);
      clock.advance(24 * HOUR_MS);
      expect(await texts({ dueForVectorOf: SAMPLE_MODEL })).toEqual(['bad', 'fine']);
      await other.noteUnreadable([bad.item.id], SAMPLE_MODEL);
      clock.advance(47 * HOUR_MS);
      expect(await texts({ dueForVectorOf: SAMPLE_MODEL })).toEqual(['fine']);
      await store.put([bad]);
      expect(await texts({ dueForVectorOf: SAMPLE_MODEL })).toEqual(['bad', 'fine']);
      expect(await all()).toEqual(await all(other));
    });

    memorySearchContract(() => [store, other, clock]);
  });
}
