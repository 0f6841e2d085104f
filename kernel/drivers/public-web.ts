import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebAddressRefusedError, ipOf, isAllowedHost, isPublicIp } from '../web-address';

/** Names and connections; tests put a resolver and hosts of their own here. */
export interface Network {
  /** All addresses of a name. Rejects for an unknown one. */
  resolve(name: string): Promise<string[]>;
  /** Opens a connection to one of these addresses and to no other. */
  dial(addresses: readonly string[], port: number): Socket;
}

export interface PublicWebOptions {
  /** As for {@link webAddress}. */
  allowedHosts?: readonly string[];
  network?: Network;
}

export interface WebAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As it comes, perhaps compressed; unread it holds the connection until it is destroyed. */
  body: IncomingMessage;
}

const MAX_ADDRESSES = 16;

export const systemNetwork: Network = {
  resolve: async (name) => (await lookup(name, { all: true, order: 'ipv4first' })).map(({ address }) => address),

  dial: (addresses, port) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    return connect({ host: 'checked', port, autoSelectFamily: true, lookup: (_name, { all }, done) => (all ? done(null, found) : done(null, found[0]!.address, found[0]!.family)) });
  },
};

/**
 * One GET without redirects. The name is resolved once, every address it has is judged, and the connection goes to one of those judged:
 * a name that answers otherwise the next time changes nothing. No agent is used, so no proxy of the environment and no earlier connection;
 * no cookie and no credential is ever sent.
 *
 * @param url from {@link webAddress} with the same `allowedHosts`
 * @throws {WebAddressRefusedError} when the name leads into an internal network
 * @throws whatever Node says of the network; {@link networkReason} puts it into words
 */
export async function askPublicWeb(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal, options: PublicWebOptions = {}): Promise<WebAnswer> {
  const { allowedHosts = [], network = systemNetwork } = options;
  const addresses = await checkedAddresses(url, { allowedHosts, network, signal });
  signal.throwIfAborted();
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  const ip = ipOf(url);
  const plain = () => network.dial(addresses, port);
  const secure = () => connectTls({ socket: plain(), host: ip ?? url.hostname, ...(ip === undefined && { servername: url.hostname }), ALPNProtocols: ['http/1.1'] });
  return await new Promise((resolve, reject) => {
    const target = { method: 'GET', host: ip ?? url.hostname, port, path: `${url.pathname}${url.search}`, headers: { ...headers, host: url.host, connection: 'close' }, signal };
    const request = isSecure ? httpsRequest({ ...target, createConnection: secure }) : httpRequest({ ...target, createConnection: plain });
    request.once('response', (body) => resolve({ status: body.statusCode ?? 0, headers: body.headers, body }));
    request.on('error', reject);
    request.end();
  });
}

interface Judged {
  allowedHosts: readonly string[];
  network: Network;
  signal: AbortSignal;
}

/** @throws {WebAddressRefusedError} when one of them is internal: which of several is taken is not ours to say */
async function checkedAddresses(url: URL, { allowedHosts, network, signal }: Judged): Promise<string[]> {
  const ip = ipOf(url);
  const addresses = ip === undefined ? (await unlessAborted(network.resolve(url.hostname), signal)).slice(0, MAX_ADDRESSES) : [ip];
  const isSafe = addresses.length > 0 && (isAllowedHost(url, allowedHosts) || addresses.every(isPublicIp));
  if (!isSafe) throw new WebAddressRefusedError(url.href, 'it leads into an internal network');
  return addresses;
}

/** The system's resolver cannot be stopped; nobody has to wait for it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
