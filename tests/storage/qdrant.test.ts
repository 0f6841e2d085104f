import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pingQdrant } from '../../storage';
import { freePort } from '../support/free-port';

async function asking(listener: RequestListener, { apiKey, timeoutMs = 2_000, path = '' }: { apiKey?: string; timeoutMs?: number; path?: string } = {}) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await pingQdrant(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, apiKey, timeoutMs);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
// As in the published OpenAPI file of Qdrant 1.19, answer of GET /collections.
const collections = JSON.stringify({ time: 0.001, status: 'ok', result: { collections: [{ name: 'aios_default' }, { name: 'other' }] } });

it('says that Qdrant answered, with the key it was given', async () => {
  const result = await asking((request, response) => void response.writeHead(request.headers['api-key'] === 'key' && request.url === '/collections' ? 200 : 500).end(collections), { apiKey: 'key', path: '/' });
  expect(result).toEqual({ ok: true, detail: 'answers, with 2 collections.', latencyMs: expect.any(Number) });
});

it('sends no key when there is none', async () => {
  expect((await asking((request, response) => void response.writeHead('api-key' in request.headers ? 500 : 200).end(collections))).ok).toBe(true);
});

it.each([
  [401, '{}', 'refuses the API key'],
  [403, '{}', 'refuses the API key'],
  [503, '', 'HTTP 503'],
  [200, '<html>', 'not Qdrant'],
  [200, '{"ok":true}', 'not Qdrant'],
])('explains HTTP %d %j', async (status, body, detail) => {
  const result = await asking((_request, response) => void response.writeHead(status).end(body), { apiKey: 'very-secret-key' });
  expect(result).toMatchObject({ ok: false, detail: expect.stringContaining(detail) });
  expect(result.detail).not.toContain('very-secret-key');
});

it('gives up on a server that says nothing', async () => {
  expect(await asking(() => undefined, { timeoutMs: 100 })).toMatchObject({ ok: false, detail: 'no answer within 100 ms.' });
});

it('does not carry the key to another address', async () => {
  const result = await asking((_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), { apiKey: 'key' });
  expect(result.ok).toBe(false);
});

it('says that nothing listens, or that the address is none', async () => {
  expect((await pingQdrant(`http://127.0.0.1:${await freePort()}`, undefined, 2_000)).detail).toBe('nothing listens at this address.');
  expect(await pingQdrant('no address', undefined, 2_000)).toMatchObject({ ok: false });
});
