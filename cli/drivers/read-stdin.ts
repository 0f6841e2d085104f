import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { InvalidInputError } from '../../kernel';

const WAIT_MS = 300_000;

/**
 * The first line of stdin, for secrets that must not stand on the command line.
 *
 * @throws {InvalidInputError} when nothing comes within five minutes
 */
export async function firstLineOfStdin(what: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    const [line] = (await Promise.race([once(lines, 'line', { signal: AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]) }), once(lines, 'close').then(() => [''])])) as [string];
    if (line.trim() !== '') return line.trim();
  } catch (cause) {
    if (signal.aborted) throw cause;
  } finally {
    lines.close();
    process.stdin.pause();
  }
  throw new InvalidInputError(`No ${what} came from stdin.`, { hint: `Pipe it in: printf %s "$KEY" | … --key -` });
}
