/** What running a check came to. */
export interface CheckOutcome {
  state: 'pass' | 'fail' | 'notRun';
  evidence: string;
}

/** Text of a file of the attempt or of the run before it; `undefined` when there is none. */
export type ReadFile = (path: string) => Promise<string | undefined>;

export const passed = (evidence: string): CheckOutcome => ({ state: 'pass', evidence });
export const failed = (evidence: string): CheckOutcome => ({ state: 'fail', evidence });
