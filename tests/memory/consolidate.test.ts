import { makeId, silentLogger } from '../../kernel';
import { type Embedder, type MemoryStore, createMemory, openSqliteMemory } from '../../memory';
import { openSqlite } from '../../storage';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { ngramVector } from '../support/ngram-vectors';
import { SAMPLE_MODEL, sampleMemory } from '../support/sample-memories';

const DAY_MS = 24 * 3_600_000;
const { signal } = new AbortController();

describe('consolidating the memory', () => {
  let clock: FakeClock;
  let store: MemoryStore;
  let model: Embedder | undefined;
  const embedder = (more: Partial<Embedder> = {}): Embedder => ({ model: SAMPLE_MODEL, local: true, embed: async (texts) => await Promise.resolve(texts.map((text) => ngramVector(text))), ...more });
  const memory = () => createMemory({ store, embedder: async () => await Promise.resolve(model), estimateTokens: (text) => text.length / 4, clock, makeId, log: silentLogger });
  beforeEach(() => {
    clock = fakeClock();
    store = openSqliteMemory({ database: openSqlite(':memory:'), clock });
    model = embedder();
  });
  const texts = async () => (await store.list({}, 500)).map(({ text }) => text).sort();

  it('removes what has expired', async () => {
    await store.put([sampleMemory('old', { expiresAtMs: clock.nowMs() + 1 }), sampleMemory('kept')]);
    clock.advance(1);
    expect(await memory().consolidate({}, signal)).toEqual({ expired: 1, merged: 0, madeRoom: 0, embedded: 0, withoutVector: 0 });
  });

  it('merges what two processes remembered at the same moment; what helped more often stays', async () => {
    const text = 'The staging server is deployed every Monday morning by the pipeline of the web team';
    await store.put([sampleMemory(text, { createdAtMs: 1, outcomes: { passed: 2, failed: 0 } }), sampleMemory(`${text}.`, { createdAtMs: 2 }), sampleMemory(text, { kind: 'chat' }), sampleMemory(text, { privacy: 'secret' }), sampleMemory(text, { scope: { level: 'user', of: 'ada' } })]);
    expect(await memory().consolidate({}, signal)).toMatchObject({ merged: 1 });
    expect(await store.count({})).toBe(4);
    expect((await store.list({ kinds: ['fact'], scopes: [{ level: 'team' }], privacy: ['internal'] }, 5))[0]).toMatchObject({ text, outcomes: { passed: 2, failed: 0 } });
  });

  it('makes room by what is worth least: old before new, notes before facts, what failed before what passed', async () => {
    const nowMs = clock.nowMs();
    const scope = { level: 'project', of: 'shop' } as const;
    await store.put([
      sampleMemory('alpha old trace', { kind: 'trace', scope, createdAtMs: nowMs - 90 * DAY_MS }), sampleMemory('beta old fact', { scope, createdAtMs: nowMs - 90 * DAY_MS }), sampleMemory('gamma new trace', { kind: 'trace', scope, createdAtMs: nowMs }),
      sampleMemory('delta failed', { kind: 'trace', scope, createdAtMs: nowMs, outcomes: { passed: 0, failed: 9 } }), sampleMemory('epsilon passed', { kind: 'trace', scope, createdAtMs: nowMs, outcomes: { passed: 9, failed: 0 } }), sampleMemory('zeta elsewhere', { createdAtMs: 0 }),
    ]);
    expect(await memory().consolidate({ mostPerScope: 3 }, signal)).toMatchObject({ madeRoom: 2 });
    expect(await texts()).toEqual(['beta old fact', 'epsilon passed', 'gamma new trace', 'zeta elsewhere']);
    expect(await memory().consolidate({ most: 3 }, signal)).toMatchObject({ madeRoom: 1 });
    expect(await texts()).toEqual(['epsilon passed', 'gamma new trace', 'zeta elsewhere']);
  });

  it.each([0, -1, 1.5, Number.NaN, null, '3'])('forgets nothing where it is to keep %p items', async (bound) => {
    await store.put([sampleMemory('kept'), sampleMemory('kept too')]);
    for (const request of [{ most: bound as number }, { mostPerScope: bound as number }]) await expect(memory().consolidate(request, signal)).rejects.toThrow('The memory cannot be kept at');
    expect(await store.count({})).toBe(2);
  });

  it('embeds what has no vector yet, secret texts on this machine alone, and a bounded number a call', async () => {
    await store.put([...Array.from({ length: 330 }, (_, number) => sampleMemory(`note ${number} ${makeId()}`, { model: null, kind: 'chat' })), sampleMemory('secret', { model: null, privacy: 'secret' })]);
    model = embedder({ local: false });
    expect(await memory().consolidate({}, signal)).toMatchObject({ embedded: 320, withoutVector: 10 });
    expect(await memory().consolidate({}, signal)).toMatchObject({ embedded: 10, withoutVector: 0 });
    expect(await store.count({ withoutVectorOf: SAMPLE_MODEL })).toBe(1);
    model = embedder();
    expect(await memory().consolidate({}, signal)).toMatchObject({ embedded: 1, withoutVector: 0 });
    model = embedder({ model: 'a new one' });
    expect(await memory().consolidate({}, signal)).toMatchObject({ embedded: 320, withoutVector: 11 });
  });

  it('says why nothing was embedded', async () => {
    await store.put([sampleMemory('one', { model: null })]);
    model = undefined;
    expect(await memory().consolidate({}, signal)).toMatchObject({ embedded: 0, withoutVector: 1, notEmbedded: 'no embedding model' });
    model = embedder({ embed: async () => await Promise.reject(new TypeError('down')) });
    expect(await memory().consolidate({}, signal)).toMatchObject({ embedded: 0, withoutVector: 1, notEmbedded: 'the embedding model did not answer' });
  });

  it('stops when the execution does', async () => {
    await store.put([sampleMemory('one', { model: null })]);
    await expect(memory().consolidate({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
