import type { SandboxEnd } from '../../skills';
import { AiosError } from '../../kernel';
import { mayLeaveMachine, type Privacy } from '../../privacy';
import type { RUNNER_COMMANDS } from '../../runs';

/** Files beside what is run: relative path → text. */
export type JobFiles = Readonly<Record<string, string>>;

interface JobBounds {
  files: JobFiles;
  /** 100..120 000. */
  timeMs: number;
}

/** A program of our own, or a delivered script, that an interpreter runs. */
export interface ProgramJob extends JobBounds {
  tool: 'python' | 'javascript' | 'bash';
  code: string;
  stdin?: string;
}

/** One of a closed list of commands, run on one of the files. */
export interface CommandJob extends JobBounds {
  tool: (typeof RUNNER_COMMANDS)[number];
  path: string;
}

export type ExecutionJob = ProgramJob | CommandJob;

export interface Execution {
  /** By itself, or by the limit that is named. */
  end: SandboxEnd;
  /** `null` unless it ended by itself. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  durationMs: number;
}

/** Where delivered work is run. Several may call at once. */
export interface Executor {
  /**
   * @throws {NotExecutableError} where nothing here can run it; other errors when it could not be run this time
   * @throws {CancelledError} when `signal` fires
   */
  run(job: ExecutionJob, signal: AbortSignal): Promise<Execution>;
  /** What it can run here, as far as can be known before; a runner that is away counts. */
  tools(): Promise<ReadonlyArray<ExecutionJob['tool']>>;
  /** For secret work: the same without what lies on other machines. */
  onThisMachine(): Executor;
}

/** No driver of this team can run the job: the check is `notRun`. */
export class NotExecutableError extends AiosError {
  readonly code = 'NOT_EXECUTABLE';
  readonly kind = 'user';
}

/** Runs nothing, and says why. */
export function refusing(error: NotExecutableError): Executor {
  const executor: Executor = { run: async () => await Promise.reject(error), onThisMachine: () => executor, tools: async () => [] };
  return executor;
}

/** Where work with this label may be run. */
export function executorFor({ executor }: { executor: Executor }, privacy: Privacy): Executor {
  return mayLeaveMachine(privacy) ? executor : executor.onThisMachine();
}
