import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { silentLogger } from '../../kernel';
import { openQdrantMemory, openSqliteMemory } from '../../memory';
import { openSqlite } from '../../storage';
import { type StubQdrant, startStubQdrant } from '../support/qdrant-server';
import { describeWithService, itUnless, qdrantApi } from '../support/services';
import { temporaryFolder } from '../support/temporary-folder';
import { type OpenMemoryStores, memoryStoreContract } from './memory-store-contract';
import { rememberingContract } from './remembering-contract';

const onSqlite: OpenMemoryStores = async (clock) => {
  const file = join(temporaryFolder(), 'team.sqlite');
  return await Promise.resolve([openSqliteMemory({ database: openSqlite(file), clock }), openSqliteMemory({ database: openSqlite(file), clock })]);
};
memoryStoreContract('sqlite', onSqlite);
rememberingContract('sqlite', onSqlite);

const onQdrant = (url: () => string, apiKey?: string): OpenMemoryStores => async (clock) => {
  const options = { url: url(), apiKey, timeoutMs: 60_000, collection: `aios_test-${randomUUID()}`, local: true, clock, log: silentLogger };
  return [openQdrantMemory(options), openQdrantMemory(options)];
};

describeWithService(qdrantApi, "on a stub that judges each request by Qdrant's OpenAPI file", () => {
  let server: StubQdrant;
  beforeAll(async () => void (server = await startStubQdrant({ openApiFile: qdrantApi.found! })));
  afterAll(async () => await server.close());
  afterEach(() => expect(server.faults).toEqual([]));
  memoryStoreContract('qdrant', onQdrant(() => server.url));
  rememberingContract('qdrant', onQdrant(() => server.url));
});

const { QDRANT_URL, QDRANT_API_KEY } = process.env;
if (QDRANT_URL) {
  memoryStoreContract('a real Qdrant', onQdrant(() => QDRANT_URL, QDRANT_API_KEY));
  rememberingContract('a real Qdrant', onQdrant(() => QDRANT_URL, QDRANT_API_KEY));
} else itUnless('QDRANT_URL names no server', 'memory store: a real Qdrant', () => {});
