import type { Finding } from './finding';
import { matchesOf } from './matches';
import { isPlaceholder } from './randomness';
import { VENDOR_FORMATS, type VendorFormat } from './vendor-formats';

const byStart = new Map<string, VendorFormat[]>();
for (const format of VENDOR_FORMATS) for (const start of format.starts) byStart.set(start, [...(byStart.get(start) ?? []), format]);

// Longest first: `sk-ant-` must be tried before `sk-`. A letter or digit in front makes it the middle of something else.
const STARTS = [...byStart.keys()].sort((one, other) => other.length - one.length);
const ANY_START = new RegExp(`(?<![A-Za-z0-9+])(?:${STARTS.map((start) => start.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|')})`, 'g');

/** Secrets whose vendor can be told by their first characters. */
export function vendorSecrets(text: string): Finding[] {
  const findings: Finding[] = [];
  ANY_START.lastIndex = 0;
  for (let match = ANY_START.exec(text); match; match = ANY_START.exec(text)) {
    const found = STARTS.filter((start) => match[0].startsWith(start)).map((start) => formatAt(text, match.index, start)).find((finding) => finding !== undefined);
    if (found) findings.push(found);
    ANY_START.lastIndex = found ? found.end : match.index + 1;
  }
  return findings;
}

function formatAt(text: string, at: number, start: string): Finding | undefined {
  for (const { type, rest } of byStart.get(start)!) {
    rest.lastIndex = at + start.length;
    const match = rest.exec(text);
    if (match && isVaried(match[0], type)) return { type, kind: 'secret', start: at, end: rest.lastIndex };
  }
  return undefined;
}

/** Documentation writes `ghp_xxxxxxxx`; a generator never repeats itself like that. */
function isVaried(value: string, type: string): boolean {
  if (type.startsWith('aws-') && value.includes('EXAMPLE')) return false;
  return new Set(value).size >= Math.min(7, value.length * 0.5) && !/x{6}|(.)\1{7}/.test(value.replace(/^A+/, ''));
}

interface Shape {
  type: string;
  /** A text without it cannot match; looking for it is nearly free. */
  needle: string;
  pattern: RegExp;
  /** The part of the match that must not be a placeholder. */
  value: number;
}

/** Formats that are told by something in their middle. Sources as in vendor-formats.ts. */
const SHAPES: readonly Shape[] = [
  { type: 'connection-string', needle: '://', pattern: /(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/@:"'<>]{0,100}:([^\s/"'<>]{1,200})@[^\s@/"'<>]{1,200}/gi, value: 1 },
  { type: 'connection-string', needle: '://', pattern: /(?<![A-Za-z0-9])(?:https?|ftp):\/\/((?=[a-f]{0,20}\d)[a-f0-9]{20,64}|x-access-token)@[\w.-]{3,100}/gi, value: 1 },
  { type: 'azure-key', needle: 'Key=', pattern: /(?:Account|SharedAccess|Primary|Secondary)Key=([A-Za-z0-9+/]{40,90}={0,2})/g, value: 1 },
  { type: 'azure-signature', needle: 'sig=', pattern: /(?<=[?&])sig=([A-Za-z0-9%+/=_-]{30,120})/g, value: 1 },
  { type: 'azure-client-secret', needle: 'Q~', pattern: /(?<![\w.~-])[\w.~]{3}\dQ~([\w.~-]{31,34})(?![\w.~-])/g, value: 1 },
  { type: 'terraform-token', needle: '.atlasv1.', pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.([\w=-]{60,70})/g, value: 1 },
  { type: 'maxmind-key', needle: '_mmk', pattern: /(?<![A-Za-z0-9_])([A-Za-z0-9]{6}_[A-Za-z0-9]{29})_mmk/g, value: 1 },
  { type: 'mailchimp-key', needle: '-us', pattern: /(?<![A-Za-z0-9])([a-f0-9]{32})-us\d{1,2}(?!\d)/g, value: 1 },
  { type: 'mailgun-signing-key', needle: '-', pattern: /(?<![A-Za-z0-9-])([a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8})(?![A-Za-z0-9-])/g, value: 1 },
  { type: 'telegram-token', needle: ':A', pattern: /(?<![A-Za-z0-9])\d{8,16}:A([\w-]{34})(?![\w-])/g, value: 1 },
  { type: 'facebook-token', needle: '|', pattern: /(?<!\d)\d{15,16}\|([\w-]{27,40})(?![\w-])/g, value: 1 },
  { type: 'twilio-key', needle: 'SK', pattern: /(?<![A-Za-z0-9])SK([0-9a-f]{32})(?![A-Za-z0-9])/g, value: 1 },
  { type: 'discord-token', needle: '.', pattern: /(?<![\w.-])[MNO][\w-]{23,27}\.[\w-]{6}\.([\w-]{27,40})(?![\w.-])/g, value: 1 },
  { type: 'sidekiq-secret', needle: 'CONTRIBSYS', pattern: /CONTRIBSYS__COM["'\s:=]{1,5}([a-f0-9]{8}:[a-f0-9]{8})/gi, value: 1 },
  { type: 'private-key', needle: 'PRIVATE KEY', pattern: /-----BEGIN[ A-Z0-9_-]{0,40}PRIVATE KEY(?: BLOCK)?-----(?=[\s\\nr"'+]{0,40}([A-Za-z0-9+/=:,.-]{8}))/g, value: 1 },
  { type: 'basic-auth', needle: 'curl', pattern: /(?<=\bcurl\b[^\n]{0,120}\s)(?:-u|--user)[ =]["']?[^\s:"'$<{]{1,60}:([^\s"'$<{]{3,100})/g, value: 1 },
  { type: 'password', needle: 'sshpass', pattern: /\bsshpass\s{1,4}-p\s{0,4}["']?([^\s"'$]{4,64})/g, value: 1 },
  { type: 'password', needle: 'mysql', pattern: /(?<=\bmysql(?:dump|admin)?\b[^\n|;]{0,120}\s)-p([^\s"'$]{4,64})/g, value: 1 },
];

// A password in these is no secret: it is what documentation writes.
const SAMPLE_PASSWORD = /^(?:user(?:name)?|pass(?:word|wd)?|pwd|secret|changeme|admin|root|test|\*+|x+|\.+|\$.*|\{.*|<.*|%.*|\[.*)$|YOUR|REPLACE|PLACEHOLDER|password@|^\$|\{\{/;

/** Secrets told by their shape: passwords in addresses, key blocks, tokens with a mark in the middle. */
export function shapedSecrets(text: string): Finding[] {
  return SHAPES.filter(({ needle }) => text.includes(needle)).flatMap(({ type, pattern, value }) =>
    matchesOf(text, pattern).flatMap((match) => {
      const secret = match[value] ?? '';
      const isSample = type === 'connection-string' ? isSampleLogin(match[0], secret) : type !== 'private-key' && isPlaceholder(secret);
      return isSample ? [] : [{ type, kind: 'secret' as const, start: match.index, end: match.index + match[0].length }];
    }),
  );
}

function isSampleLogin(address: string, password: string): boolean {
  const user = /:\/\/([^:@]*)/.exec(address)?.[1];
  return SAMPLE_PASSWORD.test(password) || (user === password && !/^[a-f0-9]{20}/.test(password));
}
