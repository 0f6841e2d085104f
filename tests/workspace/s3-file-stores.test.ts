import { systemClock, type Clock } from '../../kernel';
import { openS3FileStores, openWorkspaces, type FileStore, type S3Settings } from '../../workspace';
import { fakeClock } from '../support/fake-clock';
import { startS3Server, type S3Fault, type S3Server, type S3ServerOptions } from '../support/s3-server';

const SETTINGS: Omit<S3Settings, 'endpoint'> = { bucket: 'team', region: 'us-east-1', accessKey: 'ada', secretKey: 'lovelace-1843' };
/** Waits between tries are over at once. */
const clock: Clock = { ...systemClock, sleep: () => Promise.resolve() };
const servers: S3Server[] = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((server) => server.close()))));

async function open({ server: options, ...settings }: Partial<S3Settings> & { server?: S3ServerOptions } = {}): Promise<{ server: S3Server; files: FileStore }> {
  const server = await startS3Server(options);
  servers.push(server);
  return { server, files: openS3FileStores({ endpoint: server.endpoint, ...SETTINGS, prefix: 'default', clock, ...settings }).open('shop', 'files') };
}

const bytes = (text: string) => Buffer.from(text);

describe('a bucket that cannot be used says why and what to do', () => {
  it.each<[string, Parameters<typeof open>[0], RegExp, RegExp]>([
    ['an unknown bucket', { bucket: 'nobodys' }, /"nobodys" at http:\/\/127\.0\.0\.1:\d+ cannot be used: there is no such bucket \(NoSuchBucket\)/, /Create it/],
    ['an unknown access key', { accessKey: 'eve' }, /does not know the access key \(InvalidAccessKeyId\)/, /Correct the access key/],
    ['a wrong secret key', { secretKey: 'guessed' }, /the secret key is wrong \(SignatureDoesNotMatch\)/, /Correct the access key/],
    ['a wrong region', { region: 'eu-north-1' }, /the region is wrong/, /"S3 Region"/],
    ['clocks that differ', { server: { aheadMs: 45 * 60_000 } }, /the clocks differ by 45 minutes \(RequestTimeTooSkewed\)/, /NTP/],
  ])('%s', async (_what, settings, message, hint) => {
    const { files } = await open(settings);
    for (const work of [() => files.put('a', bytes('x')), () => files.list(), () => files.get('a')])
      await expect(work()).rejects.toMatchObject({ code: 'BUCKET_REFUSED', kind: 'user', message: expect.stringMatching(message) as string, hint: expect.stringMatching(hint) as string });
  });

  it.each<[S3Fault, RegExp]>([
    [{ status: 403, code: 'AccessDenied' }, /may not do this \(AccessDenied\)/],
    [{ status: 301, code: 'PermanentRedirect' }, /another endpoint/],
    [{ status: 501, code: 'NotImplemented' }, /does not know conditional writes/],
    [{ status: 418, code: 'Teapot' }, /status 418 \(Teapot\)/],
  ])('%j', async (fault, message) => {
    const { server, files } = await open();
    server.faults.push(fault);
    await expect(files.get('a')).rejects.toThrow(message);
    expect(server.requests).toHaveLength(1);
  });

  it('never with a key in it', async () => {
    const { files } = await open({ secretKey: 'guessed-secret', accessKey: 'ada-access' });
    const error = await files.put('a', bytes('x')).catch((thrown: unknown) => thrown as Error & { hint: string });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/guessed-secret|ada-access/);
  });
});

