import { makeId, silentLogger } from '../../kernel';
import { createMemory, openSqliteMemory, type Embedder, type Remembrance } from '../../memory';
import { StorageFullError, openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';

const { signal } = new AbortController();
const EMBEDDER: Embedder = { model: 'letters', local: true, embed: async (texts) => await Promise.resolve(texts.map((text) => Float32Array.from({ length: 256 }, (_, index) => Math.sin(index * text.length)))) };
const fact = (text: string): Remembrance => ({ text, kind: 'fact', scope: { level: 'team' } });

it('says so when the disk is full, keeps no half of what came, still answers, and goes on when there is room', async () => {
  const [database, clock] = [openSqlite(':memory:'), fakeClock()];
  const store = openSqliteMemory({ database, clock });
  const memory = createMemory({ store, embedder: async () => await Promise.resolve(EMBEDDER), estimateTokens: (text) => text.length, clock, makeId, log: silentLogger });
  await memory.remember([fact('The pump of the heating is in the cellar.')], signal);
  // SQLite gives the very error of a full disk when a database may grow no further.
  database.exec(`PRAGMA max_page_count = ${Number(database.prepare('PRAGMA page_count').get()!.page_count)}`);
  const many = Array.from({ length: 40 }, (_, number) => fact(`Room ${number} has the key number ${number * 7} and ${'many '.repeat(number)}windows.`));
  await expect(memory.remember(many, signal)).rejects.toThrow(StorageFullError);
  expect(await memory.count({})).toBe(1);
  expect((await memory.recall({ query: 'pump of the heating' }, signal)).items.map(({ item }) => item.text)).toEqual(['The pump of the heating is in the cellar.']);
  database.exec('PRAGMA max_page_count = 100000');
  await memory.remember(many, signal);
  expect(await memory.count({})).toBe(41);
  expect((await memory.recall({ query: 'Which key has room 12?', limit: 1 }, signal)).items[0]?.item.text).toContain('Room 12');
});
