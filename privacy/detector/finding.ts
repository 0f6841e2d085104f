/** `secret`: gives access to something. `personal`: names one person or one person's account. */
export type FindingKind = 'secret' | 'personal';

/** One place in a text that makes it secret. Offsets count UTF-16 units, as `String.slice` does. */
export interface Finding {
  /** What it is, in words for a placeholder: `github-token`, `credit-card`, … */
  type: string;
  kind: FindingKind;
  start: number;
  /** The first unit behind it. */
  end: number;
}

/** Finds one family of things in a text. Every rule reads at most CONTEXT_UNITS before and REACH_UNITS behind the place it reports. */
export type Detect = (text: string) => Finding[];

/** How far before a finding a rule may look for the word that says what it is. */
export const CONTEXT_UNITS = 160;
/** The longest finding. What is longer (a private key's block) is completed afterwards. */
export const REACH_UNITS = 1_200;

/** In order, without overlaps: of two that overlap the longer one stays, of equal ones the first. */
export function withoutOverlaps(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const finding of [...findings].sort((one, other) => one.start - other.start || other.end - one.end)) {
    const last = kept.at(-1);
    if (!last || finding.start >= last.end) kept.push(finding);
    else if (finding.end - finding.start > last.end - last.start) kept[kept.length - 1] = { ...finding, start: Math.min(last.start, finding.start) };
    else last.end = Math.max(last.end, finding.end);
  }
  return kept;
}
