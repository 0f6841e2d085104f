export type SandboxLanguage = 'bash' | 'python' | 'javascript';

/** What a job may use up. Each limit bites at no more than twice its value. */
export interface SandboxLimits {
  /** From the start of the process to its end, the interpreter's own start included. 100..300 000, default 10 000. */
  timeMs: number;
  /** Of the whole process, the interpreter's own 50 to 300 MiB included. 128 MiB..4 GiB, default 512 MiB. */
  memoryBytes: number;
  /** Of stdout and stderr together. 1 KiB..4 MiB, default 64 KiB. */
  outputBytes: number;
  /** How many files the job may write or change. 0..1 000, default 100. */
  writtenFiles: number;
  /** Of all written files together. 0..16 MiB, default 1 MiB. */
  writtenBytes: number;
}

export interface SandboxJob {
  language: SandboxLanguage;
  /** Source that is run; `files` are there beside it. JavaScript may be TypeScript. */
  code: string;
  /** Relative path → text; all that the job can read. At most 1 000 files and 16 MiB with the code and stdin. */
  files: Readonly<Record<string, string>>;
  /** Given to the program on standard input. */
  stdin?: string;
  limits?: Partial<SandboxLimits>;
}

/**
 * Why a job ended: by itself (`exit`), or by a limit, which is named.
 * `files`: it wrote more files or larger ones than it may; `stopped`: the interpreter's own bound on loops, calls or nesting.
 */
export type SandboxEnd = 'exit' | 'time' | 'memory' | 'output' | 'files' | 'stopped';

export interface SandboxOutcome {
  end: SandboxEnd;
  /** `null` unless the program ended by itself. */
  exitCode: number | null;
  /** Cut at the limit on output; what a job said before it ran out of time or memory may be missing. */
  stdout: string;
  stderr: string;
  /** Without the time the job waited for its turn. */
  durationMs: number;
  /** Files the job wrote or changed, relative path → text (bytes that are no UTF-8 are replaced). Empty when a limit ended it. */
  written: Record<string, string>;
}

/** One protection, and whether it holds on this machine: tried out, not assumed. */
export interface SandboxLayer {
  name: 'interpreter' | 'process' | 'namespace';
  holds: boolean;
  /** What was tried and what came of it, one sentence for a person. */
  detail: string;
}

/** Where code runs that nobody has read: no files, environment, network or processes of this machine. Several may call at once. */
export interface Sandbox {
  /**
   * @throws {SandboxUnavailableError} where the layers it needs do not hold; it never runs code bare
   * @throws {SandboxBusyError} when too many jobs wait, or this one waited too long
   * @throws {SandboxStoppedError} when its process was ended from outside
   * @throws {InvalidInputError} for a limit or file beyond its bounds
   * @throws {CancelledError} when `signal` fires; the process is gone within a second
   */
  run(job: SandboxJob, signal: AbortSignal): Promise<SandboxOutcome>;
  /** Which protections hold on this machine. Tried out once, then remembered. */
  layers(): Promise<SandboxLayer[]>;
}

/** Does it run code here? The namespace is one protection more where the kernel gives it, and not asked for. */
export async function sandboxHolds(sandbox: Pick<Sandbox, 'layers'>): Promise<boolean> {
  return (await sandbox.layers()).filter(({ name }) => name !== 'namespace').every(({ holds }) => holds);
}
