import { InvalidInputError, errorFacts, nextTurn } from '../../kernel';
import { DEFAULT_PRIVACY, PRIVACY_LABELS, scanLongText, strictestPrivacy, type Privacy } from '../../privacy';
import { readArguments } from '../arguments';
import type { Command, CommandContext, ExitCode } from '../command';
import type { InputLine, LineStreams } from '../drivers/line-streams';

const USAGE = `Usage: aios scan [FILE] [--json]

Says which texts are secret, and why. Reads JSON lines from FILE, or from stdin without it:
  {"id": "a", "text": "card 4111 1111 1111 1111", "privacy": "public"}
and writes one line for each, in the same order:
  {"id":"a","privacy":"secret","findings":[{"type":"credit-card","start":5,"end":24}]}

"privacy" is optional (public, internal or secret; internal without it); a finding raises it to secret, nothing lowers it.
Offsets count UTF-16 units. Nothing leaves this machine, and no text is written anywhere.
A line that cannot be read is named on stderr and the others go on; the exit code is then 1.
`;

/** `aios scan`: the detector on the command line. */
export function scanCommand(streams: LineStreams): Command {
  return { name: 'scan', summary: 'says which texts hold secrets or personal identifiers', usage: USAGE, run: (context) => scan(context, streams) };
}

async function scan(context: CommandContext, streams: LineStreams): Promise<ExitCode> {
  const { positionals } = readArguments(context.args, {});
  if (positionals.length > 1) throw new InvalidInputError(`One file at a time, not ${positionals.length}.`, { hint: 'Use "cat a b | aios scan".' });
  const file = positionals[0] === '-' ? undefined : positionals[0];
  const counts = { read: 0, secret: 0, unreadable: 0 };
  for await (const line of streams.read(file)) {
    if (context.signal.aborted) return 1;
    if (line.text.trim() === '' && !line.isTooLong) continue;
    const answer = await answerTo(line, context);
    if (answer === undefined) counts.unreadable++;
    else if (!(await streams.print(JSON.stringify(answer)))) return 0;
    counts.read++;
    if (answer?.privacy === 'secret') counts.secret++;
  }
  if (!context.json) context.terminal.say(`${counted(counts.read)}: ${counts.secret} secret${counts.unreadable > 0 ? `, ${counts.unreadable} not readable` : ''}.`);
  return counts.unreadable > 0 ? 1 : 0;
}

const counted = (lines: number): string => `${lines.toLocaleString('en-US')} ${lines === 1 ? 'line' : 'lines'}`;

interface Answer {
  id: string | number;
  privacy: Privacy;
  findings: Array<{ type: string; start: number; end: number }>;
}

/** @returns undefined when the line cannot be read; stderr then says why, and never what was in it */
async function answerTo(line: InputLine, { terminal, signal }: CommandContext): Promise<Answer | undefined> {
  try {
    const { id, text, privacy } = requestIn(line);
    const findings = await scanLongText(text, { pause: nextTurn, signal });
    return { id, privacy: findings.length > 0 ? 'secret' : strictestPrivacy(privacy), findings: findings.map(({ type, start, end }) => ({ type, start, end })) };
  } catch (error) {
    if (signal.aborted) throw error;
    terminal.say(`Line ${line.number} ${errorFacts(error).message}`);
    return undefined;
  }
}

function requestIn(line: InputLine): { id: string | number; text: string; privacy: Privacy } {
  if (line.isTooLong) throw unreadable('is longer than 16 million characters.');
  const { id, text, privacy = DEFAULT_PRIVACY } = objectIn(line.text);
  if (typeof id !== 'string' && typeof id !== 'number') throw unreadable('has no "id" (a string or a number).');
  if (typeof text !== 'string') throw unreadable('has no "text" (a string).');
  if (!PRIVACY_LABELS.some((label) => label === privacy)) throw unreadable(`has a "privacy" that is none of ${PRIVACY_LABELS.join(', ')}.`);
  return { id, text, privacy: privacy as Privacy };
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its own message would quote the text, which may be secret.
    throw unreadable('is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable('is not a JSON object.');
  return value as Record<string, unknown>;
}

const unreadable = (what: string): InvalidInputError => new InvalidInputError(what, { hint: 'Each line is one JSON object with "id" and "text".' });
