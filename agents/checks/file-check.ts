import type { Check } from '../../runs';
import { failed, passed, type CheckOutcome } from './check-outcome';

/** The file is there and holds the text it must hold. */
export function checkFile(check: Check, content: string): CheckOutcome {
  if (check.contains !== undefined && !content.includes(check.contains)) return failed(`${check.path} does not contain ${JSON.stringify(check.contains.slice(0, 120))}`);
  return passed(check.contains === undefined ? `${check.path} exists (${content.length} characters)` : `${check.path} contains ${JSON.stringify(check.contains.slice(0, 120))}`);
}
