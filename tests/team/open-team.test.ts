import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTeam, testServices, type TeamHost } from '../../team';
import { startAnthropicServer, startOllamaServer, startOpenAiServer, type ModelServer } from '../support/model-servers';

const folders: string[] = [];
const servers: ModelServer[] = [];

function hostOf(environment: Record<string, string> = {}): TeamHost & { lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'aios-team-'));
  folders.push(folder);
  const lines: string[] = [];
  return { userFolder: folder, environment, lines, log: (level, message, facts) => void lines.push(`${level} ${message} ${JSON.stringify(facts ?? {})}`) };
}

async function served<T extends ModelServer>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  servers.push(server);
  return server;
}

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const question = (privacy: 'internal' | 'secret' = 'internal') => ({ messages: [{ role: 'user' as const, text: 'Say hello.' }], facts: { privacy } });

describe('opening a team', () => {
  it('answers with the Ollama of the credential and books the call', async () => {
    const ollama = await served(startOllamaServer({ models: ['qwen3:8b'], answers: ['Hello'] }));
    const { team, release } = await openTeam({ ollamaUrl: ollama.url }, hostOf());
    const reply = await team.router.complete(question(), never);
    expect(reply).toMatchObject({ text: 'Hello', decision: { model: 'ollama/qwen3:8b', local: true, costUsd: 0 } });
    expect(await team.ledger.totals({})).toMatchObject({ localCalls: 1, cloudCalls: 0, costUsd: 0 });
    release();
  });

  it('shares one team among nodes with the same configuration, and keeps others apart', async () => {
    const host = hostOf({ OLLAMA_HOST: 'http://127.0.0.1:9' });
    const handles = await Promise.all([openTeam(undefined, host), openTeam({ teamName: 'default' }, host), openTeam({ teamName: 'other' }, host)]);
    expect(handles[0]!.team).toBe(handles[1]!.team);
    expect(handles[2]!.team).not.toBe(handles[0]!.team);
    for (const { release } of handles) release();
  });

  it('refuses queue mode without a Redis, where each worker would have a database of its own', async () => {
    await expect(openTeam(undefined, hostOf({ EXECUTIONS_MODE: 'queue' }))).rejects.toMatchObject({ code: 'QUEUE_MODE_NEEDS_REDIS', hint: expect.stringMatching(/Redis URL.*QUEUE_BULL_REDIS_HOST/) });
  });

  it.each([{ openAiBaseUrl: 'not an address' }, { openAiBaseUrl: 'file:///etc/passwd' }, { redisUrl: 'http://localhost' }, { teamName: '../other' }])('says which field of the credential is wrong: %j', async (credential) => {
    const refused = openTeam({ ...credential, anthropicApiKey: 'sk-ant-very-secret-key' }, hostOf());
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(Object.keys(credential)[0]!) });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('very-secret') });
  });

  it.each(['teamName', 'openAiBaseUrl', 'dailyBudgetUsd', 'monthlyBudgetUsd'])('refuses a credential whose %s is an expression that found nothing', async (field) => {
    await expect(openTeam({ [field]: undefined }, hostOf())).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(`"${field}".* is nothing`) });
    await expect(openTeam({ [field]: null }, hostOf())).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it("never takes a cloud key from n8n's environment", async () => {
    const host = hostOf({ ANTHROPIC_API_KEY: 'sk-ant-operators-key', OPENAI_API_KEY: 'sk-operators-key', OLLAMA_HOST: 'http://127.0.0.1:9' });
    const { team, release } = await openTeam(undefined, host);
    const models = await team.router.models(never).catch(() => []);
    expect(models.filter(({ local }) => !local)).toEqual([]);
    release();
  });

  it('has the scripted model alone in a rehearsal, and labels what it says', async () => {
    const ollama = await served(startOllamaServer({ models: ['qwen3:8b'] }));
    const { team, release } = await openTeam({ ollamaUrl: ollama.url, anthropicApiKey: 'sk-ant-1234567890' }, hostOf({ AIOS_REHEARSAL: 'true' }));
    const reply = await team.router.complete(question(), never);
    expect(reply.decision.provider).toBe('rehearsal');
    expect(reply.text.toLowerCase()).toContain('rehearsal');
    expect(ollama.requests).toEqual([]);
    release();
  });

  it('keeps a secret request on this machine when only a cloud key is set', async () => {
    const cloud = await served(startAnthropicServer({ models: ['claude-sonnet-4-5'] }));
    const { team, release } = await openTeam({ ollamaUrl: 'http://127.0.0.1:9', anthropicApiKey: 'sk-ant-1234567890', anthropicBaseUrl: cloud.url }, hostOf());
    await expect(team.router.complete(question('secret'), never)).rejects.toMatchObject({ code: 'SECRET_NEEDS_LOCAL_MODEL' });
    expect(cloud.chatRequests()).toEqual([]);
    release();
  });

  it('writes no key into the log', async () => {
    const cloud = await served(startAnthropicServer({ models: ['claude-sonnet-4-5'], apiKey: 'another-key' }));
    const host = hostOf();
    const { team, release } = await openTeam({ ollamaUrl: 'http://127.0.0.1:9', anthropicApiKey: 'sk-ant-very-secret-key', anthropicBaseUrl: cloud.url }, host);
    const error = await team.router.complete(question(), never).catch((reason: Error & { hint?: string }) => reason);
    expect(`${host.lines.join('\n')} ${JSON.stringify(error)} ${(error as Error).message}`).not.toContain('very-secret');
    release();
  });
});

describe("the credential's test", () => {
  it('says for every service what answered', async () => {
    const ollama = await served(startOllamaServer({ models: ['qwen3:8b', 'llama3.2:3b'] }));
    const openAi = await served(startOpenAiServer({ models: ['gpt-4o'] }));
    const { ok, lines } = await testServices({ ollamaUrl: ollama.url, openAiBaseUrl: `${openAi.url}/v1`, openAiApiKey: 'key-1234567890' }, hostOf());
    expect(lines.join('\n')).toMatch(/✓ Ollama at .*2 models: .*qwen3:8b/);
    expect(lines.join('\n')).toMatch(/✓ OpenAI-compatible API at .*gpt-4o/);
    expect(lines.join('\n')).toMatch(/✓ Data folder/);
    expect(ok).toBe(true);
  });

  it('names what does not answer, and what to do', async () => {
    const ollama = await served(startOllamaServer({ models: ['qwen3:8b'] }));
    const cloud = await served(startAnthropicServer({ models: ['claude-sonnet-4-5'], apiKey: 'the-right-key' }));
    const { ok, lines } = await testServices({ ollamaUrl: ollama.url, anthropicApiKey: 'a-wrong-secret-key', anthropicBaseUrl: cloud.url, redisUrl: 'redis://:pass-word@127.0.0.1:9' }, hostOf());
    expect(ok).toBe(false);
    const text = lines.join('\n');
    expect(text).toMatch(/✗ Anthropic at .*key/i);
    expect(text).toMatch(/✗ Redis at redis:\/\/127/);
    expect(text).toMatch(/✓ Ollama/);
    expect(text).not.toMatch(/a-wrong-secret-key|pass-word/);
  });

  it('names the addresses tried when there is no Ollama and nothing else', async () => {
    const { ok, lines } = await testServices({ ollamaUrl: 'http://127.0.0.1:9' }, hostOf());
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('127.0.0.1:9');
  });
});
