import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { MAX_PAGE_BYTES, openWebPages } from '../../agents/drivers/web-pages';
import { startJsonServer, type JsonAnswer, type JsonServer, type SeenRequest } from '../support/json-server';
import { wiredNetwork } from '../support/wired-network';

const PUBLIC_IP = '93.184.216.34';
let server: JsonServer;
let answer: (request: SeenRequest) => JsonAnswer = () => ({});

beforeAll(async () => void (server = await startJsonServer((request) => answer(request))));
afterAll(async () => await server.close());

function read(given: JsonAnswer | ((request: SeenRequest) => JsonAnswer), options: { address?: string; signal?: AbortSignal; timeoutMs?: number } = {}) {
  answer = typeof given === 'function' ? given : () => given;
  const port = Number(new URL(server.url).port);
  const network = wiredNetwork({ names: { 'pages.example': [[PUBLIC_IP]] }, hosts: { [PUBLIC_IP]: port }, elsewhere: port });
  return openWebPages({ network, timeoutMs: options.timeoutMs }).read(options.address ?? 'http://pages.example/a/b', options.signal ?? new AbortController().signal);
}

const html = (body: string | Buffer, more: Record<string, string> = {}): JsonAnswer => ({ headers: { 'content-type': 'text/html; charset=utf-8', ...more }, body });

describe('a page', () => {
  it('is read as Markdown with whole addresses, without what moves around it', async () => {
    const page = await read(html('<title>Tides &amp; times</title><nav><a href="/">Home</a></nav><main><h1>High tide</h1><p>In <a href="../porto?x=1">Porto</a>, <b>noon</b>.</p><table><tr><th>City</th><th>m</th></tr><tr><td>Porto</td><td>3.1</td></tr></table></main><footer>2026</footer>'));
    expect(page).toMatchObject({ address: 'http://pages.example/a/b', title: 'Tides & times' });
    expect(page.text).toBe('# High tide\n\nIn [Porto](http://pages.example/porto?x=1), **noon**.\n\n| City | m |\n| --- | --- |\n| Porto | 3.1 |');
  });

  it('shows nothing that a reader does not see', async () => {
    const { text } = await read(html('<p>seen\u200b\u{e0049}</p><p hidden>not 1</p><p style="display:none">not 2</p><!-- not 3 --><script>not 4</script><span aria-hidden="true">not 5</span><a href="javascript:alert(1)">a link</a>'));
    expect(text).toBe('seen\n\na link');
  });

  it.each([
    ['anchors that do not end', '<a name="n">'.repeat(6) + '<a href="/k">k</a>', '[k](http://pages.example/k)'],
    ['headings that do not end', '<h2>A<p>a<h2>B<p>b<h2>C<p>c<h2>D</h2><p>d', '## A a\n\n## B b\n\n## C c\n\n## D\n\nd'],
    ['elements in comments, scripts and styles', '<!-- <pre><pre><pre> --><script>"<pre>"</script><style><code><code></style><pre><code>a\nb</code></pre>', '```\na\nb\n```'],
    ["a table's cell outside a table", '<div><tr><th>a</th></tr></div><table><tr><th>b</th></tr></table><th>c</th>', 'a\n\n| b |\n| --- |\n\nc'],
  ])('keeps its text and links behind %s', async (_what, body, text) => expect((await read(html(body))).text).toBe(text));

  it.each([
    ['text/plain; charset=iso-8859-1', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'Grüße'],
    ['text/html', Buffer.from('<meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2</p>', 'latin1'), 'Привет'],
    ['text/plain', Buffer.from('\ufeffmarked', 'utf16le'), 'marked'],
    ['text/plain; charset=nobody-knows', Buffer.from('Grüße'), 'Grüße'],
    ['application/json', Buffer.from('{"a": 1}'), '{"a": 1}'],
    ['application/ld+json', Buffer.from('{}'), '{}'],
    ['text/markdown', Buffer.from('# a'), '# a'],
  ])('is read in its charset: %s', async (contentType, body, text) => expect((await read({ headers: { 'content-type': contentType }, body })).text).toBe(text));

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('is unpacked: %s', async (encoding, pack) => expect((await read(html(pack('<p>packed</p>'), { 'content-encoding': encoding }))).text).toBe('packed'));

  it('is asked for by GET, with our name and without cookies or credentials', async () => {
    await read((request) => (request.path === '/a/b' ? { status: 302, headers: { location: '/c', 'set-cookie': 'id=1' } } : html('<p>c</p>')));
    const { method, headers } = server.requests.at(-1)!;
    expect({ method, host: headers.host, agent: headers['user-agent'] }).toEqual({ method: 'GET', host: 'pages.example', agent: expect.stringContaining('n8n-nodes-aios') as string });
    expect(Object.keys(headers)).toEqual(expect.not.arrayContaining(['cookie', 'authorization', 'referer']));
  });

  it('is found behind five redirects', async () => {
    const page = await read(({ path }) => (path.length < 7 ? { status: 301, headers: { location: `${path}x` } } : html('<p>end</p>')), { address: 'http://pages.example/a' });
    expect(page).toEqual({ address: 'http://pages.example/axxxxx', text: 'end' });
  });
});

