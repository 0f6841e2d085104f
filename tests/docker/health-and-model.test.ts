import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { readCompose } from '../../scripts/compose/read-compose';
import { freePort } from '../support/free-port';
import { composeText, operatorVariables } from './compose-under-test';
import { runScript } from './run-script';
import { bash, describeWithService } from '../support/services';

const script = (name: string) => join(__dirname, '..', '..', 'scripts', 'image', name);
const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return port;
}

describe("the image's health check", () => {
  const check = (environment: Record<string, string>) => runScript(process.execPath, [script('healthcheck.mjs')], environment);

  it.each([
    ['an n8n', (port: number) => ({ N8N_PORT: String(port) })],
    ['a worker with a port of its own', (port: number) => ({ N8N_PORT: '1', QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(port) })],
  ])('is content with %s that is ready', async (_, environment) => {
    const port = await serve((request, response) => response.writeHead(request.url === '/healthz/readiness' ? 200 : 404).end());
    expect(await check(environment(port))).toEqual({ exitCode: 0, said: '' });
  });

  it('fails while the database is not there, and says so', async () => {
    const port = await serve((_, response) => response.writeHead(503).end());
    expect(await check({ N8N_PORT: String(port) })).toEqual({ exitCode: 1, said: `n8n on port ${port}: 503\n` });
  });

  it('fails when nothing listens', async () => {
    const port = await freePort();
    expect(await check({ N8N_PORT: String(port) })).toEqual({ exitCode: 1, said: `n8n on port ${port}: ECONNREFUSED\n` });
  });
});

describeWithService(bash, 'the health check of Qdrant, whose image has no curl', () => {
  const test = readCompose(composeText, operatorVariables).services.qdrant!.healthcheck!.test!;
  const check = (port: number) => runScript(test[1]!, test.slice(2).map((argument) => argument.replace('/6333', `/${port}`)), {});

  it.each([[200, 0], [503, 1]])('answers %i with exit code %i', async (status, exitCode) => {
    const port = await serve((request, response) => response.writeHead(request.url === '/readyz' ? status : 404).end('all shards are ready'));
    expect((await check(port)).exitCode).toBe(exitCode);
  });

  it('fails when nothing listens', async () => {
    expect((await check(await freePort())).exitCode).toBe(1);
  });
});

describe('the service that fetches the model', () => {
  const fetchModel = (port: number, environment: Record<string, string> = {}) => runScript(process.execPath, [script('pull-model.mjs')], { OLLAMA_HOST: `http://127.0.0.1:${port}`, OLLAMA_MODEL: 'qwen3:4b', ...environment });

  /** Ollama as far as a pull needs it. */
  function ollama(models: string[], steps: object[]): { port: Promise<number>; pulled: string[] } {
    const pulled: string[] = [];
    const port = serve((request, response) => {
      if (request.url === '/api/version') return void response.end('{"version":"0.32.6"}');
      if (request.url === '/api/tags') return void response.end(JSON.stringify({ models: models.map((name) => ({ name })) }));
      request.on('data', (chunk: Buffer) => pulled.push((JSON.parse(chunk.toString()) as { model: string }).model));
      request.on('end', () => response.end(steps.map((step) => JSON.stringify(step)).join('\n')));
    });
    return { port, pulled };
  }

  it('pulls it and shows how far it is', async () => {
    const { port, pulled } = ollama([], [{ status: 'pulling manifest' }, { status: 'pulling', completed: 1.25e9, total: 2.5e9 }, { status: 'success' }]);
    const { exitCode, said } = await fetchModel(await port);
    expect({ exitCode, pulled }).toEqual({ exitCode: 0, pulled: ['qwen3:4b'] });
    expect(said).toContain('aios: 1.3 of 2.5 GB\naios: qwen3:4b is there.');
  });

  it('asks for nothing when it is there', async () => {
    const { port, pulled } = ollama(['qwen3:4b'], []);
    const { exitCode, said } = await fetchModel(await port);
    expect({ exitCode, pulled }).toEqual({ exitCode: 0, pulled: [] });
    expect(said).toContain('qwen3:4b is there already');
  });

  it('fails with what Ollama says when there is no such model', async () => {
    const { port } = ollama([], [{ status: 'pulling manifest' }, { error: 'pull model manifest: file does not exist' }]);
    expect(await fetchModel(await port)).toMatchObject({ exitCode: 1, said: expect.stringContaining('Ollama could not pull qwen3:4b: pull model manifest: file does not exist') });
  });

  it('fails when the download was cut', async () => {
    const { port } = ollama([], [{ status: 'pulling', completed: 1, total: 2 }]);
    expect(await fetchModel(await port)).toMatchObject({ exitCode: 1, said: expect.stringContaining('ended before qwen3:4b was complete') });
  });

  it('names every address it tried when no Ollama answers', async () => {
    const port = await freePort();
    const { exitCode, said } = await fetchModel(port);
    expect(exitCode).toBe(1);
    expect(said).toMatch(new RegExp(`No Ollama answered \\(http://127\\.0\\.0\\.1:${port}: ECONNREFUSED; http://host\\.docker\\.internal:11434: .+\\)\\. Put the profile cpu or gpu`));
  });
});
