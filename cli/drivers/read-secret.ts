import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { InvalidInputError } from '../../kernel';

const WAIT_MS = 300_000;

/**
 * A secret typed at the terminal without being shown, or the first line of what is piped in.
 *
 * @throws {InvalidInputError} when nothing comes within five minutes
 */
export async function readSecret(question: string, signal: AbortSignal, say: (text: string) => void): Promise<string> {
  const isTyped = process.stdin.isTTY === true;
  if (isTyped) say(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: isTyped });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
    const [line] = (await Promise.race([once(lines, 'line', { signal: limit }), once(lines, 'close').then(() => [''])])) as [string];
    if (line.trim() !== '') return line.trim();
  } catch (cause) {
    if (signal.aborted) throw cause;
  } finally {
    lines.close();
    process.stdin.pause();
  }
  throw new InvalidInputError('No token came.', { hint: 'Type it, pipe it in, or put it into AIOS_APPROVER_TOKEN.' });
}