describe('a fault that passes', () => {
  it('is tried again, three times in all', async () => {
    const { server, files } = await open();
    server.faults.push({ status: 503, code: 'SlowDown' }, 'drop');
    await files.put('a', bytes('x'));
    expect(server.requests).toHaveLength(3);
    server.faults.push('drop', { status: 500, code: 'InternalError' }, { status: 503, code: 'SlowDown' });
    await expect(files.get('a')).rejects.toMatchObject({ code: 'BUCKET_UNAVAILABLE', kind: 'temporary', message: expect.stringContaining('status 503 (SlowDown)') as string });
  });

  it('that took the answer alone is no conflict with oneself', async () => {
    const { server, files } = await open();
    server.faults.push('drop after');
    await expect(files.put('a', bytes('x'), { author: 'ada', expected: null })).resolves.toMatchObject({ author: 'ada' });
    server.faults.push('drop after');
    await expect(files.put('b', bytes('x'), { author: 'ada' })).resolves.toMatchObject({ path: 'b' });
  });

  it('hides no conflict with others', async () => {
    const { server, files } = await open();
    await files.put('a', bytes('x'), { author: 'bob' });
    server.faults.push('drop');
    await expect(files.put('a', bytes('x'), { author: 'ada', expected: null })).rejects.toMatchObject({ code: 'FILE_CONFLICT' });
  });

  it('of a server that is not there is told in words', async () => {
    const { server, files } = await open();
    await server.close();
    servers.pop();
    await expect(files.list()).rejects.toThrow(/nothing listens at this address/);
  });
});

it('keeps a team\'s projects below its own prefix, and shows nothing that is no path of a file', async () => {
  const { server, files } = await open();
  await files.put('src/a (1)+ü.js', bytes('x'));
  expect([...server.objects.keys()]).toEqual(['default/files/shop/src/a (1)+ü.js']);
  for (const key of ['default/files/shop/../evil', 'default/files/shop/a//b/', 'default/files/shop/.git/config', 'other/files/shop/x', 'default/files/shopping/y'])
    server.objects.set(key, { body: bytes('x'), etag: 'e', changedAt: new Date() });
  expect((await files.list()).map(({ path }) => path)).toEqual(['src/a (1)+ü.js']);
});

it('lists over pages, and asks who wrote an object once', async () => {
  const { server, files } = await open({ server: { pageKeys: 10 } });
  for (let index = 0; index < 25; index++) await files.put(`f${index}`, bytes(`${index}`), { author: `agent ${index} ü` });
  server.requests.length = 0;
  const listed = await files.list();
  expect(listed).toHaveLength(25);
  expect(listed.find(({ path }) => path === 'f7')).toMatchObject({ author: 'agent 7 ü', bytes: 1 });
  expect(server.requests.filter(({ method }) => method === 'GET')).toHaveLength(3);
  expect(server.requests.filter(({ method }) => method === 'HEAD')).toHaveLength(25);
  server.requests.length = 0;
  expect(await files.list()).toEqual(listed);
  expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
});

it('signs with the clock of the team, to the second', async () => {
  const server = await startS3Server();
  servers.push(server);
  const fixed = fakeClock(Date.UTC(2026, 10, 21, 20, 0, 0));
  await openS3FileStores({ endpoint: server.endpoint, ...SETTINGS, prefix: 'default', clock: fixed }).open('shop', 'files').list().catch(() => {});
  expect(server.requests[0]!.headers['x-amz-date']).toBe('20261121T200000Z');
});

it('holds no file below a file, as no disk and no history could', async () => {
  const server = await startS3Server();
  servers.push(server);
  const { files } = openWorkspaces({ stores: openS3FileStores({ endpoint: server.endpoint, ...SETTINGS, prefix: 'default', clock }), clock }).open('shop', { name: 'ada' });
  await files.writeAll([{ path: 'a', content: 'x' }, { path: 'b/c', content: 'x' }]);
  await expect(files.write('a/b/c', 'y')).rejects.toMatchObject({ code: 'PATH_REFUSED', message: expect.stringContaining('one of its folders is a file') as string });
  await expect(files.write('b', 'y')).rejects.toMatchObject({ code: 'PATH_REFUSED', message: expect.stringContaining('a folder has this name') as string });
  await expect(files.writeAll([{ path: 'd', content: 'y' }, { path: 'd/e', content: 'y' }])).rejects.toMatchObject({ code: 'PATH_REFUSED' });
  await files.patch('--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n--- /dev/null\n+++ b/a/b\n@@ -0,0 +1 @@\n+x\n');
  expect((await files.list()).map(({ path }) => path)).toEqual(['a/b', 'b/c']);
});
