import { VariableMissingError } from './errors';

export type Variables = Readonly<Record<string, string | undefined>>;

/** `$$`, `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}`: the forms our file uses. */
const VARIABLE = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::([-?])([^}]*))?\})/g;

/**
 * Replaces variables as Docker Compose does; an unset one without a default becomes empty.
 *
 * @throws {VariableMissingError}
 */
export function interpolate(text: string, variables: Variables): string {
  return text.replace(VARIABLE, (_, dollar?: string, plain?: string, braced?: string, operator?: string, operand?: string) => {
    if (dollar) return '$';
    const name = (plain ?? braced)!;
    const value = variables[name];
    if (value || operator === undefined) return value ?? '';
    if (operator === '?') throw new VariableMissingError(name, operand!);
    return operand!;
  });
}

/** The names of all variables in a text. */
export function variablesIn(text: string): Set<string> {
  return new Set([...text.matchAll(VARIABLE)].flatMap(([, , plain, braced]) => plain ?? braced ?? []));
}

/** Reads a .env file of plain `NAME=value` lines. */
export function readEnvFile(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^[A-Za-z_]\w*=/.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]));
}
