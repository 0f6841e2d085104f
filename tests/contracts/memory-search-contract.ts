import { makeId } from '../../kernel';
import type { MemoryFilter, MemoryStore } from '../../memory';
import type { FakeClock } from '../support/fake-clock';
import { SAMPLE_MODEL, sampleMemory, sampleVector } from '../support/sample-memories';

/** What breaks out of quotes, of a query language or of UTF-8. */
const NASTY = [
  'a NUL \0 in the middle', '\0', 'half a sign \ud83d and the other half \ude00', "quotes ' and \" and ` and \\", '"; DROP TABLE memories; --', 'NEAR(a b, 5) AND OR NOT *', 'column:value ^start +must -mustnot',
  '{"must":[{"key":"kind"}]}', '${process.env.HOME} {{ $json.x }}', '<script>alert(1)</script>', '\u202Eright to left\u202C', 'emoji 👩‍👩‍👧‍👦 family', 'zero\u200bwidth', 'line\r\nbreaks\u2028and\u2029more', '%_%', '(((((', '***', '-', 'İstanbul ıI', 'ﬁne ligature', 'e\u0301 combining',
];

/** Part of {@link memoryStoreContract}: what is found, and in which order. */
export function memorySearchContract(stores: () => [MemoryStore, MemoryStore, FakeClock]): void {
  const search = async (text: string, { by = text, filter = {}, limit = 10, from = 0 }: { by?: string | null; filter?: MemoryFilter; limit?: number; from?: 0 | 1 } = {}) =>
    await stores()[from].search({ text, ...(by !== null && { vector: sampleVector(by) }), filter, limit });
  const found = async (...args: Parameters<typeof search>) => (await search(...args)).map(({ item }) => item.text);
  const put = async (...texts: string[]) => await stores()[0].put(texts.map((text) => sampleMemory(text)));

  it('finds by words alone: plural, accents and case do not matter, frequent little words neither', async () => {
    await put('The Café sells invoices', 'A server of the web team', 'Nothing in common');
    expect(await found('cafe', { by: null })).toEqual(['The Café sells invoices']);
    expect(await found('Where is the INVOICE?', { by: null })).toEqual(['The Café sells invoices']);
    expect(await found('the of a', { by: null })).not.toContain('Nothing in common');
    expect(await found('', { by: null })).toEqual([]);
    expect((await search('servers', { by: null }))[0]).toMatchObject({ score: 1, similarity: null, lexical: true });
  });

  it('puts an item with the rarer words first', async () => {
    await put('the server restarts the server', 'the server', 'the server of kubernetes', 'server logs');
    expect((await found('kubernetes server', { by: null }))[0]).toBe('the server of kubernetes');
  });

  it('finds by meaning alone, nearest first', async () => {
    await put('deployment of the staging server', 'redeploying staging servers', 'invoices for customers');
    const hits = await search('', { by: 'deployments of staging servers' });
    expect(hits.map(({ item }) => item.text).at(-1)).toBe('invoices for customers');
    expect(hits.every(({ lexical }) => !lexical)).toBe(true);
    expect(hits.map(({ similarity }) => similarity!)).toEqual(hits.map(({ similarity }) => similarity!).sort((one, other) => other - one));
    expect(hits[0]!.score).toBeGreaterThan(hits[1]!.score);
  });

  it('calls the last of a few that are about as near about as good', async () => {
    await put('deployment of the staging server', 'deployment of the staging servers');
    const [first, last] = await search('', { by: 'the deployment of the staging server' });
    expect(first!.similarity! - last!.similarity!).toBeLessThan(0.1);
    expect(last!.score).toBeGreaterThan(0.5);
  });

  it('puts what both ways find before what one finds', async () => {
    await put('invoice template', 'invoicing templates', 'invoice of a customer about something else entirely, with many more words', 'unrelated');
    const [first] = await search('invoice template');
    expect(first).toMatchObject({ item: { text: 'invoice template' }, score: 1, lexical: true, similarity: expect.closeTo(1, 4) });
  });

  it('puts the one item first that has a rare word, whatever is nearer in meaning', async () => {
    await put('the payment failed with RUNS_TOO_DEEP', ...Array.from({ length: 30 }, (_, number) => `what do errors of runs mean, part ${number}`));
    expect((await found('What does RUNS_TOO_DEEP mean?', { by: 'what do errors of runs mean' }))[0]).toBe('the payment failed with RUNS_TOO_DEEP');
  });

  it('goes by meaning where words are shared by accident', async () => {
    await put('the box arrived broken', 'an address on the front page leads nowhere', 'lunch is at noon');
    expect((await found('repair that broken hyperlink of our homepage today', { by: 'an address on the front page leads nowhere' }))[0]).toBe('an address on the front page leads nowhere');
  });

  it('finds a part of a document by the name of the document', async () => {
    const [store] = stores();
    await store.put([sampleMemory('It costs nothing on Sundays.', { provenance: { source: 'https://example.com/guides/parking-garage.html?lang=en' } }), sampleMemory('It costs nothing on Mondays.', { provenance: { source: 'Swimming Pool' } })]);
    expect(await found('garage', { by: null })).toEqual(['It costs nothing on Sundays.']);
    expect(await found('swimming', { by: null })).toEqual(['It costs nothing on Mondays.']);
  });

  it('applies the filter before it chooses, by words and by meaning', async () => {
    const [store] = stores();
    await store.put(Array.from({ length: 260 }, (_, number) => sampleMemory(`release plan number ${number}`, { privacy: 'secret', scope: { level: 'project', of: 'other' } })));
    await store.put([sampleMemory('release plan', { provenance: { user: 'ada' }, scope: { level: 'project', of: 'mine' } }), sampleMemory('holiday plan', { kind: 'trace', scope: { level: 'project', of: 'mine' } })]);
    for (const by of ['release plan number', null]) {
      expect(await found('release plan number', { by, filter: { privacy: ['public', 'internal'] } })).toEqual(['release plan', 'holiday plan']);
      expect(await found('release plan number', { by, filter: { user: 'ada' } })).toEqual(['release plan']);
      expect(await found('release plan number', { by, filter: { scopes: [{ level: 'project', of: 'mine' }], kinds: ['trace'] } })).toEqual(['holiday plan']);
      expect(await found('release plan number', { by, filter: { scopes: [{ level: 'project', of: 'nobody' }] } })).toEqual([]);
      expect(await search('release plan number', { by, limit: 200 })).toHaveLength(200);
      expect(await search('release plan number', { by, limit: 1 })).toHaveLength(1);
    }
  });

  it('keeps vectors of two models apart', async () => {
    const [store] = stores();
    await store.put([sampleMemory('staging server'), sampleMemory('staging servers', { model: 'another' })]);
    const hits = await search('', { by: 'staging server' });
    expect(hits.map(({ item }) => item.text)).toEqual(['staging server']);
    expect(await store.search({ text: '', vector: { model: 'never seen', values: new Float32Array([1, 0]) }, filter: {}, limit: 5 })).toEqual([]);
    expect((await search('staging')).map(({ item }) => item.text).sort()).toEqual(['staging server', 'staging servers']);
  });

  it.each(['another.model/v2:latest', 'Üñí_cödé 模型', 'a_b', 'A_B'])('keeps a model named %s', async (model) => {
    const [store] = stores();
    await store.put([sampleMemory('staging server', { model })]);
    expect(await store.search({ text: '', vector: sampleVector('staging server', model), filter: {}, limit: 5 })).toHaveLength(1);
    expect((await store.sizes()).byModel).toEqual([{ model, dimension: 64, items: 1 }]);
  });

  it('finds words of scripts without spaces, and of others', async () => {
    await put('東京都の天気は晴れです', '大阪の天気は雨', 'Сервер перезапускается ночью', 'الخادم يعمل', 'สวัสดีชาวโลก');
    expect((await found('東京の天気', { by: null }))[0]).toBe('東京都の天気は晴れです');
    expect(await found('сервер', { by: null })).toEqual(['Сервер перезапускается ночью']);
    expect(await found('الخادم', { by: null })).toEqual(['الخادم يعمل']);
    expect(await found('ชาวโลก', { by: null })).toEqual(['สวัสดีชาวโลก']);
  });

  it('keeps, finds and removes texts that try to break out, each by itself', async () => {
    const [store, other] = stores();
    const memories = NASTY.map((text) => sampleMemory(text, { provenance: { source: text.toWellFormed().replaceAll('\0', '') }, scope: { level: 'user', of: text.toWellFormed().replaceAll('\0', '') || '-' } }));
    await store.put(memories);
    const kept = new Map((await store.list({}, 100)).map(({ id, text }) => [id, text]));
    for (const { item } of memories) expect(kept.get(item.id)!.replaceAll('\0', ' ')).toBe(item.text.toWellFormed().replaceAll('\0', ' '));
    for (const text of NASTY) expect(Array.isArray(await search(text, { limit: 30 }))).toBe(true);
    for (const { item } of memories) {
      expect(await other.count({ scopes: [item.scope], source: item.provenance.source })).toBeGreaterThanOrEqual(1);
      expect(await other.remove({ ids: [item.id] })).toBe(1);
    }
    expect(await store.count({})).toBe(0);
  });

  it('sees at once what another process has put, replaced and removed', async () => {
    const [, other] = stores();
    await put('first note of the server');
    expect(await found('server note')).toHaveLength(1);
    const memory = sampleMemory('second note of the server');
    await other.put([memory]);
    expect((await found('server note')).sort()).toEqual(['first note of the server', 'second note of the server']);
    await other.put([sampleMemory('about holidays', { id: memory.item.id })]);
    expect(await found('', { by: 'about holidays', limit: 1 })).toEqual(['about holidays']);
    expect(await other.remove({ ids: [memory.item.id, makeId()] })).toBe(1);
    expect(await found('server note about holidays')).toEqual(['first note of the server']);
  });

  it('takes two writers at once', async () => {
    const [store, other] = stores();
    await Promise.all([store, other].flatMap((one, index) => Array.from({ length: 20 }, async (_, number) => await one.put([sampleMemory(`writer ${index} note ${number}`)]))));
    expect(await store.count({})).toBe(40);
    expect((await store.sizes()).byModel).toEqual([{ model: SAMPLE_MODEL, dimension: 64, items: 40 }]);
    expect(await search('note', { limit: 50 })).toHaveLength(40);
    expect(await search('note', { limit: 50, from: 1 })).toHaveLength(40);
  });

  it('finds one among ten thousand', async () => {
    const [store, other] = stores();
    for (let start = 0; start < 10_000; start += 1_000) await store.put(Array.from({ length: 1_000 }, (_, index) => sampleMemory(`entry ${start + index} of the log of machine ${(start + index) % 97}`, { createdAtMs: 1_000 + start })));
    await other.put([sampleMemory('the red telephone rings at midnight')]);
    expect((await found('red telephone midnight', { limit: 3 }))[0]).toBe('the red telephone rings at midnight');
    expect((await found('', { by: 'red telephone rings', limit: 3 }))[0]).toBe('the red telephone rings at midnight');
    expect((await found('entry log 4711', { by: null, limit: 3 }))[0]).toBe('entry 4711 of the log of machine 55');
    expect(await store.count({})).toBe(10_001);
    expect(await store.list({}, 500)).toHaveLength(500);
    expect(await store.remove({ createdBeforeMs: 1_001 })).toBe(1_001);
    expect((await found('', { by: 'red telephone rings', limit: 3 }))[0]).not.toBe('the red telephone rings at midnight');
  }, 60_000);
}
