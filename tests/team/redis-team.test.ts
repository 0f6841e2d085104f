import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { closeIdleTeams, openFigures, openTeam, teamDataFolder, type TeamHost } from '../../team';
import { teamConfigSchema } from '../../team/config';
import { redisRequestLimiter } from '../../team/drivers/request-limiter';
import { makeId } from '../../kernel';
import { startOllamaServer } from '../support/model-servers';
import { startRedisServer } from '../support/redis-server';
import { describeWithRedis } from '../support/redis-team';
import { sampleRun } from '../support/sample-runs';
import { temporaryFolder } from '../support/temporary-folder';

interface RecordingHost extends TeamHost {
  lines: string[];
}

function hostOf(userFolder: string, environment: Record<string, string> = {}): RecordingHost {
  const lines: string[] = [];
  return { userFolder, environment, lines, log: (level, message) => void lines.push(`${level} ${message}`) };
}
const never = new AbortController().signal;

describeWithRedis('a team on Redis', (redis) => {
  afterEach(async () => closeIdleTeams());

  it('keeps everything there, and names the risk of a Redis that forgets', async () => {
    const host = hostOf(temporaryFolder());
    const ollama = await startOllamaServer({ models: ['qwen3:8b'], answers: ['Hello'] });
    const { team, release } = await openTeam({ redisUrl: redis.url, teamName: makeId(), ollamaUrl: ollama.url }, host);
    const { run } = await team.runs.create(sampleRun());
    await team.events.append({ runId: run.id, type: 'run.created', facts: {} });
    await team.files.write(run.id, 'a.txt', 'x');
    await team.router.complete({ messages: [{ role: 'user', text: 'Say hello.' }], facts: { privacy: 'internal', runId: run.id } }, never);
    expect((await team.runs.read(run.id)).run.status).toBe('queued');
    expect(await team.events.after(run.id, 0, 10)).toHaveLength(1);
    expect(await team.ledger.totals({ runId: run.id })).toMatchObject({ localCalls: 1 });
    expect(existsSync(join(teamDataFolder(teamConfigSchema.parse({ teamName: team.name }), host), 'team.sqlite'))).toBe(false);
    expect(host.lines).toEqual([expect.stringMatching(/^warn .*appendonly yes/)]);
    release();
    await ollama.close();
  });

  it("uses the Redis of n8n's queue in queue mode, and none of it in regular mode", async () => {
    const queue = { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(redis.server.port), OLLAMA_HOST: 'http://127.0.0.1:9' };
    const folder = temporaryFolder();
    const teamName = makeId();
    const inQueueMode = await openTeam({ teamName }, hostOf(folder, { ...queue, EXECUTIONS_MODE: 'queue' }));
    const { run } = await inQueueMode.team.runs.create(sampleRun());
    const again = await openTeam({ teamName, redisUrl: redis.url }, hostOf(folder));
    expect((await again.team.runs.read(run.id)).run.id).toBe(run.id);
    const regular = await openTeam({ teamName }, hostOf(folder, queue));
    await expect(regular.team.runs.read(run.id)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    for (const { release } of [inQueueMode, again, regular]) release();
  });

  it('shows its figures to who only looks, without taking him for a process that must see the files', async () => {
    const credential = { redisUrl: redis.url, teamName: makeId() };
    const { team, release } = await openTeam(credential, hostOf(temporaryFolder()));
    const { run } = await team.runs.create(sampleRun());
    const elsewhere = temporaryFolder();
    const figures = (await openFigures(credential, hostOf(elsewhere)))!;
    expect(await figures.insights.stats({ sinceMs: 0 })).toMatchObject({ team: team.name, runs: { total: 1, queued: 1 } });
    await team.files.write(run.id, 'a.txt', 'x');
    expect(existsSync(join(elsewhere, '.n8n'))).toBe(false);
    await figures.close();
    release();
  });

  it('says that its Redis is down, and opens again when it is back', async () => {
    const server = await startRedisServer();
    const credential = { redisUrl: `redis://:pass-word@127.0.0.1:${server.port}`, teamName: 'down' };
    const host = hostOf(temporaryFolder());
    await server.stop();
    const refused = openTeam(credential, host);
    await expect(refused).rejects.toMatchObject({ code: 'REDIS_DOWN' });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('pass-word') });
    const back = await startRedisServer('--port', String(server.port), '--requirepass', 'pass-word');
    const { team, release } = await openTeam(credential, host);
    expect(await team.runs.list({ limit: 1 })).toEqual([]);
    release();
    await closeIdleTeams();
    await back.stop();
  });

  it('counts the requests of a sender over all processes', async () => {
    const store = { connection: redis.connection, keys: redis.keys() };
    const limiters = [redisRequestLimiter(3, store), redisRequestLimiter(3, store)];
    const waits: number[] = [];
    for (let request = 0; request < 5; request++) waits.push(await limiters[request % 2]!.secondsToWait('10.0.0.1'));
    expect(waits.slice(0, 3)).toEqual([0, 0, 0]);
    for (const waitS of waits.slice(3)) expect(waitS).toBeGreaterThan(50);
    expect(await limiters[0]!.secondsToWait('10.0.0.2')).toBe(0);
  });
});
