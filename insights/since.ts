import { InvalidInputError } from '../kernel';

const UNITS_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export const DEFAULT_SINCE = '7d';

/**
 * A time in the past as people write it: `90m`, `24h`, `7d`, `4w`, a date like `2026-11-20`, or `all`.
 *
 * @returns milliseconds since 1970, never after `nowMs`
 * @throws {InvalidInputError}
 */
export function readSince(text: string, nowMs: number): number {
  const wanted = text.trim().toLowerCase();
  if (wanted === 'all') return 0;
  const span = /^(\d{1,5})([mhdw])$/.exec(wanted);
  if (span) return Math.max(0, nowMs - Number(span[1]) * UNITS_MS[span[2]!]!);
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(wanted) ? Date.parse(text.trim()) : Number.NaN;
  if (Number.isNaN(atMs) || atMs > nowMs) throw new InvalidInputError(`"${text}" is no time in the past.`, { hint: 'Write 24h, 7d, 4w, a date like 2026-11-20, or all.' });
  return Math.max(0, atMs);
}
