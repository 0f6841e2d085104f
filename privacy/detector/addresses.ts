import { isIPv6 } from 'node:net';
import { passesMod97 } from './checksums';
import type { Finding } from './finding';
import { matchesOf } from './matches';

const LOCAL_PART = /[A-Za-z0-9._%+'-]|[^\u0000-\u00bf\u2000-\u206f\u3000-\u303f\uff00-\uffef]/;
const DOMAIN = /@((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,5}(?:\p{L}{2,18}|xn--[a-z0-9-]{2,40}))(?![\p{L}\p{N}@])/uy;
// RFC 2606 and RFC 6761: reserved for documentation and tests; the rest are addresses of programs.
const NO_PERSON = /^(?:git|no-?reply|do-?not-?reply|mailer-daemon|postmaster|root)@|[@.](?:example|test|invalid|localhost|local|internal)$|[@.]example\.(?:com|org|net|edu)$|@users\.noreply\./i;
const FILE_ENDING = /\.(?:png|jpe?g|gif|svg|webp|js|ts|css|json|html?|md|py|txt)$/i;

/** E-mail addresses. Walks back from each @, at most 64 units (RFC 5321 §4.5.3.1.1). */
export function emailAddresses(text: string): Finding[] {
  const findings: Finding[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < 64 && LOCAL_PART.test(text[start - 1]!)) start--;
    while (start < at && /['.-]/.test(text[start]!)) start++;
    DOMAIN.lastIndex = at;
    const domain = start < at && DOMAIN.exec(text)?.[1];
    if (!domain) continue;
    const end = DOMAIN.lastIndex;
    const address = text.slice(start, end);
    if (NO_PERSON.test(address) || FILE_ENDING.test(domain) || isLogin(text, start, end)) continue;
    findings.push({ type: 'email-address', kind: 'personal', start, end });
  }
  return findings;
}

/** `https://org@host/…`, `org@host:folder/repository.git`: how a program logs in. */
const isLogin = (text: string, start: number, end: number): boolean => text.slice(start - 3, start) === '://' || /^:[\w.-]{1,100}\//.test(text.slice(end, end + 110));

const IPV4 = /(?<![\w.+-]|\d[,:])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?!\.?[\w])/g;
const IPV6 = /(?<![\w:.])(?=[\da-f]{0,4}:)[\da-f:]{9,39}(?![\w:])/gi;
// Loopback, "this network", link-local, multicast, broadcast, documentation (RFC 5737), the private networks of RFC 1918, and resolvers everybody uses.
const OF_NOBODY = /^(?:0|127|169\.254|22[4-9]|23\d|24\d|25\d|192\.0\.2|198\.51\.100|203\.0\.113|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.|^(?:8\.8\.[48]\.[48]|1\.[01]\.[01]\.1|9\.9\.9\.9|1\.2\.3\.4)$/;
// Sections of documents are numbered like that; of real addresses one in 10,000.
const SECTION = /^(?:1?\d\.){3}1?\d$/;
const VERSION = /(?:version|ver\.?|\bv|release|build|chrome\/|safari\/|firefox\/)\s?$/i;

/** Addresses of one machine on the public internet, and with it of one person's connection. */
export function ipAddresses(text: string): Finding[] {
  const four = matchesOf(text, IPV4).filter((match) => !OF_NOBODY.test(match[0]) && !SECTION.test(match[0]) && !VERSION.test(text.slice(Math.max(0, match.index - 12), match.index)));
  const six = matchesOf(text, IPV6).filter((match) => isIPv6(match[0]) && !/^(?:::|fe80|f[cd]|ff|2001:0?db8)/i.test(match[0]));
  return [...four, ...six].map((match) => ({ type: 'ip-address', kind: 'personal' as const, start: match.index, end: match.index + match[0].length }));
}

const IBAN_START = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?=[ \u00a0-]?[A-Z0-9])/gi;
// SWIFT's IBAN registry and the partial IBANs of other countries, release 99, read 2026-11-21.
const IBAN_LENGTHS = new Map(
  'AD24AE23AL28AO25AT20AX18AZ28BA20BE16BF28BG22BH22BI27BJ28BL27BR29BY28CF27CG27CH21CI28CM27CR22CV25CY28CZ24DE22DJ27DK18DO28DZ26EE20EG29ES24FI18FK18FO18FR27GA27GB22GE22GF27GI23GL18GP27GQ27GR27GT28GW25HN28HR21HU28IE22IL23IQ23IR26IS26IT27JO30KM27KW30KZ20LB28LC32LI21LT20LU20LV21LY25MA28MC27MD24ME22MF27MG27MK19ML28MN20MQ27MR27MT31MU30MZ25NC27NE28NI28NL18NO15OM23PF27PK24PL28PM27PS29PT25QA29RE27RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SN28SO23ST25SV28TD27TF27TG28TL23TN24TR26UA29VA22VG24WF27XK20YE30YT27'
    .match(/.{4}/g)!
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** IBANs with a right checksum (ISO 13616), written in one or in groups. */
export function ibans(text: string): Finding[] {
  return matchesOf(text, IBAN_START).flatMap((match): Finding[] => {
    const length = IBAN_LENGTHS.get(match[0].slice(0, 2).toUpperCase());
    const iban = length && readCharacters(text, match.index, length);
    if (!iban || !passesMod97(iban.characters)) return [];
    return [{ type: 'iban', kind: 'personal', start: match.index, end: iban.end }];
  });
}

/** The next `count` letters and digits; single separators between them are skipped. */
function readCharacters(text: string, start: number, count: number): { characters: string; end: number } | undefined {
  let characters = '';
  let end = start;
  while (characters.length < count) {
    const next = /[ \u00a0-]/.test(text[end] ?? '') ? end + 1 : end;
    if (!/[A-Za-z0-9]/.test(text[next] ?? '')) return undefined;
    characters += text[next];
    end = next + 1;
  }
  return /[A-Za-z0-9]/.test(text[end] ?? '') ? undefined : { characters, end };
}
