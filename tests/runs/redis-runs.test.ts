import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, makeId, systemClock } from '../../kernel';
import { type RedisRunStoreOptions, DEFAULT_TTL_MS, openRedisEventLog, openRedisJournalStore, openRedisRunStore, RunNotFoundError } from '../../runs';
import { runKeys } from '../../runs/drivers/redis-keys';
import { type RedisConnection, teamKeys } from '../../storage';
import { fakeClock } from '../support/fake-clock';
import { describeWithRedis } from '../support/redis-team';
import { samplePlan, sampleResult, sampleRun, sampleTask, sampleVerdict } from '../support/sample-runs';

const WORKER = join(__dirname, '../support/claim-worker.ts');
const RUNS = 15;
const MINUTE_MS = 60_000;

describeWithRedis('runs in Redis', (redis) => {
  const open = (more: Partial<RedisRunStoreOptions> = {}) => {
    const store = { connection: redis.connection, keys: redis.keys(), clock: fakeClock(Date.now()) as Clock, makeId, ...more };
    return { ...store, runs: openRedisRunStore(store), journal: openRedisJournalStore(store), events: openRedisEventLog(store) };
  };
  const leftMs = (key: string) => redis.connection.ask((client) => client.pttl(key));

  async function atWork(team: ReturnType<typeof open>, tasks = [sampleTask('t1')]) {
    const { run } = await team.runs.create(sampleRun({ idempotencyKey: 'k' }));
    const lease = await team.runs.acquire(run.id, 'ada', MINUTE_MS);
    await team.runs.savePlan(lease, samplePlan(run.id, tasks));
    return { run, lease, claims: await team.runs.claimReady(lease) };
  }

  /** As if each command had been cut off before its answer came, and been sent again. */
  function sendingTwice(connection: RedisConnection): RedisConnection {
    return {
      ...connection,
      ask: (commands) => connection.ask(commands),
      together: (queue) => connection.together(queue),
      async run(script, keys, values) {
        await connection.run(script, keys, values);
        return await connection.run(script, keys, values);
      },
    };
  }

  it('does once what a cut connection makes it send twice', async () => {
    const team = open({ connection: sendingTwice(redis.connection) });
    const { run, lease, claims } = await atWork(team, [sampleTask('t1'), sampleTask('t2')]);
    expect(claims.map(({ taskId, attempt }) => [taskId, attempt])).toEqual([['t1', 1], ['t2', 1]]);
    await team.runs.saveResult(lease, sampleResult(claims[0]!));
    await team.runs.saveVerdict(lease, sampleVerdict(claims[0]!, true));
    await team.journal.begin(lease, 'step', 'h');
    await team.journal.finish(lease, 'step', 1);
    await team.events.append({ runId: run.id, type: 'run.created', facts: {} });
    await team.events.append({ runId: run.id, type: 'run.created', facts: {} }, lease);
    expect((await team.runs.read(run.id)).tasks.map(({ status }) => status)).toEqual(['passed', 'running']);
    expect(await team.events.after(run.id, 0, 10)).toHaveLength(2);
    expect(await team.runs.list({ limit: 10 })).toHaveLength(1);
  });

  it('lets 30 tasks of one run deliver at the same time', async () => {
    const team = open();
    const { run, lease, claims } = await atWork(team, Array.from({ length: 30 }, (_, index) => sampleTask(`t${index}`)));
    await Promise.all(claims.map((claim) => team.runs.saveResult(lease, sampleResult(claim))));
    await Promise.all(claims.map((claim) => team.runs.saveVerdict(lease, sampleVerdict(claim, true))));
    expect((await team.runs.read(run.id)).tasks.filter(({ status, result }) => status === 'passed' && result)).toHaveLength(30);
  });

  it('lets two processes share the work: every task is done, none twice', async () => {
    const teamName = makeId();
    const team = open({ keys: teamKeys(teamName), clock: systemClock });
    for (let number = 0; number < RUNS; number++) {
      const { run } = await team.runs.create(sampleRun());
      const tasks = [sampleTask('t1'), sampleTask('t2'), sampleTask('t3', { dependsOn: ['t1', 't2'] })];
      await team.runs.savePlan(await team.runs.acquire(run.id, 'setup', 0), samplePlan(run.id, tasks));
    }
    const work = (owner: string) => promisify(execFile)(process.execPath, ['--import', 'tsx', WORKER, redis.url, owner, teamName]);
    const outputs = await Promise.all([work('ada'), work('bob')]);
    const claimed = outputs.flatMap(({ stdout }) => stdout.trim().split('\n').filter(Boolean));
    expect(claimed).toHaveLength(RUNS * 3);
    expect(new Set(claimed).size).toBe(RUNS * 3);
    expect(await team.runs.list({ status: 'done', limit: 500 })).toHaveLength(RUNS);
    const events = await team.events.after('shared', 0, 1_000);
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: RUNS * 3 }, (_, index) => index + 1));
  }, 60_000);

  it('keeps everything of a run for 30 days from birth, and no longer', async () => {
    const team = open();
    const { run, lease, claims } = await atWork(team);
    await team.runs.saveResult(lease, sampleResult(claims[0]!));
    await team.journal.begin(lease, 'step', 'h');
    await team.events.append({ runId: run.id, type: 'run.created', facts: {} });
    for (const key of Object.values(runKeys(team.keys, run.id))) {
      expect(await leftMs(key)).toBeGreaterThan(DEFAULT_TTL_MS - MINUTE_MS);
      expect(await leftMs(key)).toBeLessThanOrEqual(DEFAULT_TTL_MS);
    }
    const keys = await redis.connection.ask((client) => client.keys(team.keys('*')));
    const forever = await Promise.all(keys.map(async (key) => ((await leftMs(key)) < 0 ? [key] : [])));
    // The indexes alone, which forget by the age of what they name.
    expect(forever.flat().sort()).toEqual([team.keys('runs'), team.keys('runs', 'running')]);
  });

  it('forgets a run with its idempotency key when its time is over, and its name in the indexes a day later', async () => {
    const clock = fakeClock(Date.now());
    const team = open({ ttlMs: 30, clock });
    const { run } = await team.runs.create(sampleRun({ idempotencyKey: 'k' }));
    while ((await leftMs(runKeys(team.keys, run.id).run)) !== -2);
    await expect(team.runs.read(run.id)).rejects.toThrow(RunNotFoundError);
    expect(await team.runs.list({ limit: 10 })).toEqual([]);
    clock.advance(25 * 60 * MINUTE_MS);
    expect((await team.runs.create(sampleRun({ idempotencyKey: 'k' }))).created).toBe(true);
    expect(await redis.connection.ask((client) => client.zcard(team.keys('runs')))).toBe(1);
  });

  it('keeps an old run while somebody holds it', async () => {
    const team = open({ ttlMs: 5_000 });
    const { run } = await team.runs.create(sampleRun());
    await team.runs.acquire(run.id, 'ada', MINUTE_MS);
    expect(await leftMs(runKeys(team.keys, run.id).run)).toBeGreaterThan(5_000);
  });

  it('answers an idempotency key anew when its run was removed by hand', async () => {
    const team = open();
    const { run } = await team.runs.create(sampleRun({ idempotencyKey: 'k' }));
    await redis.connection.ask((client) => client.del(runKeys(team.keys, run.id).run));
    const again = await team.runs.create(sampleRun({ idempotencyKey: 'k' }));
    expect(again.created).toBe(true);
    expect(again.run.id).not.toBe(run.id);
  });

  it('tells the holder that his run has vanished, and why it may have', async () => {
    const team = open();
    const { lease, claims } = await atWork(team);
    await redis.connection.ask((client) => client.flushall());
    const writes = [() => team.runs.saveResult(lease, sampleResult(claims[0]!)), () => team.journal.begin(lease, 'step', 'h'), () => team.journal.finish(lease, 'step', 1)];
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'RUN_NOT_FOUND', message: expect.stringContaining('vanished from Redis'), hint: expect.stringContaining('appendonly yes') });
  });

  it('writes nothing at all when the memory is full, and goes on when there is room', async () => {
    const team = open();
    const { run, lease, claims } = await atWork(team);
    await redis.connection.ask((client) => client.config('SET', 'maxmemory', '1'));
    const before = await team.runs.read(run.id);
    await expect(team.runs.saveResult(lease, sampleResult(claims[0]!))).rejects.toMatchObject({ code: 'REDIS_FULL' });
    await expect(team.runs.create(sampleRun())).rejects.toMatchObject({ code: 'REDIS_FULL' });
    expect(await team.runs.read(run.id)).toEqual(before);
    await redis.connection.ask((client) => client.config('SET', 'maxmemory', '0'));
    await team.runs.saveResult(lease, sampleResult(claims[0]!));
    expect((await team.runs.read(run.id)).tasks[0]!.status).toBe('delivered');
  });

  it('keeps two teams apart', async () => {
    const [one, other] = [open(), open()];
    const { run } = await one.runs.create(sampleRun());
    await expect(other.runs.read(run.id)).rejects.toThrow(RunNotFoundError);
    expect(await other.runs.list({ limit: 10 })).toEqual([]);
  });
});
