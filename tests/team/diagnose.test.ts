import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose, openTeam, type DoctorReport, type TeamHost } from '../../team';
import { startJsonServer, type JsonAnswer } from '../support/json-server';
import { startOllamaServer, startOpenAiServer, type ModelServer, type OllamaServerOptions } from '../support/model-servers';
import { startRedisServer } from '../support/redis-server';
import { describeWithService, redisServer } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';

const servers: Array<Pick<ModelServer, 'close'>> = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((server) => server.close()))));

async function ollamaWith(models: OllamaServerOptions['models'], more: Partial<OllamaServerOptions> = {}): Promise<ModelServer> {
  const server = await startOllamaServer({ models, ...more });
  servers.push(server);
  return server;
}
const hostOf = (environment: Record<string, string> = {}, userFolder = temporaryFolder()): TeamHost => ({ userFolder, environment, log: () => {} });
const signal = new AbortController().signal;
const look = (credential: Record<string, unknown>, host = hostOf()) => diagnose(credential, host, { signal });
const check = ({ checks }: DoctorReport, service: string) => checks.find((found) => found.service === service)!;
/** A user folder with this models file in the team's data folder. */
function folderWith(modelsFile: string): string {
  const userFolder = temporaryFolder();
  const folder = join(userFolder, '.n8n', 'aios', 'default');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'models.yaml'), modelsFile);
  return userFolder;
}
const NOWHERE = 'http://127.0.0.1:9';

describe('the Doctor on a models file', () => {
  it('says nothing where there is none', async () => {
    expect(check(await look({ ollamaUrl: NOWHERE }), 'modelsFile')).toBeUndefined();
  });

  it('counts what is in it, and asks the addresses it adds', async () => {
    const { url } = await ollamaWith(['qwen3:8b']);
    const host = hostOf({}, folderWith(`models: [{name: lan, provider: ollama, endpoint: "${url}", model: "qwen3:8b"}]\nassign: {cto: lan}\n`));
    const report = await look({ ollamaUrl: NOWHERE }, host);
    expect(report.checks.filter(({ service }) => service === 'modelsFile')).toMatchObject([
      { status: 'ok', detail: '1 model, 1 role assigned.' },
      { title: 'Models file: lan', status: 'ok', address: url, models: [{ id: `ollama@${new URL(url).host}/qwen3:8b`, local: true }] },
    ]);
    expect(report.ok).toBe(true);
  });

  it('names the models it counts on that nobody has', async () => {
    const { url } = await ollamaWith(['qwen3:8b', 'llama:latest']);
    const text = 'models: [{name: small, provider: ollama, model: "qwen3:8b"}, {name: gone, provider: ollama, model: "old:7b"}]\nassign: {cto: {primary: small, fallback: [gone]}, qa: ollama/llama}\nexperiments: [{name: sizes, arms: [llama, gpt-9]}]\n';
    const found = check(await look({ ollamaUrl: url }, hostOf({}, folderWith(text))), 'modelsFile');
    expect(found).toMatchObject({ status: 'warning', detail: '2 models, 2 roles assigned, 1 experiment. "gone" (assigned to cto), "gpt-9" (experiment sizes): no service has such a model.', todo: expect.stringContaining('models.yaml') });
  });

  it('names limits that limit nothing, and takes connected models for there', async () => {
    const { url } = await ollamaWith(['qwen3:8b']);
    const text = 'models: [{name: wired, provider: n8n, model: gpt-4o}]\nassign: {cto: {primary: wired, fallback: [n8n/gpt-5]}}\nlimits: {Ollama: {concurrency: 1}, "qwen3:8b": {concurrency: 1}, n8n: {concurrency: 1}, olama: {concurrency: 1}}\n';
    const found = check(await look({ ollamaUrl: url }, hostOf({}, folderWith(text))), 'modelsFile');
    expect(found).toMatchObject({ status: 'warning', detail: expect.stringMatching(/\. "olama" \(limits\): no service has such a model\.$/) });
  });

  it('names line and reason of a fault, and doubts', async () => {
    const bad = await look({ ollamaUrl: NOWHERE }, hostOf({}, folderWith('models:\n  - name: a\n    provider: ollama\n')));
    expect(check(bad, 'modelsFile')).toMatchObject({ status: 'failed', detail: expect.stringMatching(/line 2, models\[0\]\.model/), todo: expect.stringContaining('models.yaml') });
    const doubtful = await look({ ollamaUrl: NOWHERE }, hostOf({}, folderWith('[{name: a, type: local, provider: openai-compatible, endpoint: "http://llm.example.invalid:9/v1", model: m}]')));
    expect(check(doubtful, 'modelsFile')).toMatchObject({ status: 'warning', detail: expect.stringContaining('llm.example.invalid:9 is not this machine') });
  });
});

