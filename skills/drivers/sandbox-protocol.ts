import type { SandboxEnd, SandboxLanguage, SandboxLimits } from '../sandbox';

/** What the sandbox's process reads: one line of JSON on stdin, which then stays open as its lifeline. */
export interface ProgramJob {
  /** The answer's line begins with it. The job never learns it, so nothing it prints can pass for the answer. */
  seal: string;
  language: SandboxLanguage;
  code: string;
  files: Readonly<Record<string, string>>;
  stdin: string;
  limits: SandboxLimits;
}

/** What it answers: one line, `seal` and then JSON. */
export interface ProgramAnswer {
  end: SandboxEnd;
  exitCode: number | null;
  stdout: string;
  stderr: string;
  written: Record<string, string>;
}
