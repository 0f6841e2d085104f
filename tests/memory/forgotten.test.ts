import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteMemory, openSqliteSessions } from '../../memory';
import { openSqlite } from '../../storage';
import { said } from '../contracts/session-store-contract';
import { fakeClock } from '../support/fake-clock';
import { sampleMemory } from '../support/sample-memories';
import { temporaryFolder } from '../support/temporary-folder';

const NAME = 'Zyxwvutina';

function files() {
  const file = join(temporaryFolder(), 'team.sqlite');
  const found = () => [file, `${file}-wal`].filter(existsSync).reduce((sum, path) => sum + (readFileSync(path).toString('latin1').match(/zyxwvutin/gi) ?? []).length, 0);
  return { database: openSqlite(file), clock: fakeClock(), found };
}

it('what was forgotten stands in the file no more, nor in the log beside it: no text, no name, no scope', async () => {
  const { found, ...options } = files();
  const store = openSqliteMemory(options);
  const about = (number: number) => sampleMemory(`${NAME} lives in house ${number}`, { provenance: { user: NAME }, scope: { level: 'user', of: NAME } });
  await store.put([...Array.from({ length: 50 }, (_, number) => sampleMemory(`Other ${number}`)), ...Array.from({ length: 50 }, (_, number) => about(number))]);
  expect(found()).toBeGreaterThan(50);
  await store.remove({ user: NAME });
  expect(found()).toBe(0);
});

it('nor does what was said in a conversation with whoever is erased', async () => {
  const { found, ...options } = files();
  const sessions = openSqliteSessions(options);
  for (let turn = 0; turn < 50; turn++) await sessions.append('one', [said('user', `I am ${NAME}`)], { keptMs: 60_000, user: NAME });
  expect(found()).toBeGreaterThan(50);
  await sessions.removeOfUser(NAME);
  expect(found()).toBe(0);
});

it('forgets and expires thousands in steps, so that everything else goes on', async () => {
  const { found: _found, ...options } = files();
  const store = openSqliteMemory(options);
  for (let start = 0; start < 2_000; start += 200) await store.put(Array.from({ length: 200 }, (_, at) => sampleMemory(`note ${start + at}`, { model: null, expiresAtMs: start < 1_000 ? null : options.clock.nowMs() + 1 })));
  options.clock.advance(1);
  for (const work of [async () => await store.remove({}), async () => await store.removeExpired()]) {
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    expect(await work()).toBe(1_000);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(5);
  }
});
