import { silentLogger } from '../../kernel';
import { EmbeddingDownError, EmbeddingFaultError, connectedEmbedder, findOllamaEmbedder } from '../../memory';
import { fakeClock } from '../support/fake-clock';
import { sentenceVectors, startOllamaServer, type OllamaServerOptions } from '../support/model-servers';

const signal = new AbortController().signal;
const embeds = (name: string) => ({ name, capabilities: ['embedding'] });

async function withOllama<T>(options: Partial<OllamaServerOptions>, work: (server: Awaited<ReturnType<typeof startOllamaServer>>) => Promise<T>): Promise<T> {
  const server = await startOllamaServer({ models: [embeds('nomic-embed-text:latest')], ...options });
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
const finder = (url: string, more = {}) => findOllamaEmbedder({ url, local: true, clock: fakeClock(), log: silentLogger, ...more });
const cosine = (one: Float32Array, other: Float32Array) => one.reduce((sum, value, index) => sum + value * other[index]!, 0);

describe('the embedding models of Ollama', () => {
  it('takes the first installed one that is known, and tells it what each text is for', async () => {
    await withOllama({ models: ['qwen3:8b', embeds('all-minilm:l6-v2'), embeds('nomic-embed-text:latest')] }, async (server) => {
      const embedder = (await finder(server.url)(signal))!;
      expect(embedder).toMatchObject({ model: 'nomic-embed-text', local: true });
      const [server1, server2, invoice] = await embedder.embed(['staging server', 'staging servers', 'invoice'], 'document', signal);
      const [query] = await embedder.embed(['staging server'], 'query', signal);
      expect(cosine(query!, server1!)).toBeCloseTo(1, 4);
      expect(cosine(query!, server2!)).toBeGreaterThan(cosine(query!, invoice!));
      const inputs = server.requests.filter(({ path }) => path === '/api/embed').map(({ body }) => body);
      expect(inputs).toMatchObject([{ truncate: true, input: ['search_document: staging server', 'search_document: staging servers', 'search_document: invoice'] }, { input: ['search_query: staging server'] }]);
    });
  });

  it('takes the one that was asked for, and none when it is not installed', async () => {
    await withOllama({ models: [embeds('nomic-embed-text:latest'), embeds('custom:latest')] }, async ({ url }) => {
      expect(await finder(url, { model: 'custom' })(signal)).toMatchObject({ model: 'custom' });
      expect(await finder(url, { model: 'missing' })(signal)).toBeUndefined();
    });
    await withOllama({ models: ['qwen3:8b'] }, async ({ url }) => expect(await finder(url)(signal)).toBeUndefined());
  });

  it('finds what means the same, when the model knows meaning', async () => {
    await withOllama({ embed: await sentenceVectors() }, async ({ url }) => {
      const [question, same, other] = await (await finder(url)(signal))!.embed(['How do I reset my password?', 'I forgot my login secret and need a new one', 'The soup is too salty'], 'query', signal);
      expect(cosine(question!, same!)).toBeGreaterThan(0.5);
      expect(cosine(question!, other!)).toBeLessThan(0.2);
    });
  }, 30_000);

  it('asks for the list once a minute', async () => {
    await withOllama({}, async (server) => {
      const clock = fakeClock();
      const find = finder(server.url, { clock });
      await find(signal);
      clock.advance(59_999);
      await find(signal);
      expect(server.requests).toHaveLength(1);
      clock.advance(1);
      await find(signal);
      expect(server.requests).toHaveLength(2);
    });
  });

  it('counts a model in the cloud as elsewhere, whatever server lists it', async () => {
    await withOllama({ models: [embeds('nomic-embed-text:v2-cloud')] }, async ({ url }) => expect(await finder(url)(signal)).toMatchObject({ local: false }));
    await withOllama({}, async ({ url }) => expect(await finder(url, { local: false })(signal)).toMatchObject({ local: false }));
  });

  it('embeds many texts in bounded batches, in order', async () => {
    await withOllama({}, async (server) => {
      const embedder = (await finder(server.url)(signal))!;
      const texts = [...Array.from({ length: 70 }, (_, number) => `text ${number}`), 'long '.repeat(20_000), 'last'];
      const vectors = await embedder.embed(texts, 'document', signal);
      const [last] = await embedder.embed(['last'], 'document', signal);
      expect(vectors).toHaveLength(72);
      expect(vectors.at(-1)).toEqual(last);
      expect(server.requests.filter(({ path }) => path === '/api/embed').map(({ body }) => (body.input as string[]).length)).toEqual([32, 32, 6, 1, 1, 1]);
    });
  });

  it.each([
    ['too few vectors', () => [], '0 vectors for 1 texts'],
    ['an empty vector', () => [[]], 'an empty vector'],
    ['something that is no number', () => [[1, null]], 'no number'],
    ['zeros', () => [[0, 0]], 'a vector of zeros'],
    ['no list', () => 'no', 'no vectors for 1 texts'],
  ])('names a fault of the model: %s', async (_title, embed, message) => {
    await withOllama({ embed }, async ({ url }) => {
      const embedder = (await finder(url)(signal))!;
      const failed = embedder.embed(['text'], 'document', signal);
      await expect(failed).rejects.toThrow(EmbeddingFaultError);
      await expect(failed).rejects.toThrow(message);
    });
  });

  it('says that nobody answers, and goes without', async () => {
    const { embedder, url } = await withOllama({}, async ({ url }) => ({ url, embedder: (await finder(url)(signal))! }));
    await expect(embedder.embed(['text'], 'query', signal)).rejects.toThrow(EmbeddingDownError);
    expect(await finder(url)(signal)).toBeUndefined();
  });

  it('ends when the execution is stopped', async () => {
    await withOllama({}, async ({ url }) => {
      const embedder = (await finder(url)(signal))!;
      await expect(embedder.embed(['text'], 'query', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });
});

describe('a connected embeddings sub-node', () => {
  const embeddings = { model: 'text-embedding-3-small', embedQuery: async () => await Promise.resolve([3, 4]), embedDocuments: async (texts: string[]) => await Promise.resolve(texts.map(() => [0, 2])) };

  it('is called as it wants to be, and is local only when the author says so', async () => {
    const embedder = connectedEmbedder(embeddings, { name: 'Embeddings OpenAI', local: false });
    expect(embedder).toMatchObject({ model: 'text-embedding-3-small', local: false });
    expect(await embedder.embed(['a'], 'query', signal)).toEqual([new Float32Array([0.6, 0.8])]);
    expect(await embedder.embed(['a', 'b'], 'document', signal)).toEqual([new Float32Array([0, 1]), new Float32Array([0, 1])]);
    expect(connectedEmbedder({ ...embeddings, model: undefined }, { name: 'Embeddings OpenAI', local: true })).toMatchObject({ model: 'Embeddings OpenAI', local: true });
  });

  it('may fail or hang without taking anybody with it', async () => {
    const failing = connectedEmbedder({ ...embeddings, embedQuery: async () => await Promise.reject(new TypeError('x')) }, { name: 'n', local: false });
    await expect(failing.embed(['a'], 'query', signal)).rejects.toThrow(EmbeddingDownError);
    const hanging = connectedEmbedder({ ...embeddings, embedQuery: async () => await new Promise(() => {}) }, { name: 'n', local: false });
    const stop = new AbortController();
    const asked = hanging.embed(['a'], 'query', stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
