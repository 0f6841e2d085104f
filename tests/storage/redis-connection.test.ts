import { type AddressInfo, createServer } from 'node:net';
import { RedisDownError, type RedisConnection, openRedis, readRedisFacts, redisRisks, redisScript } from '../../storage';
import { freePort } from '../support/free-port';
import { startRedisServer } from '../support/redis-server';
import { describeWithRedis } from '../support/redis-team';
import { temporaryFolder } from '../support/temporary-folder';

const SET = redisScript("return redis.call('SET', KEYS[1], ARGV[1])");

describeWithRedis('a connection to Redis', (redis) => {
  const open: RedisConnection[] = [];
  const opened = async (url: string, commandTimeoutMs?: number) => {
    const connection = await openRedis({ url }, commandTimeoutMs);
    open.push(connection);
    return connection;
  };
  afterEach(async () => void (await Promise.all(open.splice(0).map((connection) => connection.close()))));

  it('runs a script again after Redis has forgotten it', async () => {
    const connection = await opened(redis.url);
    await connection.run(SET, ['a'], ['1']);
    await connection.ask((client) => client.script('FLUSH'));
    await connection.run(SET, ['a'], ['2']);
    expect(await connection.ask((client) => client.get('a'))).toBe('2');
  });

  it('waits for a Redis that restarts, and goes on', async () => {
    const first = await startRedisServer();
    const connection = await opened(`redis://127.0.0.1:${first.port}`);
    await first.stop();
    const waiting = connection.run(SET, ['a'], ['1']);
    const second = await startRedisServer('--port', String(first.port));
    expect(await waiting).toBe('OK');
    await connection.close();
    await second.stop();
  });

  it('says that a Redis is gone when the time of a command is over', async () => {
    const server = await startRedisServer();
    const connection = await opened(`redis://127.0.0.1:${server.port}`, 500);
    await server.stop();
    await expect(connection.run(SET, ['a'], ['1'])).rejects.toMatchObject({ code: 'REDIS_DOWN', kind: 'temporary', message: expect.stringContaining('nothing listens at this address') });
  });

  it('leaves no timer behind when it is closed, also twice and when its server is gone', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const server = await startRedisServer();
    const connection = await openRedis({ url: `redis://127.0.0.1:${server.port}` }, 500);
    await server.stop();
    await expect(connection.run(SET, ['a'], ['1'])).rejects.toThrow(RedisDownError);
    await connection.close();
    await connection.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('says at opening what is wrong: nothing there, no password, a wrong one', async () => {
    await expect(openRedis({ url: `redis://127.0.0.1:${await freePort()}` })).rejects.toThrow(RedisDownError);
    const locked = await startRedisServer('--requirepass', 'right-password');
    for (const [password, words] of [['', 'asks for a password'], [':wrong-password@', 'password is wrong']] as const) {
      const refused = openRedis({ url: `redis://${password}127.0.0.1:${locked.port}` });
      await expect(refused).rejects.toMatchObject({ code: 'REDIS_REFUSED', kind: 'user', message: expect.stringContaining(words) });
      await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('wrong-password') });
    }
    const connection = await opened(`redis://:right-password@127.0.0.1:${locked.port}`);
    expect(await connection.run(SET, ['a'], ['1'])).toBe('OK');
    await connection.close();
    await locked.stop();
  });

  it('tells a full memory and a read-only replica apart, inside scripts and outside', async () => {
    const full = await startRedisServer('--maxmemory-policy', 'noeviction');
    const connection = await opened(`redis://127.0.0.1:${full.port}`);
    await connection.ask((client) => client.config('SET', 'maxmemory', '1'));
    for (const write of [() => connection.run(SET, ['a'], ['1']), () => connection.ask((client) => client.set('a', '1')), () => connection.together((commands) => commands.set('a', '1'))]) {
      await expect(write()).rejects.toMatchObject({ code: 'REDIS_FULL', kind: 'user' });
    }
    await connection.ask((client) => client.config('SET', 'maxmemory', '0'));
    await connection.ask((client) => client.replicaof('127.0.0.1', redis.server.port));
    await expect(connection.run(SET, ['a'], ['1'])).rejects.toMatchObject({ code: 'REDIS_READ_ONLY', kind: 'temporary' });
    await connection.close();
    await full.stop();
  });

  it('names a user who may not do what the team needs', async () => {
    await redis.connection.ask((client) => client.acl('SETUSER', 'narrow', 'on', '>pass', '~other:*', '+@all'));
    const connection = await opened(`redis://narrow:pass@127.0.0.1:${redis.server.port}`);
    await expect(connection.run(SET, ['a'], ['1'])).rejects.toMatchObject({ code: 'REDIS_REFUSED', hint: expect.stringContaining('aios:*') });
  });

  it('warns of what a restart or a full memory would take away', async () => {
    expect(redisRisks(await readRedisFacts(redis.connection))).toEqual([{ risk: expect.stringContaining('append-only file is off'), setting: expect.stringContaining('appendonly yes') }]);
    const safe = await startRedisServer('--appendonly', 'yes', '--dir', temporaryFolder(), '--maxmemory-policy', 'allkeys-lru');
    expect(redisRisks(await readRedisFacts(await opened(`redis://127.0.0.1:${safe.port}`)))).toEqual([{ risk: expect.stringContaining('allkeys-lru'), setting: expect.stringContaining('noeviction') }]);
    await safe.stop();
  });

  it('does not refuse a Redis that may not be asked', async () => {
    await redis.connection.ask((client) => client.acl('SETUSER', 'silent', 'on', '>pass', '~*', '+@all', '-info'));
    const connection = await opened(`redis://silent:pass@127.0.0.1:${redis.server.port}`);
    expect(redisRisks(await readRedisFacts(connection))).toEqual([{ risk: expect.stringContaining('INFO') }]);
  });

  it('goes by the clock of the server also when the one of this machine is set back while it is connected', async () => {
    const connection = await opened(redis.url);
    const trueMs = Date.now();
    const set = jest.spyOn(Date, 'now').mockReturnValue(trueMs - 60 * 60_000);
    const serverMs = Date.now() + connection.clockOffsetMs();
    set.mockRestore();
    expect(Math.abs(serverMs - trueMs)).toBeLessThan(1_000);
  });

  it('goes by the clock of the server', async () => {
    // An answer that a busy machine holds up says less: the best of some counts.
    const offsetsMs: number[] = [];
    for (let time = 0; time < 5; time++) offsetsMs.push(Math.abs((await opened(redis.url)).clockOffsetMs()));
    expect(Math.min(...offsetsMs)).toBeLessThan(50);
  });
});

it('gives up on a server that says nothing', async () => {
  const server = createServer((socket) => void socket.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await expect(openRedis({ url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}` }, 300)).rejects.toMatchObject({ kind: 'temporary' });
  server.close();
});
