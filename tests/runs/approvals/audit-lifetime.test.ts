import { type AuditEntry, NO_ENTRIES, chained, storedEntry } from '../../../runs/approvals/audit';
import { shortening } from '../../../runs/approvals/audit-lifetime';

const DAY_MS = 24 * 60 * 60_000;

function log(...days: number[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const day of days) entries.push(chained({ event: 'asked', approvalId: `a${day}`, by: 'ada', facts: {} }, entries.at(-1) ?? NO_ENTRIES, day * DAY_MS));
  return entries;
}

it('leaves the last line whose time is over, so that a check sees how old what went was', () => {
  expect(shortening(log(0, 1, 2, 300), 400 * DAY_MS)).toMatchObject({ count: 2, fact: { facts: { lines: 2 } } });
  expect(shortening(log(0, 300, 301), 400 * DAY_MS)).toBeUndefined();
  expect(shortening([], 400 * DAY_MS)).toBeUndefined();
});

it('lets nothing go where a line was changed, taken out or is none: a person must see it', () => {
  const nowMs = 400 * DAY_MS;
  const [first, second, third] = log(0, 1, 2);
  expect(shortening([first!, { ...second!, by: 'mallory' }, third!], nowMs)).toBeUndefined();
  expect(shortening([first!, third!], nowMs)).toBeUndefined();
  expect(shortening([storedEntry('{torn', 1), second!, third!], nowMs)).toBeUndefined();
  expect(shortening([second!, third!], nowMs)).toMatchObject({ count: 1 });
});
