import { parseArgs, type ParseArgsConfig } from 'node:util';
import { InvalidInputError } from '../kernel';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads the options of a command that takes nothing beside them.
 *
 * @throws {InvalidInputError} for an unknown option, one without its value, or a word that belongs to none
 */
export function readOptions<T extends Options>(args: readonly string[], options: T, hint: string) {
  const { values, positionals } = readArguments(args, options);
  if (positionals.length > 0) throw new InvalidInputError(`"${positionals[0]}" is one word too many.`, { hint });
  return values;
}

/**
 * Reads the options of a command; what stands beside them comes back as `positionals`.
 *
 * @throws {InvalidInputError} for an unknown option or one without its value
 */
export function readArguments<T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new InvalidInputError(firstSentence((cause as Error).message), { hint: 'See below for what the command takes.', cause });
  }
}

/** Node goes on with advice about "--" that fits none of our commands. */
function firstSentence(message: string): string {
  return `${message.split('. ')[0]!.replace(/\.$/, '')}.`;
}
