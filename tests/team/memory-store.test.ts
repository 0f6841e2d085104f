import { teamConfigSchema } from '../../team';
import { openMemoryStore } from '../../team/memory-store';
import { sampleMemory } from '../support/sample-memories';
import { temporaryFolder } from '../support/temporary-folder';

const config = teamConfigSchema.parse({});

it('is an own file of the team where its runs are in Redis', async () => {
  const [folder, moment] = [temporaryFolder(), 1_000];
  const opened = openMemoryStore({ config, folder });
  const item = { id: 'a', kind: 'fact' as const, scope: { level: 'team' as const }, text: 'Tea', privacy: 'internal' as const, provenance: {}, createdAtMs: moment, expiresAtMs: null, outcomes: { passed: 0, failed: 0 } };
  await opened.store.put([{ item, bands: [] }]);
  await opened.close();
  const again = openMemoryStore({ config, folder });
  expect(await again.store.list({}, 10)).toEqual([item]);
  await again.close();
});

it('pauses a text an embedding model fails on', async () => {
  const { store, close } = openMemoryStore({ config, folder: temporaryFolder() });
  const memory = sampleMemory('unreadable', { model: null });
  await store.put([memory]);
  await store.noteUnreadable([memory.item.id], 'picky');
  expect([await store.count({ withoutVectorOf: 'picky' }), await store.count({ dueForVectorOf: 'picky' })]).toEqual([1, 0]);
  await close();
});

it('in queue mode every use of it says what is missing, and the team can still be opened', async () => {
  const { store, close } = openMemoryStore({ config: { ...config, isQueueMode: true }, folder: temporaryFolder() });
  for (const use of [store.count({}), store.put([]), store.sizes()]) await expect(use).rejects.toMatchObject({ code: 'MEMORY_NEEDS_QDRANT', hint: expect.stringContaining('Qdrant URL') });
  await close();
});

it('takes over what still waits for a Qdrant that the credential names no more', async () => {
  const folder = temporaryFolder();
  const away = openMemoryStore({ config: { ...config, qdrantUrl: 'http://127.0.0.1:9' }, folder });
  await away.store.put([sampleMemory('waited', { provenance: { user: 'ada' } })]);
  await away.close();
  const { store, close } = openMemoryStore({ config, folder });
  expect((await store.list({}, 5)).map(({ text }) => text)).toEqual(['waited']);
  expect(await store.remove({ user: 'ada' })).toBe(1);
  await close();
});
