import type { Finding } from './detector/finding';
import { scanText } from './detector/scan';

/** Each finding's place taken by what it is: `call me at [phone-number]`. */
export function redactText(text: string, findings: readonly Finding[] = scanText(text)): string {
  let redacted = '';
  let copied = 0;
  for (const { type, start, end } of findings) {
    redacted += `${text.slice(copied, start)}[${type}]`;
    copied = end;
  }
  return redacted + text.slice(copied);
}

const MASK = '[hidden]';
/** Below this a known value would mask ordinary words. */
const LEAST_KNOWN_UNITS = 6;

// Error bodies of providers print keys shortened or made up, which the detector rightly leaves alone; a log need not keep them.
const KEY_SHAPES = [/\bsk-[A-Za-z0-9_-]{8,}/g, /\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/gi, /(?<=:\/\/[^\s/@:]{0,200}:)[^\s/@]+(?=@)/g];

/**
 * For logs and errors: masks the values we know to be secret, everything shaped like a key, and every secret the detector finds.
 * Personal identifiers stay; no prompt belongs into a log in the first place.
 *
 * @param known exact values; those shorter than 6 characters are left alone
 */
export function redactSecrets(text: string, known: readonly string[] = []): string {
  const withoutKnown = known.filter((secret) => secret.length >= LEAST_KNOWN_UNITS).reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  const withoutShapes = KEY_SHAPES.reduce((masked, shape) => masked.replace(shape, MASK), withoutKnown);
  return redactText(withoutShapes, scanText(withoutShapes).filter(({ kind }) => kind === 'secret'));
}
