import { openSearxng } from '../../agents/drivers/searxng';
import { startJsonServer, type JsonAnswer, type JsonServer } from '../support/json-server';

let server: JsonServer;
let answer: JsonAnswer;
const never = new AbortController().signal;

beforeAll(async () => void (server = await startJsonServer(() => answer)));
afterAll(async () => await server.close());

const search = (given: JsonAnswer, signal = never) => {
  answer = given;
  return openSearxng(server.url).search('tides in Porto', signal);
};

it('asks for JSON and takes title, address and excerpt of at most eight results', async () => {
  const results = Array.from({ length: 12 }, (_, index) => ({ url: `https://example.com/${index}`, title: `Tides\n${index}`, content: 'x'.repeat(1_000), engine: 'duckduckgo', score: 1 }));
  const found = await search({ json: { query: 'tides', results, unresponsive_engines: [['google', 'CAPTCHA']] } });
  expect(server.requests.at(-1)).toMatchObject({ method: 'GET', path: '/search' });
  expect(Object.fromEntries(server.requests.at(-1)!.query)).toEqual({ q: 'tides in Porto', format: 'json' });
  expect(found.hits).toHaveLength(8);
  expect(found.hits[0]).toEqual({ title: 'Tides 0', address: 'https://example.com/0', snippet: 'x'.repeat(400) });
  expect(found.silent).toEqual(['google']);
});

it('leaves out results that are no web addresses and takes those without excerpt', async () => {
  const { hits } = await search({ json: { results: [{ url: 'javascript:alert(1)', title: 'x' }, { url: 'https://example.com/a', title: null }] } });
  expect(hits).toEqual([{ title: '', address: 'https://example.com/a', snippet: '' }]);
});

it.each<[string, JsonAnswer, RegExp, RegExp]>([
  ['JSON is not switched on', { status: 403 }, /does not answer in JSON \(status 403\)/, /settings\.yml of SearXNG write "json" below "search: formats:"/],
  ['its limiter refuses us', { status: 429 }, /takes us for a robot/, /limiter: false/],
  ['it is no SearXNG', { headers: { 'content-type': 'text/html' }, body: '<html>' }, /is no SearXNG/, /correct "SearXNG URL"/],
  ['it sends on', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, /status 302/, /correct "SearXNG URL"/],
  ['it answers without end', { json: { results: [], x: 'x'.repeat(1_100_000) } }, /more than 1 MiB/, /more exact/],
  ['it hangs up', { drop: true }, /connection was cut|connection failed/, /Start SearXNG/],
])('says what to do when %s', async (_what, given, message, hint) => {
  await expect(search(given)).rejects.toMatchObject({ code: 'WEB_SEARCH_FAILED', message: expect.stringMatching(message) as string, hint: expect.stringMatching(hint) as string });
});

it('ends when the work is stopped', async () => await expect(search({ json: {} }, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' }));
