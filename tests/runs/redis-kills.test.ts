import { isAiosError, makeId, systemClock } from '../../kernel';
import { openRedisJournalStore, openRedisRunStore } from '../../runs';
import { openRedis, teamKeys, type RedisConnection } from '../../storage';
import { startKillableRedis, type KillableRedis } from '../support/redis-server';
import { sampleRun } from '../support/sample-runs';
import { describeWithService, redisServer } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';

const KILLS = 50;

describeWithService(redisServer, `a Redis that is killed ${KILLS} times, with "appendfsync always"`, () => {
  let redis: KillableRedis;
  let connection: RedisConnection;
  beforeAll(async () => {
    redis = await startKillableRedis(temporaryFolder());
    connection = await openRedis({ url: `redis://127.0.0.1:${redis.port}` });
  });
  afterAll(async () => {
    await connection?.close();
    await redis?.stop();
  });

  it('loses no step that was acknowledged', async () => {
    const store = { connection, keys: teamKeys('kills'), clock: systemClock, makeId };
    const [runs, journal] = [openRedisRunStore(store), openRedisJournalStore(store)];
    const { run } = await runs.create(sampleRun());
    const lease = await runs.acquire(run.id, 'ada', 60_000);
    const acknowledged: string[] = [];
    let isOver = false;
    const writing = (async () => {
      for (let number = 1; !isOver; number++) {
        const key = `t1/1/${number}`;
        try {
          await journal.begin(lease, key, 'h');
          await journal.finish(lease, key, key);
          acknowledged.push(key);
        } catch (error) {
          // While Redis is away; what comes then was not acknowledged.
          if (!isAiosError(error)) throw error;
        }
      }
    })();
    for (let kill = 1; kill <= KILLS; kill++) {
      const before = acknowledged.length;
      // In the middle of writing, each time at another place of a write.
      while (acknowledged.length < before + 1 + (kill % 7)) await new Promise((resolve) => setImmediate(resolve));
      await redis.kill();
      await redis.start();
    }
    isOver = true;
    await writing;
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    for (const key of acknowledged) expect(await journal.find(run.id, key)).toEqual({ state: 'finished', inputHash: 'h', output: key });
  }, 180_000);
});
