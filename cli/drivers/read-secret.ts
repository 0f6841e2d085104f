import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { InvalidInputError } from '../../kernel';
import { firstLine } from './read-stdin';

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
  const secret = await firstLine(lines, signal);
  if (secret === '') throw new InvalidInputError('No token came.', { hint: 'Type it, pipe it in, or put it into AIOS_APPROVER_TOKEN. "aios approver add NAME" makes one.' });
  return secret;
}
