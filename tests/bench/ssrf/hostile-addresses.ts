/** Places inside: this machine, private networks, shared and link-local ranges, metadata services. */
export const INTERNAL_IPV4 = ['127.0.0.1', '127.8.8.8', '0.0.0.0', '10.0.0.5', '172.16.0.1', '172.31.255.254', '192.168.1.1', '169.254.169.254', '169.254.170.2', '100.64.0.1', '100.100.100.200', '192.0.0.192', '198.18.0.1', '192.0.2.1', '198.51.100.7', '203.0.113.9', '224.0.0.251', '240.0.0.1', '255.255.255.255', '168.63.129.16', '192.88.99.1'];
export const INTERNAL_IPV6 = ['::1', '::', 'fe80::1', 'febf::1', 'fc00::1', 'fd00:ec2::254', 'fd20:ce::254', 'fec0::1', 'ff02::1', '100::1', '2001:db8::1', '2001::1', '2001:10::1', '3fff::1', '5f00::1', '64:ff9b:1::7f00:1', '4000::1', 'fe80::1%25eth0', 'fe80::1%eth0'];
export const INTERNAL_NAMES = ['localhost', 'LOCALHOST', 'a.localhost', 'localhost.localdomain', 'printer.local', 'metadata', 'metadata.google.internal', 'redis', 'qdrant', 'host.docker.internal', 'router.lan', 'nas.home.arpa', 'wiki.intranet', 'db.corp', '1.0.0.127.in-addr.arpa', 'x.test', 'hidden.onion'];

/** All ways to write an IPv4 address that some reader of addresses takes. */
export function notationsOf(ip: string): string[] {
  const [a, b, c, d] = ip.split('.').map(Number) as [number, number, number, number];
  const number = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const octal = (part: number, zeros = 1) => '0'.repeat(zeros) + part.toString(8);
  const hex = (part: number) => `0x${part.toString(16)}`;
  const high = (number >>> 16).toString(16);
  const low = (number & 0xffff).toString(16);
  const embedded = [`[::ffff:${ip}]`, `[::ffff:${high}:${low}]`, `[0:0:0:0:0:ffff:${high}:${low}]`, `[::${ip}]`, `[::${high}:${low}]`, `[64:ff9b::${ip}]`, `[64:ff9b::${high}:${low}]`, `[2002:${high}:${low}::1]`, `[2606:4700::5efe:${ip}]`, `[2606:4700::200:5efe:${ip}]`, `[::ffff:0:${ip}]`];
  return [
    ip, `${ip}.`, [octal(a), octal(b), octal(c), octal(d)].join('.'), [octal(a, 4), b, octal(c, 3), d].join('.'), [hex(a), hex(b), hex(c), hex(d)].join('.'), [hex(a).toUpperCase(), b, octal(c), d].join('.'),
    String(number), hex(number), octal(number), `${a}.${number % 2 ** 24}`, `${a}.${b}.${number % 2 ** 16}`, `${hex(a)}.${octal(number % 2 ** 24)}`,
    ip.replaceAll('.', '%2e'), [...ip].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join(''), [...ip].map(fullWidth).join(''), ip.replaceAll('.', '。'), ip.replaceAll('.', '｡'), `${a}.${b}.${c}.${circled(d)}`, ip.replaceAll('.', '.\u00ad'), ip.replace('.', '.\t'), ip.replace('.', '\n.'),
    ...embedded,
  ];
}

const fullWidth = (sign: string): string => (sign === '.' ? '．' : String.fromCodePoint(sign.codePointAt(0)! + 0xfee0));
const circled = (part: number): string => [...String(part)].map((digit) => (digit === '0' ? '⓪' : String.fromCodePoint(0x245f + Number(digit)))).join('');

/** A host in the dresses that addresses are hidden in. */
export function dressed(host: string): string[] {
  return [
    `http://${host}/`, `https://${host}/`, `HTTP://${host}`, `http:${host}/`, `http:\\\\${host}\\x`, `http:///${host}/`, ` http://${host}/ `, `http://${host}:80/latest/meta-data/`, `http://${host}:8080/`, `http://${host}:6379/`, `http://${host}:22/`,
    `http://user@${host}/`, `http://user:secret@${host}/`, `http://pages.example@${host}/`, `http://pages.example:80@${host}/`, `http://${host}\\@pages.example/`, `http://${host}#@pages.example/`, `http://${host}?@pages.example/`, `http://pages.example\\@${host}/`, `http://:@${host}/`,
    `//${host}/`, `${host}`, `ftp://${host}/`, `gopher://${host}:70/_x`, `file://${host}/etc/passwd`, `ws://${host}/`, `blob:http://${host}/`, `view-source:http://${host}/`, `data:text/html,<iframe src=http://${host}/>`, `jar:http://${host}!/`,
  ];
}
