import { type AddressInfo, createServer } from 'node:net';
import { pingRedis } from '../../storage';
import { freePort } from '../support/free-port';
import { startRedisServer } from '../support/redis-server';
import { describeWithService, redisServer } from '../support/services';

const TIMEOUT_MS = 2_000;

describeWithService(redisServer, 'against a real Redis', () => {
  let open: Awaited<ReturnType<typeof startRedisServer>>;
  let locked: Awaited<ReturnType<typeof startRedisServer>>;
  beforeAll(async () => {
    [open, locked] = await Promise.all([startRedisServer(), startRedisServer('--requirepass', 'right-password')]);
  });
  afterAll(async () => {
    await Promise.all([open.stop(), locked.stop()]);
  });

  it('says which version answered, and how fast', async () => {
    const result = await pingRedis(`redis://127.0.0.1:${open.port}`, TIMEOUT_MS);
    expect(result).toMatchObject({ ok: true, detail: expect.stringMatching(/^answers, version \d+\.\d+\.\d+\.$/), latencyMs: expect.any(Number), version: expect.stringMatching(/^\d/), appendOnly: false, evictionPolicy: 'noeviction' });
  });

  it('lets in with the right password, and says so of a missing or wrong one without printing it', async () => {
    const ask = (password: string) => pingRedis(`redis://${password}127.0.0.1:${locked.port}`, TIMEOUT_MS);
    expect((await ask(':right-password@')).ok).toBe(true);
    expect(await ask('')).toMatchObject({ ok: false, detail: 'it asks for a password.' });
    expect(await ask(':wrong-password@')).toMatchObject({ ok: false, detail: 'it refuses this user name or password.' });
  });
});

it('says that nothing listens', async () => {
  expect(await pingRedis(`redis://127.0.0.1:${await freePort()}`, TIMEOUT_MS)).toMatchObject({ ok: false, detail: 'nothing listens at this address.' });
});

it('gives up on a server that says nothing, and closes the connection', async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const server = createServer((socket) => {
    closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const result = await pingRedis(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`, 100);
  expect(result).toMatchObject({ ok: false, detail: 'no answer within 100 ms.' });
  await closed;
  server.close();
});

it('says when something else answers', async () => {
  const server = createServer((socket) => void socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const result = await pingRedis(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`, 500);
  expect(result.ok).toBe(false);
  server.close();
});
