import type { Check } from '../../runs';
import { failed, passed, type CheckOutcome } from './check-outcome';
import { missingKeys } from './find-keys';

/** The file is JSON as RFC 8259 has it (no comments, no repair) and has the keys. */
export function checkJson(check: Check, content: string): CheckOutcome {
  let document: unknown;
  try {
    // A byte order mark is what some editors write; readers of JSON may ignore it (RFC 8259 §8.1).
    document = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    return failed(`${check.path} is no valid JSON: ${(error as Error).message}`);
  }
  const missing = missingKeys(document, check.keys ?? []);
  if (missing.length > 0) return failed(`${check.path} lacks ${missing.join(', ')}`);
  return passed(check.keys?.length ? `${check.path} is valid JSON with ${check.keys.join(', ')}` : `${check.path} is valid JSON`);
}
