import { throwIfCancelled } from '../../kernel';
import { emailAddresses, ibans, ipAddresses } from './addresses';
import { assignedSecrets } from './assigned-secrets';
import { encodedFindings } from './encoded-text';
import { CONTEXT_UNITS, REACH_UNITS, withoutOverlaps, type Detect, type Finding } from './finding';
import { namedIds, selfEvidentIds } from './personal-ids';
import { personalNumbers } from './personal-numbers';
import { readable } from './readable-text';
import { shapedSecrets, vendorSecrets } from './vendor-secrets';

/** What is looked at in one go, about half a millisecond; below 5 ms in the worst texts we know (docs/benchmarks.md). */
const SLICE_UNITS = 4_096;

const DETECTORS: readonly Detect[] = [vendorSecrets, shapedSecrets, assignedSecrets, personalNumbers, selfEvidentIds, namedIds, emailAddresses, ipAddresses, ibans];

const detectAll: Detect = (text) => DETECTORS.flatMap((detect) => detect(text));

/**
 * Everything in a text that makes it secret, in order and without overlaps. Reads every character.
 * Blocks for the whole text; longer ones belong to `scanSlices`.
 */
export function scanText(text: string): Finding[] {
  const findings: Finding[] = [];
  for (let from = 0; from < text.length; from += SLICE_UNITS) findings.push(...findingsOfSlice(text, from));
  return withoutOverlaps(findings);
}

export interface ScanOptions {
  /** Lets everything else of the process run; awaited after each slice. */
  pause(): Promise<void>;
  signal?: AbortSignal;
}

/**
 * What `scanText` finds, slice by slice of about 4,000 characters, with a pause after each.
 *
 * @throws {CancelledError} when `signal` fires
 */
export async function scanLongText(text: string, options: ScanOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of scanSlices([text], options)) findings.push(finding);
  return withoutOverlaps(findings.map(({ type, kind, start, end }) => ({ type, kind, start, end })));
}

export interface FindingInText extends Finding {
  /** Which of the texts. */
  textIndex: number;
}

/**
 * Reads many texts, of any length, without holding up the process. Who only needs the label stops at the first finding.
 * A finding at the border of two slices may come twice.
 *
 * @throws {CancelledError} when `signal` fires
 */
export async function* scanSlices(texts: Iterable<string>, { pause, signal }: ScanOptions): AsyncGenerator<FindingInText> {
  let textIndex = 0;
  let unreadUnits = SLICE_UNITS;
  for (const text of texts) {
    for (let from = 0; from < text.length; from += SLICE_UNITS) {
      throwIfCancelled(signal);
      for (const finding of findingsOfSlice(text, from)) yield { ...finding, textIndex };
      // Many short texts together are one slice.
      unreadUnits -= Math.min(SLICE_UNITS, text.length - from);
      if (unreadUnits > 0) continue;
      unreadUnits = SLICE_UNITS;
      await pause();
    }
    textIndex++;
  }
}

/**
 * What begins in [from, from + SLICE_UNITS). The slice is read with what stands before it (a rule may need the word in front)
 * and with what a finding that begins at its end may reach, so nothing hides at a border.
 */
function findingsOfSlice(text: string, from: number): Finding[] {
  const start = Math.max(0, from - CONTEXT_UNITS);
  const slice = readable(text.slice(start, from + SLICE_UNITS + REACH_UNITS));
  const found = withoutOverlaps([...detectAll(slice.text), ...encodedFindings(slice.text, detectAll)]);
  const whole: Finding[] = [];
  for (const finding of found) {
    const [first, end] = [start + slice.original(finding.start), start + slice.original(finding.end)];
    const isCovered = first < (whole.at(-1)?.end ?? 0);
    if (!isCovered && end > from && first < from + SLICE_UNITS) whole.push(completed({ ...finding, start: first, end }, text));
  }
  return whole;
}

/** Longest private key in use: RSA with 16,384 bits is 12,700 characters. */
const LONGEST_KEY_UNITS = 20_000;
/** A token that long was cut by the bound of its rule. */
const LONG_TOKEN_UNITS = 240;
const LONGEST_TOKEN_UNITS = 8_000;

/** A key block goes on to its last line, a long token to its last character. */
function completed(finding: Finding, text: string): Finding {
  if (finding.type === 'private-key') {
    const block = text.slice(finding.end, finding.end + LONGEST_KEY_UNITS);
    const last = block.indexOf('-----END');
    return { ...finding, end: finding.end + (last < 0 ? block.length : last + /^-----END[ A-Z0-9]{0,50}-{0,5}/.exec(block.slice(last))![0].length) };
  }
  if (finding.kind === 'personal' || finding.end - finding.start < LONG_TOKEN_UNITS) return finding;
  return { ...finding, end: finding.end + /^[A-Za-z0-9_=.-]*/.exec(text.slice(finding.end, finding.end + LONGEST_TOKEN_UNITS))![0].length };
}