describe('no page is read', () => {
  it.each<[string, JsonAnswer, RegExp]>([
    ['of another kind', { headers: { 'content-type': 'application/pdf' }, body: '%PDF' }, /it is application\/pdf; HTML, Markdown, JSON and plain text can be read/],
    ['of no stated kind', { body: 'x' }, /of no stated type/],
    ['that is not there', { status: 404, headers: { 'content-type': 'text/html' }, body: 'no' }, /status 404/],
    ['that is too large', html('x'.repeat(MAX_PAGE_BYTES + 1)), /more than 2 MiB/],
    ['that unpacks to more than the bound', html(gzipSync(Buffer.alloc(40 * MAX_PAGE_BYTES)), { 'content-encoding': 'gzip' }), /more than 2 MiB/],
    ['that is packed otherwise', html('x', { 'content-encoding': 'zstd' }), /packed as "zstd"/],
    ['that is packed twice', html('x', { 'content-encoding': 'gzip, gzip' }), /packed as "gzip, gzip"/],
    ['that is cut while it is unpacked', html(gzipSync('<p>long enough to be cut</p>').subarray(0, 20), { 'content-encoding': 'gzip' }), /was not read/],
    ['whose server hangs up', { drop: true }, /the connection was cut/],
    ['that sends on to nowhere', { status: 302, headers: { location: 'http://' } }, /no address/],
    ['that sends on for ever', { status: 302, headers: { location: '/a/b' } }, /more than 5 times/],
    ['that sends on to the inside', { status: 302, headers: { location: 'http://127.0.0.1/admin' } }, /internal network/],
    ['that sends on to a file', { status: 302, headers: { location: 'file:///etc/passwd' } }, /only http and https/],
  ])('%s', async (_what, given, message) => {
    await expect(read(given)).rejects.toThrow(message);
    expect(server.requests.filter(({ path }) => path === '/admin')).toEqual([]);
  });

  it('whose host is unknown', async () => await expect(read({}, { address: 'https://unknown.example/' })).rejects.toThrow('the host name is unknown'));

  it('that takes too long', async () => {
    const slow = createServer((_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).write('x'));
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const network = wiredNetwork({ names: { 'pages.example': [[PUBLIC_IP]] }, hosts: { [PUBLIC_IP]: (slow.address() as AddressInfo).port } });
    await expect(openWebPages({ network, timeoutMs: 200 }).read('http://pages.example/', new AbortController().signal)).rejects.toThrow('no whole answer came within 0.2 s');
    slow.closeAllConnections();
    slow.close();
  });

  it('when the work is stopped', async () => {
    const stop = new AbortController();
    const reading = read(() => {
      stop.abort();
      return { headers: { 'content-type': 'text/plain', 'content-length': '10' }, body: 'x' };
    }, { signal: stop.signal });
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

/** Seconds of the processor to read as large a page as may be of nothing but the piece: seconds alone would say more of the machine than of the page. */
async function cpuSecondsOf(piece: string): Promise<number> {
  const startedCpu = process.cpuUsage();
  await read(html(piece.repeat(Math.floor((MAX_PAGE_BYTES - 10) / piece.length))));
  const { user, system } = process.cpuUsage(startedCpu);
  return (user + system) / 1_000_000;
}

describe('an endless page costs at most fifteen times what a page of paragraphs costs', () => {
  let plainSeconds: number;
  beforeAll(async () => void (plainSeconds = await cpuSecondsOf('<p>We open at nine, and on Sundays at ten.</p>\n')));

  it.each(['<div>', '<ul><li>', '<table><tr><td>', '<a href="', '<!--', '<b><i>', '&', '<script>', '<p a=b '])('%j', async (piece) => {
    expect(await cpuSecondsOf(piece)).toBeLessThan(15 * plainSeconds);
  });
});

it.each(['<blockquote>', '<ul><li><blockquote>', '<code>`'])('a small page that nests %j five hundred times costs less than a second of the processor', async (piece) => {
  const startedCpu = process.cpuUsage();
  const { text } = await read(html(`${piece.repeat(500)}${'<br>x'.repeat(2_000)}`));
  const { user, system } = process.cpuUsage(startedCpu);
  expect((user + system) / 1_000_000).toBeLessThan(1);
  expect(text.match(/x/g)).toHaveLength(2_000);
});

it('says at its end that a page of very many tags was not read to its end', async () => {
  const { text } = await read(html(`<p>first</p>${'<i></i>'.repeat(60_000)}<p>last</p>`));
  expect(text).toMatch(/^first\s+\[The page goes on: its first 100000 tags were read\.\]$/);
});

it('leaves out what speaks to the model alone, and keeps joiners and emoji', async () => {
  const selectors = Array.from('obey', (letter) => String.fromCodePoint(0xe0100 + letter.charCodeAt(0))).join('');
  const { text } = await read(html(`<p>a${selectors}b\u3164\u2062c \ufe0f\u200d\u200c\u200dd می\u200cخواهم ❤️‍🔥 1️⃣</p>`));
  expect(text).toBe('abc d می\u200cخواهم ❤️‍🔥 1️⃣');
});
