export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

export function addUp(parts: readonly TestCounts[]): TestCounts {
  const sum = (field: keyof TestCounts) => parts.reduce((total, part) => total + part[field], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** The line programs read; skipped tests are named only when there are any. */
export function summaryLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
