import { AUDIT_LIFETIME_MS, type AuditEntry, type AuditFact, type AuditHead, problemOf } from './audit';
import { personKey } from './approvers';

/** Lines go some at a time: a log in use is not shortened with each line it grows by. */
const SHORTENED_AFTER_MS = AUDIT_LIFETIME_MS + 30 * 24 * 60 * 60 * 1_000;
/** Lines looked at in one go. */
export const SHORTENED_AT_ONCE = 1_000;

/** @param second line of the log: the first stays as long as no other is old enough to stay in its place */
export function mayBeShortened(second: AuditEntry | undefined, nowMs: number): boolean {
  return second !== undefined && second.event !== 'unreadable' && second.atMs <= nowMs - SHORTENED_AFTER_MS;
}

/**
 * Which of the oldest lines go. The last one whose time is over stays: by its age a check sees that nothing younger is gone.
 * Where a line was changed nothing goes, a person must see it.
 *
 * @param oldest of the log, in order
 * @returns how many, and the line that says so
 */
export function shortening(oldest: readonly AuditEntry[], nowMs: number): { count: number; fact: AuditFact } | undefined {
  if (!mayBeShortened(oldest[1], nowMs)) return undefined;
  const young = oldest.findIndex(({ atMs }) => atMs > nowMs - AUDIT_LIFETIME_MS);
  const over = young === -1 ? oldest : oldest.slice(0, young);
  const gone = over.slice(0, -1);
  if (gone.length === 0 || !isWhole(over)) return undefined;
  return { count: gone.length, fact: { event: 'shortened', by: 'time', facts: { lines: gone.length, approvers: approversAfter(gone) } } };
}

function isWhole([first, ...others]: readonly AuditEntry[]): boolean {
  let previous: AuditHead = { sequence: first!.sequence - 1, hash: first!.previousHash };
  for (const entry of [first!, ...others]) {
    if (problemOf(entry, previous) !== undefined) return false;
    previous = entry;
  }
  return true;
}

/** By the log and not by the store, so that whoever was put into the store by hand does not come into the log by this. */
function approversAfter(lines: readonly AuditEntry[]): string[] {
  const names = new Map<string, string>();
  for (const { event, facts } of lines) {
    if (event === 'approverAdded') names.set(personKey(String(facts.name)), String(facts.name));
    if (event === 'approverRemoved') names.delete(personKey(String(facts.name)));
    if (event === 'shortened') for (const name of facts.approvers as string[]) names.set(personKey(name), name);
  }
  return [...names.values()];
}
