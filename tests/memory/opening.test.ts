import { join } from 'node:path';
import { systemClock } from '../../kernel';
import { type MemoryStore, openSqliteMemory } from '../../memory';
import { openSqlite } from '../../storage';
import { madeUpMemories } from '../bench/memory/made-up';
import { temporaryFolder } from '../support/temporary-folder';

const madeUp = madeUpMemories({ items: 3_500, clusterSize: 100, dimension: 32, seed: 7 });

function opened(file: string): MemoryStore {
  return openSqliteMemory({ database: openSqlite(file), clock: systemClock });
}

async function filled(): Promise<string> {
  const file = join(temporaryFolder(), 'team.sqlite');
  await opened(file).put([...madeUp.memories()]);
  return file;
}

const search = async (store: MemoryStore, number: number) => (await store.search({ text: '', vector: { model: 'made-up', values: madeUp.vectorOf(number) }, filter: {}, limit: 10 })).map(({ item }) => item.id);

describe('the first search of a process, which reads a large store in many goes', () => {
  it('lets others have their turn meanwhile', async () => {
    const store = opened(await filled());
    let turns = 0;
    const counted = setInterval(() => turns++, 0);
    await search(store, 1);
    clearInterval(counted);
    expect(turns).toBeGreaterThan(0);
  });

  it('finds the same for several that begin at once', async () => {
    const store = opened(await filled());
    const found = await Promise.all([5, 5, 1_200, 3_499].map(async (number) => await search(store, number)));
    expect(found[0]).toEqual(found[1]);
    expect(found.map(([first]) => first)).toEqual(['m5', 'm5', 'm1200', 'm3499']);
  });

  it('keeps what another process embeds anew, and not what it forgets, while it reads', async () => {
    const file = await filled();
    const [store, other] = [opened(file), opened(file)];
    const reading = search(store, 5);
    await other.addVectors([{ id: 'm5', vector: { model: 'made-up', values: madeUp.vectorOf(2_000) } }]);
    await other.remove({ ids: ['m2000'] });
    await reading;
    expect((await search(store, 2_000))[0]).toBe('m5');
    expect(await search(store, 5)).not.toContain('m5');
    expect(await search(store, 2_000)).not.toContain('m2000');
  });
});
