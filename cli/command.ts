/** 0: done · 1: the work failed · 2: the call was wrong. */
export type ExitCode = 0 | 1 | 2;

/** What a command writes to, and how wide and colourful it may be. */
export interface Terminal {
  /** To stdout: results, nothing else. */
  print(text: string): void;
  /** To stderr: progress and messages for a person. */
  say(text: string): void;
  /** Character columns, 20 or more; 80 where the output is no terminal. */
  readonly columns: number;
  /** Character rows; 24 where the output is no terminal. */
  readonly rows: number;
  /** False where the output is no terminal, with NO_COLOR, with TERM=dumb and with `--json`. */
  readonly colour: boolean;
  /** Whether lines that were written may be drawn over. */
  readonly interactive: boolean;
}

export interface CommandContext {
  /** What stands after the command's name, without `--json`. */
  args: readonly string[];
  /** JSON lines on stdout instead of text. */
  json: boolean;
  terminal: Terminal;
  environment: Readonly<Record<string, string | undefined>>;
  /** Fires at Ctrl-C. */
  signal: AbortSignal;
}

export interface Command {
  /** As typed; may have a space, for instance `templates install`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole help text, ends with a line break. */
  readonly usage: string;
  /** @throws {AiosError} whose message and hint the user reads; InvalidInputError exits with 2, any other with 1 */
  run(context: CommandContext): Promise<ExitCode>;
}
