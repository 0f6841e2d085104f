import { errorFacts } from '../../../kernel';
import { openWebPages } from '../../../agents/drivers/web-pages';
import { startJsonServer, type JsonAnswer } from '../../support/json-server';
import { wiredNetwork } from '../../support/wired-network';
import { INTERNAL_IPV4, INTERNAL_IPV6, INTERNAL_NAMES, dressed, notationsOf } from './hostile-addresses';

/** Ways into the network, each with the address that is asked and what a name server says. */
export interface Attack {
  kind: 'address' | 'redirect' | 'name' | 'rebinding';
  address: string;
  /** What `trap.example` resolves to, first and later. */
  names?: Record<string, string[][]>;
  /** Where the public page sends on to. */
  redirect?: { status: number; location: string };
}

export interface SsrfResult {
  tried: number;
  /** Requests the canary saw, by kind of attack, with the addresses that led there. */
  hits: Attack[];
  /** How the attempts ended, by code. */
  outcomes: Record<string, number>;
  /** Does the canary see what is let through on purpose? */
  control: number;
}

const PUBLIC_IP = '93.184.216.34';
/** Names of the corpus that anybody may look up, with what name servers say. */
const OPEN_NAMES = { '169.254.169.254.nip.io': [['169.254.169.254']], '127.0.0.1!': [['127.0.0.1']] };
const REDIRECTS = [301, 302, 303, 307, 308];

export function addressAttacks(addresses: readonly string[]): Attack[] {
  return addresses.map((address) => ({ kind: 'address', address }));
}

/** Every internal place in every notation and dress, straight, behind a redirect, behind a name, and behind a name that changes. */
export function generatedAttacks(): Attack[] {
  const hosts = [...INTERNAL_IPV4.flatMap(notationsOf), ...INTERNAL_IPV6.map((ip) => `[${ip}]`), ...INTERNAL_NAMES, ...INTERNAL_NAMES.map((name) => `${name}.`)];
  const straight = addressAttacks(hosts.flatMap(dressed));
  const redirects = hosts.map((host, index): Attack => ({ kind: 'redirect', address: 'http://pages.example/', redirect: { status: REDIRECTS[index % REDIRECTS.length]!, location: index % 3 === 0 ? `//${host}/` : `http://${host}/` } }));
  const ips = [...INTERNAL_IPV4, ...INTERNAL_IPV6.filter((ip) => !ip.includes('%')), ...INTERNAL_IPV4.flatMap((ip) => notationsOf(ip).filter((text) => /^\[[\da-f:.]+\]$/.test(text)).map((text) => text.slice(1, -1)))];
  const names = ips.flatMap((ip): Attack[] => [
    { kind: 'name', address: 'http://trap.example/', names: { 'trap.example': [[ip]] } },
    { kind: 'name', address: 'https://trap.example/', names: { 'trap.example': [[PUBLIC_IP, ip]] } },
    { kind: 'rebinding', address: 'http://trap.example/', names: { 'trap.example': [[PUBLIC_IP], [ip]] } },
    { kind: 'rebinding', address: 'http://pages.example/', names: { 'trap.example': [[ip]] }, redirect: { status: 302, location: 'http://trap.example/' } },
    { kind: 'rebinding', address: 'http://trap.example/', names: { 'trap.example': [[PUBLIC_IP], [ip]] }, redirect: { status: 307, location: '/again' } },
  ]);
  return [...straight, ...redirects, ...names];
}

/** Every connection but those to the public page's address ends in a real server on this machine, which counts. */
export async function measureSsrf(attacks: readonly Attack[]): Promise<SsrfResult> {
  let current: Attack = attacks[0]!;
  const canary = await startJsonServer(() => ({ headers: { 'content-type': 'text/plain' }, body: 'internal' }));
  const page = await startJsonServer(({ path }): JsonAnswer => {
    if (current.redirect && path !== '/again') return { status: current.redirect.status, headers: { location: encodedHeader(current.redirect.location) } };
    return { headers: { 'content-type': 'text/plain' }, body: 'public' };
  });
  const result: SsrfResult = { tried: attacks.length, hits: [], outcomes: {}, control: 0 };
  const read = async (attack: Attack, allowedHosts: string[] = []) => {
    const network = wiredNetwork({ names: { 'pages.example': [[PUBLIC_IP]], ...OPEN_NAMES, ...attack.names }, hosts: { [PUBLIC_IP]: portOf(page.url) }, elsewhere: portOf(canary.url) });
    return await openWebPages({ network, allowedHosts, timeoutMs: 5_000 }).read(attack.address, new AbortController().signal).then(({ text }) => `READ ${text}`, (error: unknown) => errorFacts(error).code);
  };
  try {
    for (current of attacks) {
      const before = canary.requests.length;
      const outcome = await read(current);
      result.outcomes[outcome] = (result.outcomes[outcome] ?? 0) + 1;
      if (canary.requests.length > before || outcome === 'READ internal') result.hits.push(current);
    }
    const before = canary.requests.length;
    await read({ kind: 'address', address: 'http://127.0.0.1:6379/' }, ['127.0.0.1']);
    result.control = canary.requests.length - before;
    return result;
  } finally {
    await canary.close();
    await page.close();
  }
}

/** A header is bytes; clients read them as Latin-1. */
const encodedHeader = (text: string): string => Buffer.from(text.replace(/[\t\n]/g, '')).toString('latin1');
const portOf = (url: string): number => Number(new URL(url).port);
