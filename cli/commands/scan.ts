import { InvalidInputError, nextTurn, type JsonObject } from '../../kernel';
import { PRIVACY_LABELS, scanLongText, strictestPrivacy, type Privacy } from '../../privacy';
import { answerLines, counted, idOf, oneOf, unreadable } from '../answer-lines';
import { readArguments } from '../arguments';
import type { Command, CommandContext, ExitCode } from '../command';
import type { LineStreams } from '../drivers/line-streams';

const USAGE = `Usage: aios scan [FILE] [--json]

Says which texts are secret, and why. Reads JSON lines from FILE, or from stdin
without it:
  {"id": "a", "text": "card 4111 1111 1111 1111", "privacy": "public"}
and writes one line for each, in the same order:
  {"id":"a","privacy":"secret",
   "findings":[{"type":"credit-card","start":5,"end":24}]}

"privacy" is optional (public, internal or secret; internal without it); a
finding raises it to secret, nothing lowers it. Offsets count UTF-16 units.
Nothing leaves this machine, and no text is written anywhere. A line that
cannot be read is named on stderr and the others go on; the exit code is then 1.
`;

/** `aios scan`: the detector on the command line. */
export function scanCommand(streams: LineStreams): Command {
  return { name: 'scan', summary: 'says which texts hold secrets or personal identifiers', usage: USAGE, run: (context) => scan(context, streams) };
}

async function scan(context: CommandContext, streams: LineStreams): Promise<ExitCode> {
  const { positionals } = readArguments(context.args, {});
  if (positionals.length > 1) throw new InvalidInputError(`One file at a time, not ${positionals.length}.`, { hint: 'Use "cat a b | aios scan".' });
  let secret = 0;
  const { read, unreadable: missing, cutShort } = await answerLines(streams, positionals[0], context, async (fields) => {
    const answer = await scanned(fields, context.signal);
    if (answer.privacy === 'secret') secret++;
    return answer;
  });
  if (cutShort) return cutShort === 'unread' ? 0 : 1;
  if (!context.json) context.terminal.say(`${counted(read)}: ${secret} secret${missing > 0 ? `, ${missing} not readable` : ''}.`);
  return missing > 0 ? 1 : 0;
}

interface Answer {
  id: string | number;
  privacy: Privacy;
  findings: Array<{ type: string; start: number; end: number }>;
}

async function scanned(fields: JsonObject, signal: AbortSignal): Promise<Answer> {
  const id = idOf(fields);
  const { text } = fields;
  if (typeof text !== 'string') throw unreadable('has no "text" (a string).');
  const privacy = oneOf(fields, 'privacy', PRIVACY_LABELS);
  const findings = await scanLongText(text, { pause: nextTurn, signal });
  return { id, privacy: strictestPrivacy(privacy, findings.length > 0 ? 'secret' : undefined), findings: findings.map(({ type, start, end }) => ({ type, start, end })) };
}
