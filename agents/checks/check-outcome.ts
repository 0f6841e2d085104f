import type { Executor, JobFiles } from './executor';

/** What running a check came to. */
export interface CheckOutcome {
  state: 'pass' | 'fail' | 'notRun';
  evidence: string;
}

/** Text of a file of the attempt or of the run before it; `undefined` when there is none. */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** What an executing check needs. */
export interface Bench {
  executor: Executor;
  /** All that is put beside what is run: what the tasks before delivered, then the attempt's own. */
  files: JobFiles;
  signal: AbortSignal;
}

export const passed = (evidence: string): CheckOutcome => ({ state: 'pass', evidence });
export const failed = (evidence: string): CheckOutcome => ({ state: 'fail', evidence });
export const notRun = (evidence: string): CheckOutcome => ({ state: 'notRun', evidence });

/** Characters of a program's output that a verdict keeps. */
const SHOWN_OUTPUT = 1_500;

/** The end of an output, where programs say what went wrong; addresses in memory would differ at each run. */
export function outputTail(text: string, maxCharacters = SHOWN_OUTPUT): string {
  const plain = text.replace(/\u001b\[[\d;]*m/g, '').replace(/\b0x[\da-f]{6,}\b/gi, '0x…').trim();
  return plain.length <= maxCharacters ? plain : `[…] ${plain.slice(-maxCharacters)}`;
}
