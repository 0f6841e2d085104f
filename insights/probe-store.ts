/** How one ability came out of a trial. notRun: the trial was cut before it. */
export type ProbeOutcome = 'passed' | 'failed' | 'notRun';

/** What a model really did when it was tried on this machine. */
export interface ProbeResult {
  /** Of the model's files; a new version has another one. */
  digest: string;
  model: string;
  atMs: number;
  /** Called a tool that the question needed. */
  tools: ProbeOutcome;
  /** Answered in a demanded shape. */
  schema: ProbeOutcome;
  /** Largest window, in tokens, at whose end it still knew a word from its beginning; 0 when not even in the smallest. */
  usableContextTokens: number;
  /** While writing; `null` when it could not be measured. */
  tokensPerSecond: number | null;
  /** What went wrong, one short sentence each. */
  notes: string[];
}

/** Where results are kept, by digest. Two processes may share it; the later save counts. */
export interface ProbeStore {
  read(digest: string): Promise<ProbeResult | undefined>;
  save(result: ProbeResult): Promise<void>;
}
