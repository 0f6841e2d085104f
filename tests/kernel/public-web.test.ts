import http from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { askPublicWeb, webAddress, type WebAnswer } from '../../kernel';
import { startJsonServer, type JsonServer } from '../support/json-server';
import { wiredNetwork, type WiredNetwork } from '../support/wired-network';

const PUBLIC_IP = '93.184.216.34';
const never = new AbortController().signal;
let server: JsonServer;

beforeAll(async () => void (server = await startJsonServer(({ headers }) => ({ body: headers.host }))));
afterAll(async () => await server.close());

const port = () => Number(new URL(server.url).port);
const wired = (names: Record<string, string[][]>): WiredNetwork => wiredNetwork({ names, hosts: { [PUBLIC_IP]: port() } });

async function textOf({ body }: WebAnswer): Promise<string> {
  let text = '';
  for await (const chunk of body) text += String(chunk);
  return text;
}

it('connects to the address that was judged, though the name says another one a moment later', async () => {
  const network = wired({ 'rebind.example': [[PUBLIC_IP], ['127.0.0.1']] });
  const answer = await askPublicWeb(webAddress('http://rebind.example/'), {}, never, { network });
  expect(await textOf(answer)).toBe('rebind.example');
  expect({ resolved: network.resolved, dialled: network.dialled }).toEqual({ resolved: ['rebind.example'], dialled: [PUBLIC_IP] });
});

it('refuses a name as soon as one of its addresses is internal', async () => {
  const network = wired({ 'both.example': [[PUBLIC_IP, '10.0.0.1']] });
  await expect(askPublicWeb(webAddress('http://both.example/'), {}, never, { network })).rejects.toMatchObject({ code: 'WEB_ADDRESS_REFUSED' });
  expect(network.dialled).toEqual([]);
});

it('says the host of the address to the server, in TLS as well', async () => {
  const hello = await new Promise<Buffer>((resolve) => {
    const tlsServer = createServer((socket) => socket.once('data', (bytes) => {
      resolve(bytes);
      socket.destroy();
      tlsServer.close();
    }));
    tlsServer.listen(0, '127.0.0.1', () => {
      const network = wiredNetwork({ names: { 'pages.example': [[PUBLIC_IP]] }, hosts: { [PUBLIC_IP]: (tlsServer.address() as AddressInfo).port } });
      askPublicWeb(webAddress('https://pages.example/'), {}, never, { network }).catch(() => {});
    });
  });
  expect(hello.includes('pages.example')).toBe(true);
});

it('asks no agent of the process, which may be a proxy', async () => {
  const before = http.globalAgent;
  http.globalAgent = { addRequest: () => { throw new RangeError('the proxy was asked'); }, protocol: 'http:' } as unknown as http.Agent;
  try {
    const answer = await askPublicWeb(webAddress('http://pages.example/'), {}, never, { network: wired({ 'pages.example': [[PUBLIC_IP]] }) });
    expect(answer.status).toBe(200);
    answer.body.destroy();
  } finally {
    http.globalAgent = before;
  }
});

it('ends at once when it is cancelled, while a name is looked up as well', async () => {
  const stop = new AbortController();
  const network = { ...wired({}), resolve: () => new Promise<string[]>(() => {}) };
  const asked = askPublicWeb(webAddress('http://slow.example/'), {}, stop.signal, { network });
  stop.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

it('reaches a host that was allowed by the real network', async () => {
  const answer = await askPublicWeb(webAddress(`http://localhost:${port()}/`, ['localhost']), {}, never, { allowedHosts: ['localhost'] });
  expect(await textOf(answer)).toBe(`localhost:${port()}`);
});
