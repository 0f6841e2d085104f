import { diagnose, openTeam, type DoctorReport, type TeamHost } from '../../team';
import { startJsonServer, type JsonAnswer } from '../support/json-server';
import { startRunner } from '../support/runner';
import { startS3Server, type S3Server, type S3ServerOptions } from '../support/s3-server';
import { temporaryFolder } from '../support/temporary-folder';

const servers: Array<{ close(): Promise<void> }> = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((server) => server.close()))));

const hostOf = (environment: Record<string, string> = {}): TeamHost => ({ userFolder: temporaryFolder(), environment, log: () => {} });
const look = (credential: Record<string, unknown>, host = hostOf()) => diagnose(credential, host, { signal: new AbortController().signal });
const check = ({ checks }: DoctorReport, service: string) => checks.find((found) => found.service === service)!;
const NOWHERE = 'http://127.0.0.1:9';

describe('the Doctor on SearXNG', () => {
  it.each<[string, JsonAnswer, string, RegExp, RegExp | undefined]>([
    ['answers in JSON', { status: 400, json: { error: 'No query' } }, 'ok', /agents are offered web_search/, undefined],
    ['has JSON switched off', { status: 403, body: '<html>' }, 'failed', /not in JSON \(status 403\)/, /write "json" below "search: formats:"/],
    ['takes us for a robot', { status: 429, body: '' }, 'failed', /robot/, /limiter: false/],
    ['is something else', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }, 'failed', /no SearXNG/, /correct or empty its URL/],
  ])('tells a SearXNG that %s, without searching for anything', async (_what, answer, status, detail, todo) => {
    const server = await startJsonServer(() => answer);
    servers.push(server);
    expect(check(await look({ ollamaUrl: NOWHERE, searxngUrl: server.url }), 'searxng')).toMatchObject({ status, detail: expect.stringMatching(detail), ...(todo && { todo: expect.stringMatching(todo) }) });
    expect(server.requests.map(({ path, query }) => `${path}?${query.toString()}`)).toEqual(['/search?q=&format=json']);
  });

  it('says why agents cannot search when no SearXNG is named, and takes one from the environment', async () => {
    expect(check(await look({ ollamaUrl: NOWHERE }), 'searxng')).toMatchObject({ status: 'notConfigured', detail: expect.stringMatching(/not offered web_search/) });
    expect(check(await look({ ollamaUrl: NOWHERE }, hostOf({ SEARXNG_URL: NOWHERE })), 'searxng')).toMatchObject({ status: 'failed' });
  });
});

describe('the Doctor on the runner', () => {
  it('tells whether it answers and takes the token, and what to set', async () => {
    const runner = await startRunner();
    servers.push(runner);
    const seen = async (more: object) => check(await look({ ollamaUrl: NOWHERE, ...more }), 'runner');
    expect(await seen({ runnerUrl: runner.url, runnerToken: runner.token })).toMatchObject({ status: 'ok', detail: expect.stringMatching(/takes the token; \d+ jobs?/) });
    expect(await seen({ runnerUrl: runner.url, runnerToken: 'another' })).toMatchObject({ status: 'failed', todo: expect.stringContaining('RUNNER_TOKEN') });
    expect(await seen({ runnerUrl: NOWHERE })).toMatchObject({ status: 'failed', todo: expect.stringContaining('--profile runner') });
    expect(await seen({})).toMatchObject({ status: 'notConfigured', detail: expect.stringContaining('AIOS_RUNNER_URL') });
  });
});

async function bucketServer(options: S3ServerOptions = {}): Promise<S3Server> {
  const server = await startS3Server(options);
  servers.push(server);
  return server;
}
const bucketFields = ({ endpoint }: S3Server) => ({ s3Endpoint: endpoint, s3Bucket: 'team', s3AccessKey: 'ada', s3SecretKey: 'lovelace-1843' });

describe('the Doctor on a bucket', () => {
  it('writes into the bucket it is given, and takes away what it wrote', async () => {
    const server = await bucketServer();
    expect(check(await look({ ollamaUrl: NOWHERE, ...bucketFields(server) }), 'bucket')).toMatchObject({ status: 'ok', address: `${server.endpoint}/team`, detail: 'lists, writes, keeps what others wrote, and deletes.' });
    expect([...server.objects.keys()]).toEqual([]);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'PUT', 'PUT', 'DELETE']);
  });

  it('says what is wrong with a bucket, without its keys', async () => {
    const server = await bucketServer({ ignoresConditions: true });
    expect(check(await look({ ollamaUrl: NOWHERE, ...bucketFields(server) }), 'bucket')).toMatchObject({ status: 'failed', detail: expect.stringContaining('does not know conditional writes') });
    const report = await look({ ollamaUrl: NOWHERE, ...bucketFields(server), s3SecretKey: 'guessed-secret' });
    expect(check(report, 'bucket')).toMatchObject({ status: 'failed', detail: expect.stringContaining('the secret key is wrong'), todo: expect.stringContaining('Correct the access key') });
    expect(JSON.stringify(report)).not.toContain('guessed-secret');
  });

  it('takes half a bucket for a mistake, and none for none', async () => {
    const report = await look({ ollamaUrl: NOWHERE, s3Endpoint: NOWHERE });
    expect(check(report, 'configuration')).toMatchObject({ status: 'failed', detail: 'The credential "AIOS Team" names a part of an S3 bucket only.' });
    await expect(openTeam({ s3Bucket: 'team' }, hostOf())).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(check(await look({ ollamaUrl: NOWHERE }), 'bucket')).toMatchObject({ status: 'notConfigured' });
  });
});
