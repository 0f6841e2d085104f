import type { Corpus, Row } from './corpora';

export type FindPlaces = (text: string) => ReadonlyArray<{ start: number; end: number }>;

export interface Misses {
  rows: number;
  /** Rows in which none of the places was found. */
  missed: Row[];
  /** Single places that were not found, of all. */
  places: number;
  missedPlaces: number;
  byGroup: Record<string, { rows: number; missed: number }>;
}

/** A place counts as found when a finding overlaps it. */
export function missesIn({ rows }: Corpus, find: FindPlaces): Misses {
  const misses: Misses = { rows: rows.length, missed: [], places: 0, missedPlaces: 0, byGroup: {} };
  for (const row of rows) {
    const found = find(row.text);
    const notFound = row.spans.filter((span) => !found.some(({ start, end }) => start < span.end && end > span.start));
    misses.places += row.spans.length;
    misses.missedPlaces += notFound.length;
    const group = (misses.byGroup[row.group ?? 'all'] ??= { rows: 0, missed: 0 });
    group.rows++;
    if (notFound.length < row.spans.length) continue;
    group.missed++;
    misses.missed.push(row);
  }
  return misses;
}

export const alarmsIn = ({ rows }: Corpus, find: FindPlaces): Row[] => rows.filter(({ text }) => find(text).length > 0);

const MILLION = 1_000_000;
const fill = (piece: string): string => piece.repeat(Math.ceil(MILLION / piece.length)).slice(0, MILLION);

/** A million characters each, made to be slow for searches with regular expressions. */
export const WORST_TEXTS: Record<string, string> = Object.fromEntries(
  [
    'a', '1', '1 ', '1-', '1.', 'a@b.', '@', 'joe@corp.com ', 'eyJ', '-eyJ', 'eyJhbGciOiJIUzI1NiIs.', 'sk-', '-sk-proj-', 'password', 'password=', 'password is ', 'password "', 'key ', 'token token ',
    '+1 202 555 0143 ', '4111 1111 1111 1111 ', 'GB82 ', 'GB82WEST12345698765432 ', ':', 'a:', '1.1.1.', '41.22.33.44 ', '-----BEGIN ', `-----BEGIN PRIVATE${' KEY-----'}\n`, 'http://a:', 'http://a:b@', '%41', '\\n', '\\u0041', 'a\u200b',
    '\uff11', '\u0430a', 'curl -u ', 'account number ', 'passport number is of the ', 'passport A', '123-45-6789 ', ' ', '\n', '"\'', '((((', 'x_key_y.z-', 'MAAAAAAAAAAAAAAAAAAAAAAAAA.', '{"key": "value", "token": null, "n": 12345},',
    `${Buffer.from('password=hunter2x9 ').toString('base64')} `, Buffer.from('the quick brown fox jumps over it ').toString('base64'), 'The quick brown fox, 42, jumps over the lazy dog. ',
  ].map((piece) => [piece, fill(piece)]),
);

/** CPU milliseconds of this process for 1,000 characters: other programs on the machine do not count. */
export function msPerThousand(texts: readonly string[], scan: (text: string) => unknown): number {
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  const before = process.cpuUsage();
  for (const text of texts) scan(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / units;
}
