import { makeId, silentLogger, systemClock } from '../../kernel';
import { createSweeper, openRedisApprovals, openRedisControls, openRedisEventLog, openRedisRescueStore, openRedisRunStore } from '../../runs';
import { openRedis, type RedisConnection, teamKeys } from '../../storage';
import { openLocalRunFiles } from '../../workspace';
import { approvalsIn } from '../support/approvals';
import { startKillableRedis, type KillableRedis } from '../support/redis-server';
import { samplePlan, sampleRun, sampleTask } from '../support/sample-runs';
import { describeWithService, redisServer } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';

const RUNS = 5;

describeWithService(redisServer, 'a Redis that restarts in the middle of a sweep', () => {
  let redis: KillableRedis;
  let connection: RedisConnection;
  beforeAll(async () => {
    redis = await startKillableRedis(temporaryFolder());
    connection = await openRedis({ url: `redis://127.0.0.1:${redis.port}` }, 500);
  });
  afterAll(async () => {
    await connection?.close();
    await redis?.stop();
  });

  /** Dead runs, and a sweeper with some of its ports replaced; time passes between two sweeps without waiting for it. */
  async function dead() {
    let aheadMs = 0;
    const store = { connection, keys: teamKeys(makeId()), clock: { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs }, makeId };
    const stores = { runs: openRedisRunStore(store), controls: openRedisControls(store), events: openRedisEventLog(store), rescues: openRedisRescueStore(store) };
    const { approvals, desk } = approvalsIn(openRedisApprovals(store).approvals, { ...stores, files: openLocalRunFiles(temporaryFolder()) });
    const ids: string[] = [];
    for (let number = 0; number < RUNS; number++) {
      const { run } = await stores.runs.create(sampleRun({ workflowId: 'w1' }));
      await stores.runs.savePlan(await stores.runs.acquire(run.id, 'ada', 0), samplePlan(run.id, [sampleTask('t1')]));
      ids.push(run.id);
    }
    const swept = async (more: Partial<Parameters<typeof createSweeper>[0]> = {}) => {
      aheadMs += 12_000;
      const { restarts } = await createSweeper({ ...stores, approvals, desk, clock: store.clock, log: silentLogger, ...more }).sweep();
      return restarts.map(({ run }) => run.id);
    };
    return { ...stores, ids, swept };
  }

  it('starts what it came to, and the next one the rest, each once', async () => {
    const { ids, rescues, swept } = await dead();
    let looked = 0;
    const dying = async (runId: string) => {
      looked += 1;
      if (looked === 2) await redis.kill();
      const outcome = rescues.rescue(runId);
      if (looked === 3) void outcome.catch(() => {}).finally(() => void redis.start());
      return await outcome;
    };
    const first = await swept({ rescues: { ...rescues, rescue: dying } });
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(RUNS);
    const second = await swept();
    expect([...first, ...second].sort()).toEqual([...ids].sort());
  }, 30_000);

  it('tells what is to be started also when it comes no further', async () => {
    const { ids, runs, swept } = await dead();
    const list: typeof runs.list = async (filter) => {
      await redis.kill();
      try {
        return await runs.list(filter);
      } finally {
        await redis.start();
      }
    };
    expect((await swept({ runs: { ...runs, list } })).sort()).toEqual([...ids].sort());
    expect(await swept()).toEqual([]);
  }, 30_000);
});
