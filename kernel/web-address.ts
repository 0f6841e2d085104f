import { isIP } from 'node:net';
import { parse, type IPv6 } from 'ipaddr.js';
import { AiosError } from './errors';
import { shownAddress } from './shown-address';

/** An address that agents may not read: not of the public web, or not plainly so. */
export class WebAddressRefusedError extends AiosError {
  readonly code = 'WEB_ADDRESS_REFUSED';
  readonly kind = 'user';
  constructor(address: string, why: string) {
    super(`The address ${JSON.stringify(shownAddress(address).slice(0, 200))} is refused: ${why}.`, {
      hint: 'Use the http or https address of a public web page. Whoever runs n8n can allow a host of the own network: "Internal Web Hosts" in the credential "AIOS Team API", or AIOS_WEB_HOSTS.',
    });
  }
}

/** Longer ones carry data away rather than name a page. */
const MAX_ADDRESS_CHARACTERS = 2_000;
/** Where web pages are served; behind other ports of public hosts are services that are no web pages. */
const WEB_PORTS = ['', '80', '443', '8080', '8443'];
/** Endings of names that mean the own network (RFC 6761, 6762, 8375, 9476 and what routers and clouds use). */
const INTERNAL_ENDINGS = ['localhost', 'localdomain', 'local', 'internal', 'intranet', 'private', 'corp', 'home', 'lan', 'arpa', 'invalid', 'test', 'onion', 'alt'];
/** Azure's service for its own machines, in the middle of the public addresses. */
const CLOUD_SERVICES = ['168.63.129.16'];

/**
 * Reads an address that may come from a model, a page or a request body. Only the URL that is returned may be used from then on: two
 * readers of one text may see two hosts in it. A name says nothing about where it leads; what it resolves to is for {@link isPublicIp}.
 *
 * @param allowedHosts `host` (any port) or `host:port`, named by whoever runs n8n: for these no rule on names, ports and addresses holds
 * @throws {WebAddressRefusedError}
 */
export function webAddress(text: string, allowedHosts: readonly string[] = []): URL {
  if (text.length > MAX_ADDRESS_CHARACTERS) throw new WebAddressRefusedError(text, `it has ${text.length} characters, at most ${MAX_ADDRESS_CHARACTERS} are allowed`);
  if (!URL.canParse(text)) throw new WebAddressRefusedError(text, 'it cannot be read as an address');
  const url = new URL(text);
  const why = refusalOf(url, allowedHosts);
  if (why) throw new WebAddressRefusedError(text, why);
  return url;
}

function refusalOf(url: URL, allowedHosts: readonly string[]): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `it begins with "${url.protocol}"; only http and https are asked`;
  if (url.username !== '' || url.password !== '') return 'it carries a user name or password';
  if (isAllowedHost(url, allowedHosts)) return undefined;
  if (!WEB_PORTS.includes(url.port)) return `port ${url.port} is none of web pages (80, 443, 8080, 8443)`;
  const ip = ipOf(url);
  if (ip !== undefined) return isPublicIp(ip) ? undefined : INTERNAL;
  return isInternalName(plainName(url)) ? INTERNAL : undefined;
}

const INTERNAL = 'it leads into an internal network';

/** Did whoever runs n8n name this host? */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const names = [plainName(url), `${plainName(url)}:${port}`];
  return allowedHosts.some((host) => names.includes(host.toLowerCase()));
}

/** @returns the address a URL holds instead of a name, without brackets; undefined for a name */
export function ipOf(url: URL): string | undefined {
  const host = plainName(url).replace(/^\[(.*)\]$/, '$1');
  return /^[\d.]+$/.test(host) || host.includes(':') ? host : undefined;
}

/** "localhost." is "localhost". */
function plainName(url: URL): string {
  return url.hostname.toLowerCase().replace(/\.+$/, '');
}

/** One word is a name of the own network: a container, a machine, a metadata service. */
function isInternalName(name: string): boolean {
  const labels = name.split('.');
  return labels.length < 2 || INTERNAL_ENDINGS.includes(labels.at(-1)!);
}

/**
 * Does this address belong to the public internet? Not so: own, private, link-local, shared, reserved and multicast ranges, cloud metadata,
 * and IPv6 addresses that wrap an IPv4 one, but for NAT64, where the wrapped one decides.
 *
 * @param ip as a resolver or a URL gives it; anything else is not public
 */
export function isPublicIp(ip: string): boolean {
  if (isIP(ip) === 0 || CLOUD_SERVICES.includes(ip)) return false;
  const address = parse(ip);
  return address.kind() === 'ipv4' ? address.range() === 'unicast' : isPublicIpv6(address as IPv6);
}

function isPublicIpv6(address: IPv6): boolean {
  if (address.zoneId) return false;
  const [first, second, third] = address.parts;
  if (first === 0x64 && second === 0xff9b && third === 0) return address.range() === 'rfc6052' && isPublicIp(address.toByteArray().slice(-4).join('.'));
  // 2000::/3 is all that is given out so far; the rest, old IPv4-compatible addresses among it, leads nowhere one should go.
  return first! >> 13 === 1 && address.range() === 'unicast' && !isIsatap(address);
}

/** RFC 5214: an IPv4 address of one's own network in the last half. */
function isIsatap({ parts }: IPv6): boolean {
  return (parts[4]! & 0xfdff) === 0 && parts[5] === 0x5efe;
}
