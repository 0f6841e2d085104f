import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { InvalidInputError } from '../../kernel';

const WAIT_MS = 300_000;

/**
 * The first line of stdin, for secrets that must not stand on the command line.
 *
 * @throws {InvalidInputError} when nothing comes within five minutes
 */
export async function firstLineOfStdin(what: string, signal: AbortSignal): Promise<string> {
  const line = await firstLine(createInterface({ input: process.stdin }), signal);
  if (line === '') throw new InvalidInputError(`No ${what} came from stdin.`, { hint: `Pipe it in: printf %s "$KEY" | … --key -` });
  return line;
}

/** @returns the first line without the space around it; empty when stdin ends, or nothing comes within five minutes */
export async function firstLine(lines: Interface, signal: AbortSignal): Promise<string> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
    const [line] = (await Promise.race([once(lines, 'line', { signal: limit }), once(lines, 'close').then(() => [''])])) as [string];
    return line.trim();
  } catch (cause) {
    if (signal.aborted) throw cause;
    return '';
  } finally {
    lines.close();
    process.stdin.pause();
  }
}
