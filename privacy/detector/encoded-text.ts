import type { Detect, Finding } from './finding';
import { matchesOf } from './matches';

const LEAST_UNITS = 24;
const BASE64 = new RegExp(`(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{${LEAST_UNITS},}={0,2}`, 'g');
/** Enough to see whether text is inside. */
const PROBE_UNITS = 32;

/**
 * Secrets inside base64, one layer deep: `kubectl get secret`, basic authorization, data URLs.
 * A run that begins with the text may be the rest of a longer one, so all four alignments are tried.
 */
export function encodedFindings(text: string, detect: Detect): Finding[] {
  return matchesOf(text, BASE64).flatMap((match) => {
    const alignments = match.index === 0 ? [0, 1, 2, 3] : [0];
    for (const skipped of alignments) {
      const inner = decoded(match[0].slice(skipped));
      const found = inner === undefined ? undefined : detect(inner)[0];
      if (found) return [{ ...found, type: `encoded-${found.type}`, start: match.index, end: match.index + match[0].length }];
    }
    return [];
  });
}

/** @returns undefined when it is no text */
function decoded(run: string): string | undefined {
  if (!isText(Buffer.from(run.slice(0, PROBE_UNITS), 'base64').toString('latin1'))) return undefined;
  const text = Buffer.from(run, 'base64').toString('utf8');
  return text.includes('\uFFFD') && !isText(text.replace(/\uFFFD/g, '')) ? undefined : text;
}

const isText = (bytes: string): boolean => /^[\t\n\r -~\u0080-\uFFFF]*$/.test(bytes) && (bytes.match(/[ -~]/g)?.length ?? 0) >= bytes.length * 0.9;