describe('the Doctor on budgets', () => {
  const FILE = 'budgets: [{for: {role: writer}, per: month, usd: 3}, {for: workflow, per: day, usd: 1, when_used_up: ask}, {for: task, usd: 0.2}]';

  it('says nothing where none is set', async () => {
    expect(check(await look({ ollamaUrl: NOWHERE }), 'budgets')).toBeUndefined();
  });

  it('says which there are and what is spent of each', async () => {
    const { status, detail } = check(await look({ ollamaUrl: NOWHERE, dailyBudgetUsd: '5' }, hostOf({}, folderWith(FILE))), 'budgets');
    expect(status).toBe('ok');
    expect(detail).toMatch(/^the daily budget of the team \(\d{4}-\d\d-\d\d UTC\): \$0\.00 of \$5\.00 spent; the monthly budget of the role writer .*: \$0\.00 of \$3\.00 spent; \$1\.00 for each workflow per day; \$0\.2000 for each task\.$/);
  });

  it('warns when one is used up, with what follows and what to do', async () => {
    const host = hostOf({ AIOS_DAILY_BUDGET_USD: '0.01' }, folderWith(FILE));
    const { team, release } = await openTeam({ ollamaUrl: NOWHERE }, host);
    await team.ledger.settle({ callId: 'a', atMs: Date.now(), model: 'anthropic/claude', provider: 'anthropic', local: false, privacy: 'internal', workflow: 'w1', workflowName: 'Sales report', promptTokens: 1, completionTokens: 1, costUsd: 1, durationMs: 1, outcome: 'ok' });
    release();
    expect(check(await look({ ollamaUrl: NOWHERE }, host), 'budgets')).toMatchObject({
      status: 'warning',
      detail: expect.stringMatching(/budget of the team .*\$1\.00 of \$0\.0100 spent, used up \(local models answer\).*budget of the workflow Sales report .*\$1\.00 of \$1\.00 spent, used up \(a person is asked\)/),
      todo: expect.stringMatching(/^Raise "Daily Budget \(USD\)" in the credential "AIOS Team API", or wait until .* 00:00 UTC/),
    });
  });
});

