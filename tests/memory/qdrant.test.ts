import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { makeId, silentLogger } from '../../kernel';
import { createMemory, MemoryDownError, openQdrantMemory, openSqliteOutbox, withOutbox, type MemoryStore } from '../../memory';
import { openSqlite } from '../../storage';
import { NGRAMS, ourDocuments, retrievalQuality } from '../bench/memory/quality';
import { type FakeClock, fakeClock } from '../support/fake-clock';
import { type StubQdrant, startStubQdrant } from '../support/qdrant-server';
import { readOpenApi } from '../support/qdrant-server/openapi';
import { SAMPLE_MODEL, sampleMemory, sampleVector } from '../support/sample-memories';
import { describeWithService, qdrantApi } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';

const COLLECTION = 'aios_default';

describeWithService(qdrantApi, 'the memory in Qdrant', () => {
  let server: StubQdrant;
  let clock: FakeClock;
  let store: MemoryStore;
  const open = (more: Partial<Parameters<typeof openQdrantMemory>[0]> = {}) => openQdrantMemory({ url: server.url, collection: COLLECTION, local: true, clock, log: silentLogger, ...more });
  beforeEach(async () => {
    server = await startStubQdrant({ openApiFile: qdrantApi.found!, apiKey: 'key 1' });
    clock = fakeClock();
    store = open({ apiKey: 'key 1' });
  });
  afterEach(async () => {
    expect(server.faults).toEqual([]);
    await server.close();
  });
  const pathsSince = (from: number) => server.requests.slice(from).map(({ method, path, query }) => `${method} ${path}${query.size > 0 ? `?${query.toString()}` : ''}`);

  it('makes its collection on first use, with an index for each field a filter looks at, and not again', async () => {
    expect(await store.count({})).toBe(0);
    expect(server.collections.get(COLLECTION)!.sparse.get('words')).toEqual({ modifier: 'idf' });
    expect([...server.collections.get(COLLECTION)!.indexes.keys()]).toEqual(expect.arrayContaining(['kind', 'scope', 'privacy', 'createdAtMs', 'expiresAtMs', 'provenance.user', 'bands']));
    const before = server.requests.length;
    await store.count({});
    await open({ apiKey: 'key 1' }).count({});
    expect(pathsSince(before)).toEqual([`POST /collections/${COLLECTION}/points/count`, `GET /collections/${COLLECTION}`, `POST /collections/${COLLECTION}/points/count`]);
  });

  it('makes the indexes that are missing, when whoever made the collection was cut off', async () => {
    server.plan = [undefined, undefined, undefined, undefined, undefined, { status: 503, json: {} }];
    await expect(store.count({})).rejects.toMatchObject({ code: 'MEMORY_DOWN' });
    expect(await store.list({}, 5)).toEqual([]);
    expect(await store.sizes()).toMatchObject({ items: 0 });
  });

  it('waits for what it writes, and searches with one request', async () => {
    await store.put([sampleMemory('staging server')]);
    expect(pathsSince(0).at(-1)).toBe(`PUT /collections/${COLLECTION}/points?wait=true`);
    const before = server.requests.length;
    await store.search({ text: 'staging', vector: sampleVector('staging'), filter: {}, limit: 5 });
    expect(pathsSince(before)).toEqual([`POST /collections/${COLLECTION}/points/query/batch`]);
    expect(JSON.parse(server.requests.at(-1)!.body).searches[0]).toMatchObject({ prefetch: [{ using: 'model-sample-embed' }, { using: 'words' }], query: { rrf: { k: 61 } } });
  });

  it('answers questions about our documents about as well as SQLite does', async () => {
    const [ours, theirs] = [await retrievalQuality(ourDocuments(), NGRAMS), await retrievalQuality(ourDocuments(), NGRAMS, open({ apiKey: 'key 1' }))];
    expect(Math.abs(ours.words.reciprocalPlace - theirs.words.reciprocalPlace)).toBeLessThan(0.05);
    expect(theirs.meaning.reciprocalPlace).toBeCloseTo(ours.meaning.reciprocalPlace, 2);
    expect(Math.abs(ours.both.reciprocalPlace - theirs.both.reciprocalPlace)).toBeLessThan(0.08);
  }, 60_000);

  it('makes the collection again when somebody deletes it in the middle', async () => {
    await store.put([sampleMemory('one')]);
    server.collections.clear();
    await store.put([sampleMemory('two')]);
    expect((await store.list({}, 5)).map(({ text }) => text)).toEqual(['two']);
    server.collections.clear();
    expect(await store.search({ text: 'two', vector: sampleVector('two'), filter: {}, limit: 5 })).toEqual([]);
    server.collections.clear();
    expect(await store.count({})).toBe(0);
  });

  it('brings its model in again, when another process has made the collection anew without it', async () => {
    const another = open({ apiKey: 'key 1' });
    for (const first of [async () => await store.put([sampleMemory('four')]), async () => void (await store.search({ text: 'x', vector: sampleVector('x'), filter: {}, limit: 3 })), async () => void (await store.addVectors([{ id: (await another.list({}, 1))[0]!.id, vector: sampleVector('x') }]))]) {
      await store.put([sampleMemory('one')]);
      server.collections.clear();
      await another.put([sampleMemory('two', { model: null })]);
      await first();
      expect((await store.search({ text: 'two', vector: sampleVector('two'), filter: {}, limit: 3 })).map(({ item }) => item.text)).toContain('two');
    }
  });

  it.each([['null', { result: null }], ['nothing', {}], ['something else', { result: {} }], ['half of it', undefined]])('says of an answer with %s that it is none of Qdrant', async (_what, json) => {
    await store.count({});
    const calls = [async () => await store.count({}), async () => await store.list({}, 5), async () => await store.search({ text: 'x', filter: {}, limit: 1 }), async () => await store.sizes(), async () => await store.noteOutcome([makeId()], 'passed'), async () => await store.remove({ user: 'x' })];
    for (const call of calls) {
      server.plan = Array.from({ length: 4 }, () => (json ? { json } : { body: '{"result": {"count"' }));
      await expect(call()).rejects.toMatchObject({ code: 'MEMORY_DOWN', message: expect.stringContaining('is not Qdrant') });
    }
    server.plan = [];
  });

  it('looks for near-duplicates of many parts a few at a time', async () => {
    const memory = createMemory({ store, embedder: async () => await Promise.resolve(undefined), estimateTokens: (text) => text.length / 4, clock, makeId, log: silentLogger });
    let [now, most] = [0, 0];
    const { nearDuplicates } = store;
    store.nearDuplicates = async (...given) => {
      most = Math.max(most, ++now);
      return await nearDuplicates(...given).finally(() => now--);
    };
    expect(await memory.remember(Array.from({ length: 60 }, (_, part) => ({ text: `Part ${part} ${makeId()}`, kind: 'fact', scope: { level: 'team' } })), new AbortController().signal)).toHaveLength(60);
    expect(most).toBe(8);
  });

  it('leaves a collection alone that is not a memory', async () => {
    await fetch(`${server.url}/collections/${COLLECTION}`, { method: 'PUT', headers: { 'api-key': 'key 1' }, body: JSON.stringify({ vectors: { size: 3, distance: 'Dot' } }) }).then(async (answer) => await answer.text());
    server.collections.get(COLLECTION)!.dense.clear();
    await expect(store.put([sampleMemory('one')])).rejects.toMatchObject({ code: 'MEMORY_REFUSED', message: expect.stringContaining('is not a team\'s memory') });
  });

  it('says that a Qdrant is too old, or is none', async () => {
    await store.count({});
    const nobody = { status: 404, json: { status: { error: 'Not Found' } } };
    server.plan.push(undefined, nobody);
    await expect(store.put([sampleMemory('one')])).rejects.toMatchObject({ code: 'MEMORY_REFUSED', hint: expect.stringContaining('1.19') });
    server.plan.push(nobody, nobody, nobody);
    await expect(open({ apiKey: 'key 1' }).count({})).rejects.toMatchObject({ code: 'MEMORY_REFUSED' });
    server.plan.push({ body: '<html>hello</html>' });
    await expect(open({ apiKey: 'key 1' }).count({})).rejects.toMatchObject({ code: 'MEMORY_DOWN', message: expect.stringContaining('is not Qdrant') });
  });

  it('names a refused key, never the key', async () => {
    const refused = open({ apiKey: 'wrong key' }).count({});
    await expect(refused).rejects.toMatchObject({ code: 'MEMORY_REFUSED', kind: 'user', message: expect.stringContaining('refuses the API key (HTTP 401)') });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('wrong key') });
  });

  it('tries once more when the connection is cut, then says where nobody answers', async () => {
    await store.count({});
    server.plan.push({ drop: true });
    expect(await store.count({})).toBe(0);
    server.down = true;
    await expect(store.count({})).rejects.toMatchObject({ code: 'MEMORY_DOWN', kind: 'temporary', message: expect.stringContaining(server.url) });
    await expect(open({ url: 'http://user:pass@127.0.0.1:1' }).count({})).rejects.not.toMatchObject({ message: expect.stringContaining('pass') });
  });

  it.each([[503, 'HTTP 503'], [429, 'HTTP 429'], [500, 'HTTP 500']])('takes status %i for "later"', async (status, words) => {
    await store.count({});
    server.plan.push({ status, json: { status: { error: 'busy' } } });
    await expect(store.count({})).rejects.toMatchObject({ code: 'MEMORY_DOWN', message: expect.stringContaining(words) });
  });

  it('gives up after its time, and at once when the execution is stopped', async () => {
    await store.count({});
    const silent = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(open({ url, timeoutMs: 30 }).count({})).rejects.toMatchObject({ code: 'MEMORY_DOWN', message: expect.stringContaining('no answer within 0.03 s') });
    silent.close();
    await expect(store.search({ text: 'x', filter: {}, limit: 1 }, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('sends nothing secret to a server elsewhere', async () => {
    const away = open({ apiKey: 'key 1', local: false });
    const before = server.requests.length;
    await expect(away.put([sampleMemory('open'), sampleMemory('secret', { privacy: 'secret' })])).rejects.toMatchObject({ code: 'MEMORY_SECRET' });
    await expect(away.search({ text: 'secret', filter: { privacy: ['internal', 'secret'] }, limit: 1 })).rejects.toMatchObject({ code: 'MEMORY_SECRET' });
    await expect(away.search({ text: 'secret', filter: {}, limit: 1 })).rejects.toMatchObject({ code: 'MEMORY_SECRET' });
    expect(server.requests).toHaveLength(before);
    await away.put([sampleMemory('open')]);
    expect(await away.search({ text: 'open', filter: { privacy: ['public', 'internal'] }, limit: 1 })).toHaveLength(1);
  });

  it('knows a request that Qdrant would not take', () => {
    const judge = readOpenApi(qdrantApi.found!);
    const none = new URLSearchParams();
    expect(judge('POST', '/collections/a/points/count', none, { filter: { must: [{ has_id: ['x'] }] }, exact: true })).toBeUndefined();
    expect(judge('POST', '/collections/a/points/count', none, { filter: { musst: [] } })).toContain('must NOT have additional properties');
    expect(judge('POST', '/collections/a/points/scroll', none, { limit: 'ten' })).toBeDefined();
    expect(judge('PUT', '/collections/a/points', new URLSearchParams('wait=true'), { points: [{ vector: {} }] })).toBeDefined();
    expect(judge('PUT', '/collections/a/points', new URLSearchParams('now=true'), { points: [] })).toContain('?now');
    expect(judge('POST', '/collections/a/points/seek', none, {})).toContain('no request');
  });

  describe('with an outbox', () => {
    const database = () => openSqlite(join(temporaryFolder(), 'team.sqlite'));
    const withBox = (file = database(), more = {}) => withOutbox(open({ apiKey: 'key 1', ...more }), { outbox: openSqliteOutbox({ database: file, clock }), local: true, address: server.url, clock, log: silentLogger, ...more });

    it('loses nothing while Qdrant is down, and sends it when it is back', async () => {
      const file = database();
      const patient = withBox(file);
      await patient.put([sampleMemory('before', { createdAtMs: 1 })]);
      server.down = true;
      await patient.put([sampleMemory('during one', { createdAtMs: 2 })]);
      await patient.put([sampleMemory('during two', { createdAtMs: 3, model: null })]);
      await expect(patient.search({ text: 'during', filter: {}, limit: 5 })).rejects.toMatchObject({ code: 'MEMORY_DOWN' });
      server.down = false;
      const afterRestart = withBox(file);
      expect((await afterRestart.list({}, 5)).map(({ text }) => text)).toEqual(['during two', 'during one', 'before']);
      expect((await afterRestart.search({ text: '', vector: sampleVector('during one'), filter: {}, limit: 1 }))[0]).toMatchObject({ item: { text: 'during one' }, similarity: expect.closeTo(1, 4) });
      expect(await openSqliteOutbox({ database: file, clock }).count()).toBe(0);
    });

    it('forgets only when what waits is there too, so that nothing forgotten comes back', async () => {
      const patient = withBox();
      server.down = true;
      await patient.put([sampleMemory('about ada', { provenance: { user: 'ada' } })]);
      await expect(patient.remove({ user: 'ada' })).rejects.toMatchObject({ code: 'MEMORY_DOWN' });
      server.down = false;
      expect(await patient.remove({ user: 'ada' })).toBe(1);
      clock.advance(60_000);
      expect(await patient.list({}, 5)).toEqual([]);
    });

    it('sends what waits once, whoever comes first, when many calls find Qdrant back together', async () => {
      const patient = withBox();
      server.down = true;
      await patient.put([sampleMemory('waited')]);
      server.down = false;
      const counts = await Promise.all([patient.count({}), patient.count({}), patient.put([sampleMemory('new')]), patient.count({})]);
      expect(counts.filter((count) => count === 0)).toEqual([]);
      expect(await patient.count({})).toBe(2);
      expect(server.requests.filter(({ method, path, body }) => method === 'PUT' && path.endsWith('/points') && body.includes('waited'))).toHaveLength(1);
    });

    it('keeps how tasks ended while Qdrant is down, behind what they were about', async () => {
      const file = database();
      const patient = withBox(file);
      const [there, waiting] = [sampleMemory('there'), sampleMemory('waiting')];
      await patient.put([there]);
      server.down = true;
      await patient.put([waiting]);
      await patient.noteOutcome([there.item.id, waiting.item.id], 'passed');
      await patient.noteOutcome([], 'passed');
      server.down = false;
      expect((await withBox(file).list({}, 5)).map(({ outcomes }) => outcomes.passed)).toEqual([1, 1]);
    });

    it('waits for a silent Qdrant once, not in every call', async () => {
      const silent = open({ apiKey: 'key 1' });
      let asked = 0;
      const wait = async () => (asked++, clock.advance(10_000), await Promise.reject(new MemoryDownError(server.url, 'no answer within 10 s')));
      const patient = withOutbox({ ...silent, put: wait, nearDuplicates: wait, search: wait }, { outbox: openSqliteOutbox({ database: database(), clock }), local: true, address: server.url, clock, log: silentLogger });
      const memory = createMemory({ store: patient, embedder: async () => await Promise.resolve(undefined), estimateTokens: (text) => text.length / 4, clock, makeId: () => '01a20060-1c2b-7b9a-a675-a25b10d32100', log: silentLogger });
      const { signal } = new AbortController();
      for (let number = 0; number < 10; number++) await memory.remember([{ text: `note ${number}`, kind: 'fact', scope: { level: 'team' } }], signal);
      expect((await memory.recall({ query: 'note' }, signal)).wentWithout).toContain('asked again after 30 s');
      expect(asked).toBe(1);
      clock.advance(30_000);
      await memory.recall({ query: 'note' }, signal);
      expect(asked).toBe(2);
      clock.advance(-86_400_000);
      await memory.recall({ query: 'note' }, signal);
      expect(asked).toBe(3);
    });

    it('sends what somebody had claimed before the clock was set back', async () => {
      const outbox = openSqliteOutbox({ database: database(), clock });
      await outbox.add([sampleMemory('waits')]);
      clock.advance(86_400_000);
      await outbox.claim(1, 60_000);
      clock.advance(-86_400_000);
      expect(await outbox.claim(1, 60_000)).toHaveLength(1);
      expect(await outbox.claim(1, 60_000)).toHaveLength(0);
    });

    it('takes ten thousand at most, and says so', async () => {
      const patient = withBox();
      server.down = true;
      const { item, bands } = sampleMemory('note', { model: null });
      await patient.put(Array.from({ length: 9_999 }, () => ({ item: { ...item, id: makeId() }, bands })));
      await expect(patient.put([sampleMemory('one'), sampleMemory('two')])).rejects.toMatchObject({ code: 'MEMORY_OUTBOX_FULL', message: expect.stringContaining('9,999 memories wait') });
    });

    it('keeps secret texts out of the outbox of a server elsewhere, and sends what waits without vectors when their length is wrong', async () => {
      server.down = true;
      await expect(withBox(database(), { local: false }).put([sampleMemory('secret', { privacy: 'secret' })])).rejects.toMatchObject({ code: 'MEMORY_SECRET' });
      const patient = withBox();
      await patient.put([sampleMemory('late')]);
      server.down = false;
      await store.put([{ ...sampleMemory('other length'), vector: { model: SAMPLE_MODEL, values: new Float32Array([1, 0]) } }]);
      await patient.put([sampleMemory('more', { model: null })]);
      expect((await patient.list({ withoutVectorOf: SAMPLE_MODEL }, 5)).map(({ text }) => text).sort()).toEqual(['late', 'more']);
    });

    it('lets the team remember, and says in a recall that it went without', async () => {
      const memory = createMemory({ store: withBox(), embedder: async () => await Promise.resolve(undefined), estimateTokens: (text) => text.length / 4, clock, makeId, log: silentLogger });
      const { signal } = new AbortController();
      server.down = true;
      await memory.remember([{ text: 'The staging server runs on port 8080', kind: 'fact', scope: { level: 'team' } }], signal);
      expect(await memory.recall({ query: 'staging port' }, signal)).toMatchObject({ items: [], wentWithout: expect.stringContaining('cannot be used') });
      expect(await memory.assemble({ query: 'staging port' }, signal)).toMatchObject({ text: '', wentWithout: expect.any(String) });
      server.down = false;
      clock.advance(60_000);
      expect((await memory.recall({ query: 'staging port' }, signal)).items).toHaveLength(1);
    });
  });
});
