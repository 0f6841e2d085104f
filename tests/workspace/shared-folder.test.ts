import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeId } from '../../kernel';
import { inSharedFolder, openLocalRunFiles, openSharedFolder } from '../../workspace';
import { fakeClock } from '../support/fake-clock';
import { describeWithRedis } from '../support/redis-team';
import { temporaryFolder } from '../support/temporary-folder';

const ALIVE_MS = 45_000;

describeWithRedis('a folder that all processes of a team share', (redis) => {
  function team() {
    const clock = fakeClock(Date.now());
    const store = { connection: redis.connection, keys: redis.keys(), clock, makeId };
    return { clock, open: (host: string, folder: string) => openSharedFolder({ ...store, host, folder }) };
  }
  /** Lets the looks that come after a pause take place. */
  async function refusal(asked: Promise<void>, clock: ReturnType<typeof fakeClock>): Promise<unknown> {
    let outcome: unknown = 'pending';
    asked.then(() => (outcome = 'shared'), (error: unknown) => (outcome = error));
    while (outcome === 'pending') {
      await redis.connection.ask((client) => client.ping());
      await clock.advanceAndSettle(10);
    }
    return outcome;
  }

  it('is fine for one process, and for two with one folder', async () => {
    const { open } = team();
    const folder = temporaryFolder();
    const one = await open('a', folder);
    await one.assertShared();
    const two = await open('b', folder);
    await Promise.all([one.assertShared(), two.assertShared()]);
    await Promise.all([one.close(), two.close()]);
    expect(readdirSync(join(folder, '.processes'))).toEqual([]);
  });

  it('is none when another process has a folder of its own: both are refused, and told where the two are', async () => {
    const { open, clock } = team();
    const [mine, other] = [temporaryFolder(), temporaryFolder()];
    const one = await open('host-a', mine);
    const two = await open('host-b', other);
    for (const process of [one, two]) {
      const error = (await refusal(process.assertShared(), clock)) as Error & { hint: string };
      expect(error).toMatchObject({ code: 'FOLDER_NOT_SHARED', kind: 'user', hint: expect.stringContaining('AIOS_DATA_DIR') });
      for (const words of [mine, other, 'host-a', 'host-b']) expect(error.message).toContain(words);
    }
  });

  it('refuses files, and creates none, until the other process has left', async () => {
    const { open, clock } = team();
    const folder = temporaryFolder();
    const one = await open('host-a', folder);
    const two = await open('host-b', temporaryFolder());
    const files = inSharedFolder(openLocalRunFiles(join(folder, 'runs')), one);
    expect(await refusal(files.write('r1', 'a.txt', 'x').then(() => {}), clock)).toMatchObject({ code: 'FOLDER_NOT_SHARED' });
    expect(existsSync(join(folder, 'runs'))).toBe(false);
    await two.close();
    await files.write('r1', 'a.txt', 'x');
    expect((await files.read('r1', 'a.txt')).toString()).toBe('x');
    expect(await files.list('r1')).toHaveLength(1);
  });

  it('forgets a process that was killed', async () => {
    const clock = fakeClock(Date.now());
    const folder = temporaryFolder();
    const killed = { connection: redis.connection, keys: redis.keys(), makeId };
    await openSharedFolder({ ...killed, clock, host: 'gone', folder: temporaryFolder() });
    // A clock whose timers never fire, as those of a dead process.
    const later = fakeClock(clock.nowMs() + ALIVE_MS);
    const one = await openSharedFolder({ ...killed, clock: later, host: 'here', folder });
    await one.assertShared();
  });

  it('keeps saying that it is there, also after Redis was emptied', async () => {
    const { clock, open } = team();
    const one = await open('a', temporaryFolder());
    const other = await open('b', temporaryFolder());
    await redis.connection.ask((client) => client.flushall());
    await one.assertShared();
    await clock.advanceAndSettle(15_000);
    for (let asked = 0; asked < 20; asked++) await redis.connection.ask((client) => client.ping());
    expect(await refusal(one.assertShared(), clock)).toMatchObject({ code: 'FOLDER_NOT_SHARED' });
    await Promise.all([one.close(), other.close()]);
  });

  it('clears away the markers of processes that ended long ago', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.processes'));
    writeFileSync(join(folder, '.processes', 'old'), '');
    utimesSync(join(folder, '.processes', 'old'), 0, 0);
    const one = await team().open('a', folder);
    expect(readdirSync(join(folder, '.processes'))).toHaveLength(1);
    await one.close();
  });
});
