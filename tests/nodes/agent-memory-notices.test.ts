import { join } from 'node:path';
import { silentLogger } from '../../kernel';
import { createMemory, openSqliteMemory, openSqliteOutbox, withOutbox } from '../../memory';
import { Notices } from '../../nodes/AgentMemory/notices';
import { openSqlite } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { sampleMemory } from '../support/sample-memories';
import { temporaryFolder } from '../support/temporary-folder';

it('fails no recall that found nothing when the memories cannot be counted just now', async () => {
  const [database, clock] = [openSqlite(join(temporaryFolder(), 'team.sqlite')), fakeClock()];
  const outbox = openSqliteOutbox({ database, clock });
  const store = withOutbox(openSqliteMemory({ database, clock }), { outbox, local: true, address: 'here', clock, log: silentLogger });
  const memory = createMemory({ store, embedder: async () => await Promise.resolve(undefined), estimateTokens: (text) => text.length / 4, clock, makeId: () => 'unused', log: silentLogger });
  // Another process is just sending what waited.
  await outbox.add([sampleMemory('waits')]);
  await outbox.claim(1, 60_000);
  await expect(memory.count({})).rejects.toMatchObject({ code: 'MEMORY_DOWN' });
  await expect(new Notices().found(memory, { count: 0 })).resolves.toBeUndefined();
});
