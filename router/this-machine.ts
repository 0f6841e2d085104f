import { isIP } from 'node:net';

const LOCAL_NAMES = new Set(['localhost', 'host.docker.internal', 'gateway.docker.internal', 'host.containers.internal']);

/**
 * Does this address of an OpenAI-compatible service belong to the user's own machine or network?
 * Loopback, private (RFC 1918, RFC 4193) and link-local addresses, names of container hosts, `*.local`, `*.localhost` and names without a dot.
 * Says nothing about Ollama: an Ollama address the user gave is his own by his word.
 *
 * @param url anything that is no http(s) address is not this machine
 */
export function isThisMachine(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase();
  if (isIP(host) === 4) return isPrivateIpv4(host);
  if (isIP(host) === 6) return isPrivateIpv6(host);
  return LOCAL_NAMES.has(host) || host.endsWith('.local') || host.endsWith('.localhost') || (host !== '' && !host.includes('.'));
}

function isPrivateIpv4(address: string): boolean {
  const [first = 0, second = 0] = address.split('.').map(Number);
  if (first === 127 || first === 10) return true;
  if (first === 172) return second >= 16 && second <= 31;
  return (first === 192 && second === 168) || (first === 169 && second === 254) || address === '0.0.0.0';
}

function isPrivateIpv6(address: string): boolean {
  // URL writes a mapped IPv4 address as two groups of hex.
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped) {
    const bits = (Number.parseInt(mapped[1]!, 16) << 16) | Number.parseInt(mapped[2]!, 16);
    return isPrivateIpv4([24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.'));
  }
  return address === '::1' || address === '::' || /^f[cd]/.test(address) || /^fe[89ab]/.test(address);
}