describe('the Doctor on Ollama', () => {
  it('tells version, address, and of each chat model what it is and can do', async () => {
    const { url } = await ollamaWith([{ name: 'qwen3:8b', sizeBytes: 5.2e9, contextTokens: 40_960 }, { name: 'llava:7b', capabilities: ['completion', 'vision'] }]);
    const report = await look({ ollamaUrl: url });
    expect(report.ok).toBe(true);
    expect(check(report, 'ollama')).toMatchObject({ status: 'ok', address: url, version: '0.12.0', latencyMs: expect.any(Number), detail: '2 models: qwen3:8b, llava:7b.' });
    expect(check(report, 'ollama').models).toEqual([
      expect.objectContaining({ id: 'ollama/qwen3:8b', local: true, contextTokens: 40_960, tools: true, vision: false, sizeBytes: 5.2e9, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }),
      expect.objectContaining({ id: 'ollama/llava:7b', tools: false, vision: true }),
    ]);
  });

  it('skips models that only embed, and says so', async () => {
    const { url } = await ollamaWith(['qwen3:8b', { name: 'nomic-embed-text', capabilities: ['embedding'] }]);
    const found = check(await look({ ollamaUrl: url }), 'ollama');
    expect(found.models?.map(({ name }) => name)).toEqual(['qwen3:8b']);
    expect(found.detail).toContain('Skipped, because they only embed: nomic-embed-text.');
  });

  it("flags Ollama's cloud models as not on this machine", async () => {
    const { url } = await ollamaWith(['gpt-oss:120b-cloud']);
    const found = check(await look({ ollamaUrl: url }), 'ollama');
    expect(found).toMatchObject({ detail: expect.stringContaining('Not on this machine, Ollama passes prompts on: gpt-oss:120b-cloud.'), models: [{ local: false }] });
  });

  it('gives the exact line to pull a model where there is none', async () => {
    const { url } = await ollamaWith([{ name: 'nomic-embed-text', capabilities: ['embedding'] }]);
    const report = await look({ ollamaUrl: url });
    expect(report.ok).toBe(false);
    expect(check(report, 'ollama')).toMatchObject({ status: 'warning', todo: expect.stringMatching(/^Pull a model: `ollama pull qwen3:[\d.]+b` \(.* GB; fits the [\d.]+ GB of memory here\)\.$/) });
  });

  it('names the address tried and why, and how to begin, when nothing answers', async () => {
    const report = await look({ ollamaUrl: NOWHERE });
    expect(report.ok).toBe(false);
    expect(check(report, 'ollama')).toMatchObject({ status: 'failed', detail: `no answer at ${NOWHERE} (nothing listens at this address).` });
    expect(report.advice.join('\n')).toMatch(/Ollama URL[\s\S]*ANTHROPIC_API_KEY/);
  });

  it('says when something else answers at the address', async () => {
    const web: Server = createServer((_, response) => void response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    servers.push({ close: async () => void (await new Promise((resolve) => web.close(resolve))) });
    const report = await look({ ollamaUrl: `http://127.0.0.1:${(web.address() as AddressInfo).port}` });
    expect(check(report, 'ollama').detail).toContain('something else than Ollama answered');
  });

  it('does not miss Ollama when another service has models', async () => {
    const cloud = await startOpenAiServer({ models: ['gpt-4o'] });
    servers.push(cloud);
    const report = await look({ ollamaUrl: NOWHERE, openAiBaseUrl: `${cloud.url}/v1`, openAiApiKey: 'key-1234567890' });
    expect(report.ok).toBe(true);
    expect(check(report, 'openAi')).toMatchObject({ status: 'ok', models: [{ name: 'gpt-4o' }] });
  });
});

describe('the Doctor on everything else', () => {
  it('looks without making a folder or a file', async () => {
    const host = hostOf();
    const report = await look({ ollamaUrl: NOWHERE }, host);
    expect(check(report, 'dataFolder')).toMatchObject({ status: 'ok', detail: expect.stringMatching(/^not there yet; made at the first use\. .* free\.$/) });
    expect(check(report, 'store')).toMatchObject({ status: 'ok', detail: 'not there yet; made at the first use.' });
    expect(existsSync(join(host.userFolder, '.n8n'))).toBe(false);
  });

  it('tells size and version of a database that is used', async () => {
    const host = hostOf();
    (await openTeam({ ollamaUrl: NOWHERE }, host)).release();
    expect(check(await look({ ollamaUrl: NOWHERE }, host), 'store')).toMatchObject({ status: 'ok', version: expect.stringMatching(/^3\./), detail: expect.stringMatching(/^\d+ kB, opens\.$/) });
  });

  it('finds a damaged database', async () => {
    const host = hostOf();
    const folder = join(host.userFolder, '.n8n', 'aios', 'default');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'team.sqlite'), 'this is no database '.repeat(100));
    const report = await look({ ollamaUrl: NOWHERE }, host);
    expect(check(report, 'store')).toMatchObject({ status: 'failed', detail: expect.stringContaining('not a database') });
  });

  it('finds a data folder that cannot be made', async () => {
    const host = hostOf();
    writeFileSync(join(host.userFolder, '.n8n'), 'a file in the way');
    const report = await look({ ollamaUrl: NOWHERE }, host);
    expect(check(report, 'dataFolder')).toMatchObject({ status: 'failed', detail: 'cannot be written (ENOTDIR).', todo: expect.stringContaining('AIOS_DATA_DIR') });
  });

  it('makes a wrong configuration a check, not an error', async () => {
    const report = await look({ openAiBaseUrl: 'file:///etc/passwd' });
    expect(report).toMatchObject({ ok: false, checks: [{ service: 'configuration', status: 'failed', detail: expect.stringContaining('openAiBaseUrl') }, { service: 'node' }] });
  });

  it('says that queue mode needs something else, and still looks at the rest', async () => {
    const { url } = await ollamaWith(['qwen3:8b']);
    const report = await look({ ollamaUrl: url }, hostOf({ EXECUTIONS_MODE: 'queue' }));
    expect(report.ok).toBe(false);
    expect(report.checks.map(({ service, status }) => [service, status])).toEqual(expect.arrayContaining([['configuration', 'failed'], ['ollama', 'ok']]));
  });

  it('shows no password and no key, wherever they stand', async () => {
    const report = await look({ ollamaUrl: 'http://ada:ollama-secret@127.0.0.1:9', redisUrl: 'redis://:redis-secret@127.0.0.1:9', qdrantUrl: NOWHERE, qdrantApiKey: 'qdrant-secret', anthropicApiKey: 'sk-ant-secret', anthropicBaseUrl: NOWHERE, searxngUrl: NOWHERE });
    expect(JSON.stringify(report)).not.toMatch(/ollama-secret|redis-secret|qdrant-secret|sk-ant-secret/);
    expect(['redis', 'qdrant', 'anthropic', 'searxng'].map((service) => check(report, service).status)).toEqual(['failed', 'failed', 'failed', 'failed']);
  });

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

  it('ends when it is told to', async () => {
    await expect(diagnose({ ollamaUrl: NOWHERE }, hostOf(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describeWithService(redisServer, 'the Doctor on Redis', () => {
  it('warns of a server that may lose or evict records, with the commands that end it', async () => {
    const redis = await startRedisServer('--maxmemory-policy', 'allkeys-lru');
    servers.push({ close: () => redis.stop() });
    const found = check(await look({ ollamaUrl: NOWHERE, redisUrl: `redis://127.0.0.1:${redis.port}` }), 'redis');
    expect(found).toMatchObject({ status: 'warning', version: expect.stringMatching(/^\d+\.\d+/), detail: expect.stringMatching(/append-only file is off.*allkeys-lru/) });
    expect(found.todo).toContain('`redis-cli CONFIG SET appendonly yes` and `redis-cli CONFIG SET maxmemory-policy noeviction`');
  });

  it('is content with one that keeps records', async () => {
    const redis = await startRedisServer('--appendonly', 'yes', '--dir', temporaryFolder());
    servers.push({ close: () => redis.stop() });
    expect(check(await look({ ollamaUrl: NOWHERE, redisUrl: `redis://127.0.0.1:${redis.port}` }), 'redis')).toMatchObject({ status: 'ok', detail: 'answers; writes are kept on disk.' });
  });
});

describe('trials of models', () => {
  const trial = async (url: string, host: TeamHost, probe?: 'new' | 'again') => {
    const steps: string[] = [];
    const report = await diagnose({ ollamaUrl: url }, host, { signal, ...(probe && { probe }), onProgress: ({ step, said }) => void (said === undefined && steps.push(step)) });
    return { steps, probe: check(report, 'ollama').models?.[0]?.probe };
  };

  it('are kept, shown later, and made anew only when the model has changed or somebody asks', async () => {
    const host = hostOf();
    const first = await ollamaWith([{ name: 'qwen3:8b', digest: 'one', contextTokens: 8_192 }], { tokenDelayMs: 1 });
    expect((await trial(first.url, host)).probe).toBeUndefined();
    const made = await trial(first.url, host, 'new');
    expect(made.steps).toEqual(['tools', 'schema', 'context', 'speed']);
    expect(made.probe).toMatchObject({ digest: 'one', model: 'ollama/qwen3:8b', tools: 'failed', schema: 'passed', usableContextTokens: 0, tokensPerSecond: expect.any(Number) });
    expect(await trial(first.url, host)).toEqual({ steps: [], probe: made.probe });
    expect((await trial(first.url, host, 'new')).steps).toEqual([]);
    expect((await trial(first.url, host, 'again')).steps).toHaveLength(4);

    const changed = await ollamaWith([{ name: 'qwen3:8b', digest: 'two', contextTokens: 8_192 }], { tokenDelayMs: 1 });
    expect((await trial(changed.url, host)).probe).toBeUndefined();
    expect((await trial(changed.url, host, 'new')).probe).toMatchObject({ digest: 'two' });
  });

  it("never ask models that are not on this machine", async () => {
    const server = await ollamaWith(['gpt-oss:120b-cloud']);
    expect((await trial(server.url, hostOf(), 'new')).steps).toEqual([]);
    expect(server.chatRequests()).toEqual([]);
  });
});
