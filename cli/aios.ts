import { InvalidInputError, errorFacts, isAiosError } from '../kernel';
import type { Command, CommandContext, ExitCode } from './command';
import { packageVersion } from './package-root';
import { plainLines } from './text/plain-text';

const HELP = ['--help', '-h'];

/**
 * Runs the command that the arguments name.
 *
 * @param argv without node and script
 */
export async function runAios(argv: readonly string[], commands: readonly Command[], context: Omit<CommandContext, 'args' | 'json'>): Promise<ExitCode> {
  const json = argv.includes('--json');
  const args = argv.filter((argument) => argument !== '--json');
  const words = asksForList(args, commands) ? [args[0]!, 'list', ...args.slice(1)] : args;
  const command = commands.find(({ name }) => startsWith(words, name.split(' ')));
  if (!command) return withoutCommand(args, commands, context);
  const rest = words.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) return help(command.usage, context);
  const terminal = json ? { ...context.terminal, colour: false, interactive: false } : context.terminal;
  try {
    return await command.run({ ...context, terminal, args: rest, json });
  } catch (error) {
    return failure(error, command, context);
  }
}

/** The help text of `aios` itself. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['Usage: aios <command> [options]', '', ...lines, '', ...ABOUT_ALL, ''].join('\n');
}

const ABOUT_ALL = ['"aios <command> --help" tells more, "aios --version" which one it is.', '--json: JSON lines on stdout, messages on stderr.', 'Exit codes: 0 done, 1 the work failed, 2 the call was wrong.'];

/** `aios approvals`: the group alone means what it has. */
function asksForList([group, next]: readonly string[], commands: readonly Command[]): boolean {
  const isAlone = next === undefined || (next.startsWith('-') && !HELP.includes(next));
  return isAlone && commands.some(({ name }) => name === `${group} list`);
}

function withoutCommand(args: readonly string[], commands: readonly Command[], context: Omit<CommandContext, 'args' | 'json'>): ExitCode {
  const [first, next] = args;
  if (first === undefined || first === 'help' || HELP.includes(first)) return help(overview(commands), context);
  if (first === '--version') return help(packageVersion(), context);
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length === 0) return wrong(`There is no command "${first}".`, commands, context);
  if (next === undefined) return wrong(`"aios ${first}" needs one word more.`, group, context);
  return HELP.includes(next) ? help(overview(group), context) : wrong(`There is no command "${first} ${next}".`, group, context);
}

function wrong(what: string, nearest: readonly Command[], { terminal }: Pick<CommandContext, 'terminal'>): ExitCode {
  terminal.say(`${plainLines(what)}\n\n${overview(nearest)}`);
  return 2;
}

function help(text: string, { terminal }: Pick<CommandContext, 'terminal'>): ExitCode {
  terminal.print(text.trimEnd());
  return 0;
}

function failure(error: unknown, command: Command, { terminal, signal }: Pick<CommandContext, 'terminal' | 'signal'>): ExitCode {
  if (signal.aborted) return 1;
  const { message, hint } = errorFacts(error);
  // A server's words may be in it.
  const text = plainLines(`${message} ${hint}`);
  terminal.say(isUsage(error) ? `${text}\n\n${command.usage.trimEnd()}` : text);
  return isUsage(error) ? 2 : 1;
}

// By code: the team's errors come from another bundle.
function isUsage(error: unknown): boolean {
  return error instanceof InvalidInputError || (isAiosError(error) && error.code === 'INVALID_INPUT');
}

function startsWith(args: readonly string[], words: readonly string[]): boolean {
  return words.every((word, index) => args[index] === word);
}
